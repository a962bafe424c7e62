#include "core/train/baselines.h"

#include "core/data/alphabet.h"
#include "core/data/orf.h"

#include <array>
#include <complex>
#include <numbers>

namespace nscope::train {

double longestOrfScore(std::string_view canonicalLetters)
{
    const auto orf = data::longestOrf(canonicalLetters);
    return orf ? double(orf->span.length()) : 0.0;
}

double periodicityScore(std::string_view canonicalLetters)
{
    if (canonicalLetters.empty())
        return 0.0;
    // The three phases of the wave only need the counts of each base at positions 0, 1, 2 mod 3.
    std::array<std::array<double, 3>, data::kBaseCount> counts{};
    for (std::size_t p = 0; p < canonicalLetters.size(); ++p) {
        const int base = data::baseIndex(canonicalLetters[p]);
        if (base >= 0)
            counts[std::size_t(base)][p % 3] += 1.0;
    }
    double power = 0.0;
    for (const auto& byPhase : counts) {
        std::complex<double> sum;
        for (std::size_t phase = 0; phase < 3; ++phase)
            sum += byPhase[phase] * std::polar(1.0, -2.0 * std::numbers::pi * double(phase) / 3.0);
        power += std::norm(sum);
    }
    return power / double(canonicalLetters.size());
}

ClassMetrics baselineMetrics(const BaselineScores& scores, std::span<const std::uint8_t> trainLabels,
                             std::span<const std::uint8_t> testLabels)
{
    return classMetrics(scores.testScores, testLabels, bestThreshold(scores.trainScores, trainLabels));
}

std::vector<BaselineScores> baselineScores(std::span<const std::string_view> trainLetters,
                                           std::span<const std::string_view> testLetters,
                                           const std::function<void()>& poll)
{
    std::vector<BaselineScores> both{{"longest ORF", {}, {}}, {"3-nt periodicity", {}, {}}};
    for (const auto letters : trainLetters) {
        poll();
        both[0].trainScores.push_back(longestOrfScore(letters));
        both[1].trainScores.push_back(periodicityScore(letters));
    }
    for (const auto letters : testLetters) {
        poll();
        both[0].testScores.push_back(longestOrfScore(letters));
        both[1].testScores.push_back(periodicityScore(letters));
    }
    return both;
}

}  // namespace nscope::train
