// Purpose: exons end to end.
#include "core/data/splicing.h"

#include "core/data/alphabet.h"

#include <algorithm>

namespace nscope::data {

TranscriptMap::TranscriptMap(const TranscriptModel& model)
    : m_strand(model.strand), m_exons(model.exons), m_starts{0}, m_cds(model.cds), m_cdsPhase(model.cdsPhase)
{
    if (isReverse())
        std::ranges::reverse(m_exons);
    for (const Interval& exon : m_exons)
        m_starts.push_back(m_starts.back() + exon.length());
}

std::optional<std::int64_t> TranscriptMap::toTranscript(std::int64_t genomicNt) const
{
    // The first exon, in the order of the transcript, that does not end before the position.
    const auto exon = std::ranges::partition_point(
        m_exons, [&](const Interval& e) { return isReverse() ? e.startNt > genomicNt : e.endNt <= genomicNt; });
    if (exon == m_exons.end() || !exon->contains(genomicNt))
        return std::nullopt;
    const std::int64_t inside = isReverse() ? exon->endNt - 1 - genomicNt : genomicNt - exon->startNt;
    return m_starts[std::size_t(exon - m_exons.begin())] + inside;
}

std::optional<std::int64_t> TranscriptMap::toGenome(std::int64_t transcriptNt) const
{
    if (transcriptNt < 0 || transcriptNt >= lengthNt())
        return std::nullopt;
    const auto exon = std::size_t(std::ranges::upper_bound(m_starts, transcriptNt) - m_starts.begin()) - 1;
    const std::int64_t inside = transcriptNt - m_starts[exon];
    return isReverse() ? m_exons[exon].endNt - 1 - inside : m_exons[exon].startNt + inside;
}

std::vector<Interval> TranscriptMap::toGenome(Interval transcriptNt) const
{
    std::vector<Interval> pieces;
    for (std::size_t i = 0; i < m_exons.size(); ++i) {
        const Interval part = transcriptNt.intersected({m_starts[i], m_starts[i + 1]});
        if (part.isEmpty())
            continue;
        const std::int64_t before = part.startNt - m_starts[i];
        const std::int64_t start =
            isReverse() ? m_exons[i].endNt - before - part.length() : m_exons[i].startNt + before;
        pieces.push_back({start, start + part.length()});
    }
    return pieces;
}

Interval TranscriptMap::toTranscript(Interval genomicNt) const
{
    std::optional<Interval> all;
    for (std::size_t i = 0; i < m_exons.size(); ++i) {
        const Interval part = genomicNt.intersected(m_exons[i]);
        if (part.isEmpty())
            continue;
        const std::int64_t before = isReverse() ? m_exons[i].endNt - part.endNt : part.startNt - m_exons[i].startNt;
        const std::int64_t start = m_starts[i] + before;
        all = Interval{all ? all->startNt : start, start + part.length()};
    }
    return all.value_or(Interval{});
}

std::vector<Interval> TranscriptMap::exons() const
{
    std::vector<Interval> exons;
    for (std::size_t i = 0; i < m_exons.size(); ++i)
        exons.push_back({m_starts[i], m_starts[i + 1]});
    return exons;
}

std::optional<Interval> TranscriptMap::cds() const
{
    if (!m_cds)
        return std::nullopt;
    Interval region = toTranscript(*m_cds);
    region.startNt += m_cdsPhase;
    return region.isEmpty() ? std::nullopt : std::optional(region);
}

Result<Transcript> splice(const TranscriptModel& model, const GenomeLetters& letters, Alphabet alphabet)
{
    const Where where{.record = model.id};
    std::string spliced;
    for (const Interval& exon : model.exons) {
        const Result<std::string> piece = letters(model.chromosome, exon);
        if (!piece)
            return fail(piece.error().code(),
                        "The exon " + locusText({model.chromosome, exon})
                            + " cannot be read: " + piece.error().message(),
                        {.file = piece.error().where().file, .record = model.id});
        if (std::int64_t(piece->size()) != exon.length())
            return fail(ErrorCode::Parse,
                        "The exon " + locusText({model.chromosome, exon}) + " reaches beyond the end of "
                            + model.chromosome + "; genome and annotation may be of different assemblies.",
                        where);
        if (!std::ranges::all_of(*piece, isIupac))
            return fail(ErrorCode::Parse,
                        "The genome has letters that are no nucleotides in " + locusText({model.chromosome, exon})
                            + ".",
                        where);
        spliced += *piece;
    }
    Transcript transcript;
    transcript.sequence.id = model.id;
    transcript.sequence.description = (model.geneName.empty() ? model.geneId : model.geneName) + " "
                                      + locusText({model.chromosome, model.span(), model.strand});
    if (transcript.sequence.description.starts_with(' '))
        transcript.sequence.description.erase(0, 1);
    transcript.sequence.letters = model.strand == Strand::Reverse ? reverseComplement(spliced) : canonical(spliced);
    transcript.sequence.alphabet = alphabet;
    transcript.cds = TranscriptMap(model).cds();
    return transcript;
}

}  // namespace nscope::data
