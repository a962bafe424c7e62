// Purpose: what annotation files say about a genome, as values: transcripts with their exons, and other features such as
// peaks. Positions are genomic, 0-based half-open, on the forward strand whatever the feature's own strand is.
#pragma once

#include "core/data/locus.h"

#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nscope::data {

struct TranscriptModel {
    std::string id;
    std::string geneId;        ///< empty: not known
    std::string geneName;      ///< symbol; empty: not known
    std::string biotype;       ///< "protein_coding"; empty: not known
    std::string chromosome;    ///< as the file names it
    Strand strand = Strand::None;
    std::vector<Interval> exons;    ///< ascending, apart from each other, at least one
    std::optional<Interval> cds;    ///< from the first to the last coding base, the stop codon included
    int cdsPhase = 0;               ///< coding bases before the first whole codon, 0 to 2

    Interval span() const { return {exons.front().startNt, exons.back().endNt}; }
    std::int64_t splicedLength() const
    {
        std::int64_t length = 0;
        for (const Interval& exon : exons)
            length += exon.length();
        return length;
    }
    bool operator==(const TranscriptModel&) const = default;
};

/// A line of a BED or narrowPeak file that is no transcript, or a feature of another format.
struct Feature {
    Locus locus;
    std::string name;
    std::string kind;                     ///< "peak", "enhancer" …; empty: not known
    double score = std::nan("");          ///< NaN: none, as all below
    double signal = std::nan("");         ///< narrowPeak: enrichment
    double pValueLog10 = std::nan("");    ///< −log10
    double qValueLog10 = std::nan("");
    std::optional<std::int64_t> summitNt{};  ///< genomic
};

using TranscriptModelPtr = std::shared_ptr<const TranscriptModel>;

}  // namespace nscope::data
