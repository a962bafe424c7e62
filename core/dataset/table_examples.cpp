// Purpose: the reader of tables: rows joined with their sequences, targets and further inputs.
#include "core/data/alphabet.h"
#include "core/data/number_text.h"
#include "core/dataset/reading.h"
#include "core/dataset/table_targets.h"
#include "core/io/fasta.h"
#include "core/io/feature_table.h"
#include "core/io/tsv_table.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace nscope::dataset {
namespace {

using Letters = std::shared_ptr<const std::string>;

struct Columns {
    std::optional<std::size_t> id, sequence, group, split;
};

/// Where the values of a further input stand: in columns of the table, or in a file of their own.
struct FeatureSource {
    std::vector<std::size_t> columns{};
    std::optional<io::FeatureTable> file{};
    std::string path{};  ///< of the file
};

Result<std::optional<std::size_t>> optionalColumn(const io::TsvTable& table, const std::string& name, bool isNeeded)
{
    if (!isNeeded)
        return table.column(name);
    const auto found = table.requireColumn(name);
    return found ? Result<std::optional<std::size_t>>(*found) : fail(found.error());
}

class TableReader {
public:
    TableReader(const TableSettings& settings, const SplitSettings& split, TaskKind kind, const Control& control)
        : m_settings(settings), m_split(split), m_kind(kind), m_control(control)
    {
    }

    Result<Reading> read();

private:
    Result<void> open();
    Result<void> findColumns();
    Result<void> findFeatures();
    Result<void> readFeatureFile(const FeatureSettings& feature, FeatureSource& source);
    Result<void> readFasta();
    Result<void> addRow(std::size_t row);
    std::string idOf(std::size_t row) const;
    std::expected<Letters, std::string> lettersOf(std::size_t row, const std::string& id);
    std::expected<std::vector<float>, std::string> featuresOf(std::size_t row, const std::string& id) const;
    void tell();
    void tellOfUnused(std::int64_t count, const char* what, const std::string& path);

    const TableSettings& m_settings;
    const SplitSettings& m_split;
    TaskKind m_kind;
    const Control& m_control;

