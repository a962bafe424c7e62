// Purpose: instances of a motif in sequences, and whether a motif is met in more sequences of one set than of another.
// A word's score is the sum of log2(p / background) in steps of 1/100 bit; a word is an instance if random letters of the
// background score as high with at most the p-value asked for (exact distribution by dynamic programming; Staden 1989).
// The best word of a motif is always an instance, however short the motif. Words with letters other than A, C, G, T/U are
// none. Source of the test: spec 3.4 (hypergeometric, once per sequence, Benjamini–Hochberg). Thread: any.
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/motif.h"

#include <array>
#include <cstdint>
#include <stop_token>
#include <string_view>
#include <vector>

namespace nscope::analysis {

struct ScanSettings {
    double pValue = 1e-3;      ///< of a word, on one strand
    bool bothStrands = false;  ///< for DNA
    std::array<double, 4> background{0.25, 0.25, 0.25, 0.25};
    double pseudocount = 0.01;  ///< added to every probability before the logarithm, so that no base is impossible
};

struct MotifHit {
    std::int64_t startNt = 0;
    bool reverseStrand = false;
    double score = 0.0;  ///< bits
};

class MotifScanner {
public:
    MotifScanner(const data::Motif& motif, const ScanSettings& settings);

    double thresholdBits() const;
    /// The chance that a random word scores at least this.
    double pValueOf(double scoreBits) const;
    std::vector<MotifHit> hits(std::string_view canonicalLetters) const;
    bool occursIn(std::string_view canonicalLetters) const;

private:
    struct Strand {
        std::vector<int> scores_WC;  ///< in steps, shifted so that the lowest of every column is 0
    };
    /// −1 for a word with an ambiguous letter.
    int wordScore(const Strand& strand, std::string_view word) const;

    std::size_t m_width = 0;
    std::vector<Strand> m_strands;
    std::vector<double> m_tail;  ///< P(score ≥ s) by shifted steps
    int m_threshold = 0;         ///< shifted steps
    int m_shift = 0;             ///< steps added by the shift
};

struct MotifEnrichment {
    std::size_t motif = 0;
    std::int64_t positivesWith = 0;
    std::int64_t negativesWith = 0;
    double positiveShare = 0.0;
    double negativeShare = 0.0;
    double p = 1.0;
    double q = 1.0;
};

/// One row per motif, by rising p-value. `progress` counts motifs and may be null. Errors: InvalidArgument for an empty
/// set of sequences; Cancelled.
Result<std::vector<MotifEnrichment>> motifEnrichment(const data::MotifSet& motifs,
                                                     const std::vector<std::string_view>& positives,
                                                     const std::vector<std::string_view>& negatives,
                                                     const ScanSettings& settings, std::stop_token stop = {},
                                                     Progress* progress = nullptr);

}  // namespace nscope::analysis
