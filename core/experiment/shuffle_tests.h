// Purpose: what of a transcript a model reads: regions shuffled one at a time, and codons shuffled with the reading
// frame kept. change = mean score of the shuffles − score of the transcript, with a percentile bootstrap's 95 %
// interval. Region shuffles keep every dinucleotide count. The positional codon shuffle permutes the codons between the
// first and the last; the synonymous one permutes codons among places of the same amino acid, so that protein and codon
// usage stay.
// Source: spec/models.md 1.9 "Sanity tests" (UTRs longer than 25 nt). The seed of a record follows from its id.
// Thread: that of the caller. Blocking. Errors: InvalidArgument, those of the scorer.
#pragma once

#include "core/experiment/scorer.h"

namespace nscope::experiment {

struct ShuffleTestSettings {
    int repeats = 20;
    std::int64_t minimumNt = 26;  ///< shorter regions are not shuffled
    std::uint64_t seed = 1;
};

struct ShuffleTestRow {
    std::string what;  ///< "utr5", "cds", "utr3", "all"; "codons", "synonymous"
    data::Interval region;
    double score = 0.0;               ///< of the transcript as it is
    analysis::MeanEstimate shuffled;  ///< scores of the shuffles
    analysis::MeanEstimate change;
    std::string skipped;  ///< why nothing was computed; empty: it was
    std::vector<double> changes{};  ///< one per shuffle
};

/// The 5'UTR, the coding region and the 3'UTR; the whole sequence where there is no coding region.
Result<std::vector<ShuffleTestRow>> regionShuffles(const Run& run, const data::TranscriptPtr& transcript,
                                                   const ShuffleTestSettings& settings);
/// Two rows. Without a coding region of whole codons both are skipped.
Result<std::vector<ShuffleTestRow>> codonShuffles(const Run& run, const data::TranscriptPtr& transcript,
                                                  const ShuffleTestSettings& settings);

}  // namespace nscope::experiment
