// Purpose: comparing two scorers of the same mutants: random mutants, how far the changes they give differ, and whether
// batches and threads matter.
#pragma once

#include "core/interpret/ism.h"
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

/// For float32 against float64: our differences are of the size that rounding gives whole runs. By root mean squares,
/// for which of a few differences is the largest is left to chance.
inline bool roundsAsWhole(const Comparison& ours, const Comparison& whole)
{
    return ours.rms <= std::max({0.5e-5 * ours.range, 2.0 * whole.rms, 0.5e-6 * ours.size});
}

/// Scores of a float32 network by its own scorer and by whole runs, each against those of float64.
struct Rounding {
    Comparison ours, whole;
};
/// The network has a scorer of its own; it is in float64 afterwards.
inline Rounding roundingOf(const std::shared_ptr<nn::SequenceNet>& net, const std::string& letters,
                           const nn::Target& target, const std::vector<nn::Mutation>& mutations)
{
    const auto fast = net->mutantScorer(letters, target, kBudget, {});
    const auto full = interpret::fullMutantScorer(net, letters, target, kBudget, {});
    const auto scores = fast->scores(mutations, {}), whole = full->scores(mutations, {});
    net->to(torch::kFloat64);
    const auto truth = interpret::fullMutantScorer(net, letters, target, kBudget, {});
    const auto exact = truth->scores(mutations, {});
    return {compared(scores, fast->referenceScore(), exact, truth->referenceScore()),
            compared(whole, full->referenceScore(), exact, truth->referenceScore())};
}

inline QString wordsOf(const Comparison& c)
{
    return QString("differs by %1 (rms %2) in a range of %3 around %4")
        .arg(c.worst)
        .arg(c.rms)
        .arg(c.range)
        .arg(c.size);
}

inline QString wordsOf(const Rounding& rounding)
{
    return wordsOf(rounding.ours)
           + QString(", the full scores by %1 (rms %2)").arg(rounding.whole.worst).arg(rounding.whole.rms);
}

/// Two threads, one mutant at a time and a scorer without memory to spare give what one thread gives with all of it, up
/// to `tolerance` of the scores; says what does not.
inline QString batchingFault(nn::SequenceNet& net, const std::string& letters, const nn::Target& target,
                             const std::vector<nn::Mutation>& mutations, double tolerance)
{
    const auto large = net.mutantScorer(letters, target, kBudget, {});
    if (!large)
        return "the network has no scorer of its own";
    const auto small = net.mutantScorer(letters, target, 1, {});
    if (small->mutantsPerPass() >= large->mutantsPerPass())
        return "without memory as many mutants go into a pass";
    const int threads = at::get_num_threads();
    at::set_num_threads(1);
    const auto one = large->scores(mutations, {});
    at::set_num_threads(2);
    const auto two = large->scores(mutations, {}), chunked = small->scores(mutations, {});
    std::vector<double> alone;
    for (const nn::Mutation& mutation : mutations)
        alone.push_back(large->scores({&mutation, 1}, {}).front());
    at::set_num_threads(threads);
    for (const auto& [how, scores] :
         {std::pair{"two threads", two}, {"small passes", chunked}, {"one at a time", alone}}) {
        const Comparison c = compared(scores, 0.0, one, 0.0);
        if (!(c.worst <= tolerance * (1.0 + c.size)))
            return QString(how) + ": " + wordsOf(c);
    }
    return {};
}

}  // namespace nscope::tests