    io::TsvTable m_table;
    Columns m_columns;
    std::vector<FeatureSource> m_features;
    std::optional<TableTargets> m_targets;
    std::unordered_map<std::string, Letters> m_letters;  ///< of the FASTA file
    std::unordered_set<std::string> m_ids;
    Reading m_reading;
};

Result<void> TableReader::open()
{
    std::error_code ignored;
    const auto bytes = std::filesystem::file_size(m_settings.table, ignored);
    // Cells are held once as text, sequences once more as examples; gzip packs sequences about fourfold.
    const std::int64_t factor = m_settings.table.ends_with(".gz") ? 8 : 2;
    if (!ignored) {
        if (auto fits = m_control.afford(std::int64_t(bytes) * factor, "The table " + m_settings.table); !fits)
            return fits;
    }
    auto table = io::TsvTable::read(m_settings.table);
    if (!table)
        return fail(table.error());
    m_table = std::move(*table);
    return {};
}

Result<void> TableReader::findColumns()
{
    const bool needsId = !m_settings.fasta.empty() || m_settings.idColumn != TableSettings().idColumn
                         || std::ranges::any_of(m_settings.features, [](const auto& f) { return !f.file.empty(); });
    const bool splitsByColumn = m_split.by == "column" || m_split.by == "chromosomes";
    const struct {
        std::optional<std::size_t>& column;
        const std::string& name;
        bool isNeeded;
    } kAsked[] = {{m_columns.id, m_settings.idColumn, needsId},
                  {m_columns.sequence, m_settings.sequenceColumn, m_settings.fasta.empty()},
                  {m_columns.group, m_settings.groupColumn, !m_settings.groupColumn.empty()},
                  {m_columns.split, m_split.column, splitsByColumn}};
    for (const auto& asked : kAsked) {
        auto found = optionalColumn(m_table, asked.name, asked.isNeeded);
        if (!found)
            return fail(found.error());
        asked.column = *found;
    }
    if (!splitsByColumn)
        m_columns.split.reset();
    return findFeatures();
}

Result<void> TableReader::findFeatures()
{
    for (const FeatureSettings& feature : m_settings.features) {
        FeatureSource source{.path = feature.file};
        std::vector<std::string> names = feature.columns;
        for (const std::string& name : feature.columns) {
            const auto found = m_table.requireColumn(name);
            if (!found)
                return fail(found.error());
            source.columns.push_back(*found);
        }
        if (!feature.file.empty()) {
            if (auto read = readFeatureFile(feature, source); !read)
                return read;
            names = source.file->columns();
            for (std::int64_t k = std::int64_t(names.size()); k < source.file->width(); ++k)
                names.push_back(feature.input + " " + std::to_string(k + 1));
        }
        const NumberScale scale{.isLog10 = feature.transform == "log10",
                                .logOffset = feature.transform == "log10" ? feature.logOffset : 0.0};
        for (const std::string& name : names) {
            m_reading.features.push_back({.input = feature.input, .name = name, .scale = scale});
            m_reading.standardised_F.push_back(feature.standardise);
        }
        m_features.push_back(std::move(source));
    }
    return {};
}

Result<void> TableReader::readFeatureFile(const FeatureSettings& feature, FeatureSource& source)
{
    auto file = io::FeatureTable::read(feature.file, feature.input);
    if (!file)
        return fail(file.error());
    // Held once by the file, once more by the examples.
    const std::int64_t bytes = std::int64_t(file->ids().size()) * file->width() * std::int64_t(2 * sizeof(float));
    if (auto fits = m_control.afford(bytes, "The values of " + feature.file); !fits)
        return fits;
    source.file = *std::move(file);
    return {};
}

Result<void> TableReader::readFasta()
{
    auto reader = io::FastaReader::open(m_settings.fasta);
    if (!reader)
        return fail(reader.error());
    std::int64_t bytes = 0;
    while (true) {
        auto record = reader->next();
        if (!record)
            return fail(record.error());
        if (!*record)
            return {};
        bytes += (*record)->length();
        auto fits = m_control.poll(0);
        if (fits)
            fits = m_control.afford(bytes, "The sequences of " + m_settings.fasta);
        if (!fits)
            return fits;
        const std::string id = (*record)->id;
        if (!m_letters.emplace(id, std::make_shared<const std::string>(std::move((*record)->letters))).second)
            m_reading.leftOut.add(Error(ErrorCode::Parse, "A record of this name came before, and its letters are used.",
                                        {.file = m_settings.fasta, .record = id}));
    }
}

std::string TableReader::idOf(std::size_t row) const
{
    return m_columns.id ? m_table.cell(row, *m_columns.id) : "line_" + std::to_string(m_table.line(row));
}

std::expected<Letters, std::string> TableReader::lettersOf(std::size_t row, const std::string& id)
{
    if (!m_settings.fasta.empty()) {
        const auto found = m_letters.find(id);
        if (found == m_letters.end())
            return std::unexpected("The row has no sequence in " + m_settings.fasta + ".");
        return found->second;
    }
    auto letters = std::make_shared<const std::string>(data::canonical(m_table.cell(row, *m_columns.sequence)));
    if (std::string problem = badLetters(*letters); !problem.empty())
        return std::unexpected(std::move(problem));
    return letters;
}

std::expected<std::vector<float>, std::string> TableReader::featuresOf(std::size_t row, const std::string& id) const
{
    std::vector<float> values;
    const auto add = [&](const std::expected<double, std::string>& number) {
        const FeatureColumn& column = m_reading.features[values.size()];
        auto value = number ? transformed(*number, column.scale, column.name) : number;
        if (value)
            values.push_back(float(*value));
        return value;
    };
    for (const FeatureSource& source : m_features) {
        for (const std::size_t column : source.columns) {
            const std::string& name = m_reading.features[values.size()].name;
            if (const auto added = add(numberOrMissing(m_table.cell(row, column), name)); !added)
                return std::unexpected(added.error());
        }
        if (!source.file)
            continue;
        const auto given = source.file->valuesOf(id);
        if (!given)
            return std::unexpected("The row has no values in " + source.path + ".");
        for (const float value : *given) {
            if (const auto added = add(double(value)); !added)
                return std::unexpected(added.error());
        }
    }
    return values;
}

Result<void> TableReader::addRow(std::size_t row)
{
    Example example{.id = idOf(row)};
    const auto leaveOut = [&](std::string sentence) -> Result<void> {
        m_reading.leftOut.add(Error(ErrorCode::Parse, std::move(sentence),
                                    {.file = m_settings.table, .line = m_table.line(row), .record = example.id}));
        return {};
    };
    if (example.id.empty())
        return leaveOut("The row has no id.");
    if (!m_ids.insert(example.id).second)
        return leaveOut("The id stands in the table twice; only its first row counts.");
    const auto letters = lettersOf(row, example.id);
    if (!letters)
        return leaveOut(letters.error());
    auto target = m_targets->at(m_table, row);
    if (!target)
        return leaveOut(target.error());
    auto features = featuresOf(row, example.id);
    if (!features)
        return leaveOut(features.error());
    example.source = *letters;
    example.lengthNt = std::int64_t((*letters)->size());
    example.target = std::move(*target);
    example.features = std::move(*features);
    if (m_columns.group && !isMissing(m_table.cell(row, *m_columns.group)))
        example.group = m_table.cell(row, *m_columns.group);
    m_reading.splitValues_N.push_back(m_columns.split ? m_table.cell(row, *m_columns.split) : std::string());
    m_reading.examples.push_back(std::move(example));
    return {};
}

void TableReader::tell()
{
    m_reading.task = m_targets->task();
    m_reading.notes = m_targets->notes();
    tellOfUnused(std::ranges::count_if(m_letters, [&](const auto& record) { return !m_ids.contains(record.first); }),
                 "sequences", m_settings.fasta);
    for (const FeatureSource& source : m_features) {
        if (source.file)
            tellOfUnused(std::ranges::count_if(source.file->ids(), [&](const auto& id) { return !m_ids.contains(id); }),
                         "ids", source.path);
    }
}

void TableReader::tellOfUnused(std::int64_t count, const char* what, const std::string& path)
{
    if (count > 0)
        m_reading.notes.push_back(data::groupedText(count) + " " + what + " of " + path
                                  + " have no row in the table and are not used.");
}

Result<Reading> TableReader::read()
{
    if (auto opened = open(); !opened)
        return fail(opened.error());
    if (auto found = findColumns(); !found)
        return fail(found.error());
    auto targets = TableTargets::of(m_table, m_settings, m_kind);
    if (!targets)
        return fail(targets.error());
    m_targets = std::move(*targets);
    m_control.setTotal(std::int64_t(m_table.rowCount()));
    if (!m_settings.fasta.empty()) {
        if (auto letters = readFasta(); !letters)
            return fail(letters.error());
    }
    for (std::size_t row = 0; row < m_table.rowCount(); ++row) {
        auto added = m_control.poll(std::int64_t(row));
        if (added)
            added = addRow(row);
        if (!added)
            return fail(added.error());
    }
    tell();
    return std::move(m_reading);
}

}  // namespace

Result<Reading> readTableExamples(const TableSettings& table, const SplitSettings& split, TaskKind kind,
                                  const Control& control)
{
    return TableReader(table, split, kind, control).read();
}

}  // namespace nscope::dataset
