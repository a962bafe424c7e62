// Purpose: from a transcript on the genome to its spliced sequence, and positions of one as positions of the other, on
// both strands. Transcript positions count from its 5' end, 0-based; a transcript without strand reads forward.
// Thread: values; any.
#pragma once

#include "core/base/result.h"
#include "core/data/annotation.h"
#include "core/data/transcript.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace nscope::data {

class TranscriptMap {
public:
    /// Precondition: the exons are as annotation.h says.
    explicit TranscriptMap(const TranscriptModel& model);

    std::int64_t lengthNt() const { return m_starts.back(); }

    /// std::nullopt in introns and outside of the transcript.
    std::optional<std::int64_t> toTranscript(std::int64_t genomicNt) const;
    std::optional<std::int64_t> toGenome(std::int64_t transcriptNt) const;

    /// Where a piece of the transcript lies on the genome: one interval per exon it touches, in the order of the
    /// transcript. Parts outside of the transcript are left away.
    std::vector<Interval> toGenome(Interval transcriptNt) const;
    /// The part of a genomic interval that is in exons, as one interval of the transcript; empty if there is none.
    Interval toTranscript(Interval genomicNt) const;

    /// Exons in transcript positions, from the 5' end: they follow each other without gaps.
    std::vector<Interval> exons() const;

    /// The coding region in transcript positions, from its first whole codon on (cdsPhase bases are left to the
    /// 5'UTR); std::nullopt without one, or when nothing is left of it.
    std::optional<Interval> cds() const;

private:
    bool isReverse() const { return m_strand == Strand::Reverse; }

    Strand m_strand;
    std::vector<Interval> m_exons;       // in the order of the transcript
    std::vector<std::int64_t> m_starts;  // of the exons, in the transcript; one more: its length
    std::optional<Interval> m_cds;
    int m_cdsPhase;
};

/// Letters of a genome, forward strand: exactly those of the interval, or an error.
using GenomeLetters = std::function<Result<std::string>(const std::string& chromosome, Interval interval)>;

/// The spliced transcript with its coding region. Letters are canonical; `alphabet` says how they are drawn. The
/// description says gene and place. Errors: those of `letters`, with the exon, and Parse when it gives fewer letters than asked for
/// (exons beyond the chromosome's end) or letters that are no nucleotides, with the transcript's id as record.
Result<Transcript> splice(const TranscriptModel& model, const GenomeLetters& letters,
                          Alphabet alphabet = Alphabet::Rna);

}  // namespace nscope::data
