// Purpose: two scores of coding potential that need no learning and that every trained model is compared with: the
// length of the longest open reading frame, and the strength of the three-nucleotide periodicity of the transcript.
// Source: spec/models.md 1.9 "Longest ORF"; Tiwari et al. 1997 (Fourier power at 1/3).
#pragma once

#include "core/train/metrics.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::train {

/// Nucleotides of the longest ATG…stop ORF of the three forward frames, stop included; 0 without one.
double longestOrfScore(std::string_view canonicalLetters);

/// Σ over A, C, G, T of |Σ_p [letter p is the base]·e^(−2πip/3)|² divided by the length; 0 for an empty sequence.
double periodicityScore(std::string_view canonicalLetters);

struct BaselineScores {
    std::string name;               ///< "longest ORF", "3-nt periodicity"
    std::vector<double> trainScores;
    std::vector<double> testScores;
};

/// Test rows judged at the threshold that is best on the training rows.
ClassMetrics baselineMetrics(const BaselineScores& scores, std::span<const std::uint8_t> trainLabels,
                             std::span<const std::uint8_t> testLabels);

/// Both baselines on the given letters, in the order named above. `poll` is called between sequences; it may throw.
std::vector<BaselineScores> baselineScores(std::span<const std::string_view> trainLetters,
                                           std::span<const std::string_view> testLetters,
                                           const std::function<void()>& poll);

}  // namespace nscope::train
