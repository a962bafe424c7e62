// Purpose: reading, checking and joining coding regions.
#include "core/io/cds_table.h"

#include "core/data/genetic_code.h"
#include "core/io/further_input.h"

#include <unordered_set>
#include <utility>

namespace nscope::io {
namespace {

bool isAbsent(const std::string& cell)
{
    return cell.empty() || cell == "NA" || cell == "." || cell == "-1" || cell == "nan" || cell == "NaN" || cell == "None";
}

/// What is odd about a region; empty when nothing is.
std::string oddity(const data::Sequence& sequence, data::Interval cds)
{
    const std::string_view region = std::string_view(sequence.letters).substr(std::size_t(cds.startNt), std::size_t(cds.length()));
    std::string text;
    const auto add = [&text](const char* what) { text += (text.empty() ? "" : ", ") + std::string(what); };
    if (cds.length() % 3 != 0)
        add("its length is not a multiple of three");
    if (!region.starts_with(data::kStartCodon))
        add("it does not start with ATG");
    if (region.size() < 3 || !data::isStopCodon(region.substr(region.size() - 3)))
        add("it does not end with a stop codon");
    return text;
}

Result<std::optional<data::Interval>> readRegion(const TsvTable& table, std::size_t row, std::size_t startColumn,
                                                 std::size_t endColumn, const Where& where)
{
    const bool noStart = isAbsent(table.cell(row, startColumn));
    const bool noEnd = isAbsent(table.cell(row, endColumn));
    if (noStart != noEnd)
        return fail(ErrorCode::Parse, "Only one of cds_start and cds_end is given; give both, or none for noncoding.", where);
    if (noStart)
        return std::nullopt;
    const auto start = table.integer(row, startColumn);
    if (!start)
        return fail(start.error());
    const auto end = table.integer(row, endColumn);
    if (!end)
        return fail(end.error());
    if (*start < 0 || *end <= *start)
        return fail(ErrorCode::Parse, "The coding region " + std::to_string(*start) + "-" + std::to_string(*end)
                        + " is empty or backwards (0-based start, end not included).", where);
    return data::Interval{*start, *end};
}

}  // namespace

std::string CdsReport::summary() const
{
    std::string text = std::to_string(coding) + " coding, " + std::to_string(noncoding) + " noncoding";
    if (!withoutRow.empty())
        text += "; " + std::to_string(withoutRow.size()) + " sequences are not in the table: " + listedIds(withoutRow);
    if (!unknownIds.empty())
        text += "; " + std::to_string(unknownIds.size()) + " ids of the table are no sequence's: " + listedIds(unknownIds);
    if (!warnings.empty())
        text += "; " + std::to_string(warnings.size()) + " coding regions look odd, the first: " + warnings.front();
    return text + (text.ends_with('.') ? "" : ".");
}

Result<CdsTable> CdsTable::read(const std::string& path)
{
    const auto table = TsvTable::read(path);
    if (!table)
        return fail(table.error());
    return fromTable(*table);
}

Result<CdsTable> CdsTable::fromTable(const TsvTable& table)
{
    const auto idColumn = table.requireColumn("id");
    const auto startColumn = table.requireColumn("cds_start");
    const auto endColumn = table.requireColumn("cds_end");
    for (const auto* column : {&idColumn, &startColumn, &endColumn}) {
        if (!*column)
            return fail(column->error());
    }
    CdsTable regions;
    regions.m_path = table.path();
    for (std::size_t row = 0; row < table.rowCount(); ++row) {
        const std::string& id = table.cell(row, *idColumn);
        const Where where{.file = table.path(), .line = table.line(row), .record = id};
        const auto cds = readRegion(table, row, *startColumn, *endColumn, where);
        if (!cds)
            return fail(cds.error().at(where));
        if (id.empty())
            return fail(ErrorCode::Parse, "The row has no id.", where);
        if (!regions.m_rows.emplace(id, Row{*cds, table.line(row)}).second)
            return fail(ErrorCode::Parse, "Two rows of the table have this id (the other is line "
                            + std::to_string(regions.m_rows.at(id).line) + ").", where);
        regions.m_ids.push_back(id);
    }
    return regions;
}

const CdsTable::Row* CdsTable::find(const std::string& id) const
{
    const auto found = m_rows.find(id);
    return found == m_rows.end() ? nullptr : &found->second;
}

Result<data::Transcript> CdsTable::attach(data::Sequence sequence, CdsReport& report) const
{
    const Row* row = find(sequence.id);
    data::Transcript transcript{std::move(sequence), std::nullopt};
    if (row == nullptr) {
        report.withoutRow.push_back(transcript.sequence.id);
        return transcript;
    }
    if (!row->cds) {
        ++report.noncoding;
        return transcript;
    }
    if (row->cds->endNt > transcript.sequence.length())
        return fail(ErrorCode::Parse, "The coding region ends at " + std::to_string(row->cds->endNt)
                        + ", but the sequence has only " + std::to_string(transcript.sequence.length()) + " nt.",
                    {.file = m_path, .line = row->line, .record = transcript.sequence.id});
    transcript.cds = row->cds;
    ++report.coding;
    if (const std::string odd = oddity(transcript.sequence, *transcript.cds); !odd.empty())
        report.warnings.push_back("the coding region of " + transcript.sequence.id + ": " + odd + ".");
    return transcript;
}

Result<CdsTable::Joined> CdsTable::join(const data::TranscriptSet& transcripts) const
{
    Joined joined;
    joined.transcripts.reserve(transcripts.size());
    std::unordered_set<std::string_view> present;
    for (const data::TranscriptPtr& transcript : transcripts) {
        present.insert(transcript->sequence.id);
        auto attached = attach(transcript->sequence, joined.report);
        if (!attached)
            return fail(attached.error());
        joined.transcripts.push_back(std::make_shared<const data::Transcript>(*std::move(attached)));
    }
    for (const std::string& id : m_ids) {
        if (!present.contains(id))
            joined.report.unknownIds.push_back(id);
    }
    return joined;
}

}  // namespace nscope::io
