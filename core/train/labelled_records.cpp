#include "core/train/labelled_records.h"

#include "core/io/fasta.h"
#include "core/io/tsv_table.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace nscope::train {
namespace {

struct Columns {
    std::size_t id = 0, label = 0;
    std::optional<std::size_t> cdsStart, cdsEnd;
    std::vector<std::size_t> filters;
};

Result<Columns> findColumns(const io::TsvTable& table, std::span<const RowFilter> filters)
{
    Columns c;
    const auto id = table.requireColumn("id");
    const auto label = table.requireColumn("label");
    if (!id || !label)
        return fail(id ? label.error() : id.error());
    c.id = *id;
    c.label = *label;
    c.cdsStart = table.column("cds_start");
    c.cdsEnd = table.column("cds_end");
    for (const RowFilter& filter : filters) {
        if (filter.values.empty()) {
            c.filters.push_back(0);
            continue;
        }
        const auto column = table.requireColumn(filter.column);
        if (!column)
            return fail(column.error());
        c.filters.push_back(*column);
    }
    return c;
}

Result<std::optional<data::Interval>> readCds(const io::TsvTable& table, std::size_t row, const Columns& c)
{
    if (!c.cdsStart || !c.cdsEnd)
        return std::optional<data::Interval>();
    const std::string& text = table.cell(row, *c.cdsStart);
    if (text.empty() || text == "NA" || text == "." || text == "-1")
        return std::optional<data::Interval>();
    const auto start = table.integer(row, *c.cdsStart);
    const auto end = table.integer(row, *c.cdsEnd);
    if (!start || !end)
        return fail(start ? end.error() : start.error());
    return std::optional(data::Interval{*start, *end});
}

Result<std::unordered_map<std::string, std::string>> readLetters(const std::string& fasta, const std::stop_token& stop)
{
    auto reader = io::FastaReader::open(fasta);
    if (!reader)
        return fail(reader.error());
    std::unordered_map<std::string, std::string> letters;
    for (;;) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Stopped while the records were read.");
        auto record = reader->next();
        if (!record)
            return fail(record.error());
        if (!*record)
            return letters;
        letters[(*record)->id] = std::move((*record)->letters);
    }
}

}  // namespace

std::vector<std::int64_t> LabelledRecords::lengthsNt() const
{
    std::vector<std::int64_t> lengths;
    for (const LabelledRecord& record : records)
        lengths.push_back(std::int64_t(record.letters.size()));
    return lengths;
}

std::vector<std::uint8_t> LabelledRecords::labels(std::span<const std::int32_t> rows) const
{
    std::vector<std::uint8_t> all;
    for (const std::int32_t row : rows)
        all.push_back(records[std::size_t(row)].coding ? 1 : 0);
    return all;
}

std::vector<std::string_view> LabelledRecords::letters(std::span<const std::int32_t> rows) const
{
    std::vector<std::string_view> all;
    for (const std::int32_t row : rows)
        all.push_back(records[std::size_t(row)].letters);
    return all;
}

Result<LabelledRecords> readLabelledRecords(const std::string& fasta, const std::string& tablePath,
                                            std::span<const RowFilter> filters, std::stop_token stop)
{
    const auto table = io::TsvTable::read(tablePath);
    if (!table)
        return fail(table.error());
    const auto columns = findColumns(*table, filters);
    if (!columns)
        return fail(columns.error());
    auto letters = readLetters(fasta, stop);
    if (!letters)
        return fail(letters.error());

    LabelledRecords all;
    all.groups.resize(filters.size());
    for (std::size_t row = 0; row < table->rowCount(); ++row) {
        LabelledRecord record;
        record.id = table->cell(row, columns->id);
        const Where where{.file = tablePath, .line = table->line(row), .record = record.id};
        const auto found = letters->find(record.id);
        if (found == letters->end())
            return fail(ErrorCode::NotFound, "This row has no sequence in " + fasta
                            + ", or its id stands in the table twice.", where);
        record.letters = std::move(found->second);
        letters->erase(found);
        const std::string& label = table->cell(row, columns->label);
        if (label != "PC" && label != "NC")
            return fail(ErrorCode::Parse, "The label must be PC or NC, not \"" + label + "\".", where);
        record.coding = label == "PC";
        const auto cds = readCds(*table, row, *columns);
        if (!cds)
            return fail(cds.error());
        if (*cds && ((*cds)->startNt < 0 || (*cds)->isEmpty() || (*cds)->endNt > std::int64_t(record.letters.size())))
            return fail(ErrorCode::Parse, "The coding region does not lie inside the sequence of "
                            + std::to_string(record.letters.size()) + " nt.", where);
        record.cds = *cds;
        for (std::size_t f = 0; f < filters.size(); ++f) {
            const auto& values = filters[f].values;
            if (std::find(values.begin(), values.end(), table->cell(row, columns->filters[f])) != values.end())
                all.groups[f].push_back(std::int32_t(all.records.size()));
        }
        all.records.push_back(std::move(record));
    }
    all.recordsWithoutRow = std::int64_t(letters->size());
    return all;
}

Result<TrainingData> readTrainingData(const DataConfig& config, std::stop_token stop)
{
    const std::vector<RowFilter> filters{config.validation, config.test};
    auto labelled = readLabelledRecords(config.fasta, config.table, filters, stop);
    if (!labelled)
        return fail(labelled.error());
    TrainingData data;
    data.labelled = std::move(*labelled);
    TrainingRows& rows = data.rows;
    rows.test = data.labelled.groups[1];
    std::vector<char> isTest(data.labelled.records.size(), 0);
    for (const std::int32_t row : rows.test)
        isTest[std::size_t(row)] = 1;
    std::vector<char> isHeld = isTest;
    for (const std::int32_t row : data.labelled.groups[0]) {
        isHeld[std::size_t(row)] = 1;
        if (!isTest[std::size_t(row)])
            rows.validation.push_back(row);
    }
    for (std::size_t row = 0; row < isHeld.size(); ++row) {
        if (isHeld[row])
            continue;
        rows.train.push_back(std::int32_t(row));
        (data.labelled.records[row].coding ? rows.trainCoding : rows.trainNoncoding).push_back(std::int32_t(row));
    }
    if (rows.test.empty())
        rows.test = rows.validation;

    const auto validation = data.labelled.labels(rows.validation);
    const auto positives = std::count(validation.begin(), validation.end(), std::uint8_t(1));
    if (rows.trainCoding.empty() || rows.trainNoncoding.empty())
        return fail(ErrorCode::InvalidArgument, "Training needs rows of both classes, PC and NC.", {.file = config.table});
    if (positives == 0 || positives == std::ptrdiff_t(validation.size()))
        return fail(ErrorCode::InvalidArgument, "The validation rows (data.validation) must hold both classes, PC and "
                                                "NC.", {.file = config.table});
    return data;
}

}  // namespace nscope::train
