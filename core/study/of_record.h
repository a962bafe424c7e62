// Purpose: rows of all records, each with the record that it belongs to.
#pragma once

#include "core/data/alphabet.h"
#include "core/study/columns.h"
#include "core/study/study.h"

namespace nscope::study {

template <class Row>
struct OfRecord {
    data::TranscriptPtr record;
    Row row;
};

template <class Row>
data::ResultColumn idColumn(const std::vector<OfRecord<Row>>& rows)
{
    return columnOf("id", rows, [](const OfRecord<Row>& each) { return each.record->sequence.id; });
}

/// Letters as the record's alphabet writes them.
template <class Row>
std::string shown(const OfRecord<Row>& each, const std::string& letters)
{
    return data::displayLetters(letters, each.record->sequence.alphabet);
}

template <class Row>
void append(std::vector<OfRecord<Row>>& all, const data::TranscriptPtr& record, std::vector<Row> rows)
{
    for (Row& row : rows)
        all.push_back({record, std::move(row)});
}

}  // namespace nscope::study
