// Purpose: comparing two scorers of the same mutants: random mutants, and how far the changes they give differ.
#pragma once

#include "core/nn/sequence_net.h"
#include "tests/support/random_letters.h"

#include <QString>

#include <algorithm>
#include <cmath>
#include <random>

namespace nscope::tests {

inline constexpr std::int64_t kBudget = std::int64_t(64) << 20;

/// Anywhere, the first and the last letter among them.
inline std::vector<nn::Mutation> randomMutations(std::mt19937_64& random, std::size_t lengthNt, std::size_t count)
{
    std::vector<nn::Mutation> mutations = {{0, 1}, {std::int64_t(lengthNt) - 1, 2}};
    while (mutations.size() < count)
        mutations.push_back({std::int64_t(randomBelow(random, lengthNt)), int(randomBelow(random, 4))});
    return mutations;
}

struct Comparison {
    double worst = 0.0;      ///< largest difference of two changes of the score, which is what mutagenesis shows
    double rms = 0.0;        ///< root of the mean square of these differences
    double reference = 0.0;  ///< difference of the sequence's own scores
    double range = 0.0;      ///< of the second changes, 0 among them
    double size = 0.0;       ///< largest second score without sign
};

inline Comparison compared(std::vector<double> a, double referenceA, std::vector<double> b, double referenceB)
{
    Comparison result;
    result.reference = std::abs(referenceA - referenceB);
    result.size = std::abs(referenceB);
    double low = 0.0, high = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double change = b[i] - referenceB;
        // A difference that is no number is no small one.
        const double difference = std::abs(a[i] - referenceA - change);
        result.worst = difference <= result.worst ? result.worst : difference;
        result.rms += difference * difference / double(a.size());
        result.size = std::max(result.size, std::abs(b[i]));
        low = std::min(low, change);
        high = std::max(high, change);
    }
    result.range = high - low;
    result.rms = std::sqrt(result.rms);
    return result;
}

inline Comparison compared(nn::MutantScorer& a, nn::MutantScorer& b, const std::vector<nn::Mutation>& mutations)
{
    return compared(a.scores(mutations, {}), a.referenceScore(), b.scores(mutations, {}), b.referenceScore());
}

/// For float32 against float64: our differences are of the size that rounding gives whole runs. By root mean squares, for
/// which of a few differences is the largest is left to chance.
inline bool roundsAsWhole(const Comparison& ours, const Comparison& whole)
{
    return ours.rms <= std::max({0.5e-5 * ours.range, 2.0 * whole.rms, 0.5e-6 * ours.size});
}

inline QString wordsOf(const Comparison& c)
{
    return QString("differs by %1 (rms %2) in a range of %3 around %4").arg(c.worst).arg(c.rms).arg(c.range).arg(c.size);
}

}  // namespace nscope::tests
