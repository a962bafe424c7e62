// Purpose: transcripts from their rows.
#include "core/io/transcript_assembler.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace nscope::io {
namespace {

using data::Interval;
using Part = TranscriptAssembler::Part;
using Piece = TranscriptAssembler::Piece;
using Problem = TranscriptAssembler::Problem;

std::string rangeText(Interval interval)
{
    return std::to_string(interval.startNt + 1) + "-" + std::to_string(interval.endNt);
}

/// Ascending exons; pieces are sorted by start. Exon rows may touch but not overlap, other rows may do both.
std::expected<std::vector<Interval>, Problem> exonsOf(const std::vector<Piece>& pieces, const std::string& id)
{
    const bool hasExons = std::ranges::any_of(pieces, [](const Piece& piece) { return piece.part == Part::Exon; });
    std::vector<Interval> exons;
    Interval last{-1, -1};
    for (const Piece& piece : pieces) {
        const Interval next = piece.interval();
        if ((hasExons && piece.part != Part::Exon) || next == last)
            continue;
        if (hasExons && !exons.empty() && next.startNt < exons.back().endNt)
            return std::unexpected(Problem{piece.line, "Exons of transcript " + id + " overlap: " + rangeText(last)
                                                           + " and " + rangeText(next) + "; it is left out."});
        last = next;
        if (!exons.empty() && next.startNt <= exons.back().endNt)
            exons.back().endNt = std::max(exons.back().endNt, next.endNt);
        else
            exons.push_back(next);
    }
    exons.shrink_to_fit();
    return exons;
}

bool isInside(Interval inner, const std::vector<Interval>& exons)
{
    const auto after = std::ranges::upper_bound(exons, inner.startNt, {}, &Interval::startNt);
    return after != exons.begin() && inner.endNt <= std::prev(after)->endNt;
}

/// Fills cds and cdsPhase of a model that has its exons.
std::optional<Problem> addCodingRegion(const std::vector<Piece>& pieces, data::TranscriptModel& model)
{
    const Piece* first = nullptr;  // in reading direction
    std::optional<Interval> cds;
    for (const Piece& piece : pieces) {
        if (piece.part != Part::Cds && piece.part != Part::StopCodon)
            continue;
        if (!isInside(piece.interval(), model.exons))
            return Problem{piece.line, "The coding region " + rangeText(piece.interval()) + " of transcript " + model.id
                                           + " lies outside its exons; it is left out."};
        const Interval soFar = cds.value_or(piece.interval());
        cds = Interval{std::min(soFar.startNt, piece.startNt), std::max(soFar.endNt, piece.interval().endNt)};
        if (piece.part == Part::Cds && (first == nullptr || model.strand == data::Strand::Reverse))
            first = &piece;
    }
    if (first == nullptr)
        return std::nullopt;
    if (model.strand == data::Strand::None)
        return Problem{first->line, "Transcript " + model.id + " has a coding region but no strand; it is left out."};
    model.cds = cds;
    model.cdsPhase = std::max<int>(0, first->phase);
    return std::nullopt;
}

}  // namespace

std::size_t TranscriptAssembler::entryOf(std::string_view id)
{
    const std::uint32_t text = m_texts.intern(id);
    if (text >= m_entryOfText.size())
        m_entryOfText.resize(text + 1, 0);
    if (m_entryOfText[text] == 0) {
        m_entries.emplace_back().id = text;
        m_entryOfText[text] = std::uint32_t(m_entries.size());
    }
    return m_entryOfText[text] - 1;
}

std::string TranscriptAssembler::place(Entry& entry, const GffRow& row, std::int64_t line)
{
    const std::uint32_t chromosome = m_texts.intern(row.chromosome);
    if (entry.chromosome == 0) {
        entry.chromosome = chromosome;
        entry.strand = row.strand;
        entry.line = line;
    }
    if (entry.chromosome != chromosome)
        return "The " + std::string(row.type) + " lies on " + text(chromosome)
               + ", but other rows of its transcript on " + text(entry.chromosome);
    if (entry.strand != row.strand)
        return "The " + std::string(row.type) + " has the strand " + char(row.strand)
               + ", but other rows of its transcript have " + char(entry.strand);
    if (row.interval.length() > std::numeric_limits<std::uint32_t>::max())
        return "The " + std::string(row.type) + " is longer than any chromosome";
    return {};
}

std::string TranscriptAssembler::addRow(std::size_t entry, const GffRow& row, std::int64_t line)
{
    Entry& to = m_entries[entry];
    std::string problem = place(to, row, line);
    to.leftOut |= !problem.empty();
    to.hasRow = true;
    to.row = row.interval;
    return problem;
}

std::string TranscriptAssembler::addPart(std::size_t entry, Part part, const GffRow& row, std::int64_t line)
{
    Entry& to = m_entries[entry];
    std::string problem = place(to, row, line);
    to.leftOut |= !problem.empty();
    if (!to.leftOut)
        to.pieces.push_back({row.interval.startNt, std::uint32_t(row.interval.length()), std::uint32_t(line), part,
                             std::int8_t(row.phase)});
    return problem;
}

std::expected<data::TranscriptModel, Problem> TranscriptAssembler::build(std::size_t number)
{
    Entry& entry = m_entries[number];
    std::vector<Piece> pieces = std::move(entry.pieces);
    std::ranges::sort(pieces, {}, [](const Piece& piece) { return std::pair(piece.startNt, piece.lengthNt); });
    data::TranscriptModel model{.id = text(entry.id),
                                .geneId = text(entry.geneId),
                                .geneName = text(entry.geneName),
                                .biotype = text(entry.biotype),
                                .chromosome = text(entry.chromosome),
                                .strand = entry.strand,
                                .exons = {},
                                .cds = {}};
    auto exons = exonsOf(pieces, model.id);
    if (!exons)
        return std::unexpected(exons.error());
    model.exons = *std::move(exons);
    if (entry.hasRow && model.exons.size() > 0
        && (model.span().startNt < entry.row.startNt || model.span().endNt > entry.row.endNt))
        return std::unexpected(Problem{entry.line, "The exons of transcript " + model.id + " reach over "
                                                       + rangeText(model.span()) + ", beyond its own row "
                                                       + rangeText(entry.row) + "; it is left out."});
    if (auto problem = addCodingRegion(pieces, model))
        return std::unexpected(*std::move(problem));
    return model;
}

std::string_view biotypeOf(std::string_view word)
{
    if (word == "mRNA")
        return "protein_coding";
    return word == "lnc_RNA" ? "lncRNA" : word;
}

std::string leftOutEnding(std::string_view transcriptId)
{
    return ", so transcript " + std::string(transcriptId.substr(0, 80)) + " is left out.";
}

}  // namespace nscope::io
