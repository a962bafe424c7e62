// Purpose: datasets read from the text of a run.json, for the tests of this room.
#pragma once

#include "core/dataset/read_dataset.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

#include <QTest>

#include <algorithm>
#include <string>
#include <utility>

namespace nscope::tests {

/// {"task": task, "data": {…}}; in `data`, @ stands for `folder` and a slash, and ' for a double quote.
inline Result<dataset::Dataset> readRun(const std::string& task, std::string data, const std::string& folder = {})
{
    std::ranges::replace(data, '\'', '"');
    for (std::size_t at = data.find('@'); at != std::string::npos; at = data.find('@', at + folder.size()))
        data.replace(at, 1, folder + "/");
    const auto run = dataset::dataOfRun("{\"task\": \"" + task + "\", \"data\": {" + data + "}}");
    if (!run)
        return fail(run.error());
    return dataset::readDataset(run->data, run->kind);
}

inline std::string sentenceOf(const Result<dataset::Dataset>& read)
{
    return read ? "no error" : read.error().sentence();
}

inline std::size_t countOf(const dataset::Dataset& dataset, dataset::Part part) { return dataset.rows(part).size(); }

/// Ids of a part, with a blank between.
inline std::string idsOf(const dataset::Dataset& dataset, dataset::Part part)
{
    std::string ids;
    for (const std::int32_t row : dataset.rows(part))
        ids += (ids.empty() ? "" : " ") + dataset.examples[std::size_t(row)].id;
    return ids;
}

inline bool hasNote(const dataset::Dataset& dataset, std::string_view part)
{
    return std::ranges::any_of(dataset.notes, [part](const std::string& note) { return contains(note, part); });
}

}  // namespace nscope::tests

#define REQUIRE_READ(read) QVERIFY2((read).has_value(), nscope::tests::sentenceOf(read).c_str())
