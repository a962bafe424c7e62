#include "core/dataset/baselines.h"

#include "core/analysis/prediction_metrics.h"
#include "core/analysis/ranking.h"
#include "core/analysis/statistics.h"
#include "core/data/alphabet.h"
#include "core/dataset/linear_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace nscope::dataset {
namespace {

struct Design {
    std::string name;
    std::size_t columnCount = 0;
    std::vector<SparseRow> rows_N{};
};

/// Frequencies of the k-mers of A, C, G and T.
SparseRow kmerFrequencies(std::string_view letters, std::int64_t kmerNt, std::vector<std::int32_t>& counts)
{
    std::ranges::fill(counts, 0);
    const auto mask = std::uint32_t(counts.size() - 1);
    std::uint32_t word = 0;
    std::int64_t run = 0, all = 0;
    for (const char letter : letters) {
        const int base = data::baseIndex(letter);
        run = base < 0 ? 0 : run + 1;
        word = ((word << 2) | std::uint32_t(std::max(base, 0))) & mask;
        if (run < kmerNt)
            continue;
        ++counts[word];
        ++all;
    }
    SparseRow row;
    for (std::uint32_t i = 0; i < counts.size(); ++i) {
        if (counts[i] > 0)
            row.add(i, float(double(counts[i]) / double(all)));
    }
    return row;
}

Design designOf(const Dataset& dataset, std::int64_t kmerNt, bool usesKmers, bool usesLength)
{
    const std::string kmers = std::to_string(kmerNt) + "-mers";
    Design design{.name = !usesKmers ? "length" : usesLength ? kmers + " and length" : kmers};
    std::vector<std::int32_t> counts(usesKmers ? std::size_t(1) << (2 * kmerNt) : 0);
    design.columnCount = counts.size() + (usesLength ? 1 : 0);
    for (const Example& example : dataset.examples) {
        SparseRow row = usesKmers ? kmerFrequencies(example.letters(), kmerNt, counts) : SparseRow();
        if (usesLength)
            row.add(std::uint32_t(counts.size()),
                    float(std::log10(double(std::max<std::int64_t>(1, example.lengthNt)))));
        design.rows_N.push_back(std::move(row));
    }
    return design;
}

/// Rows of a part with the target known.
struct Rows {
    std::vector<const SparseRow*> rows{};
    std::vector<double> targets{};
};

Rows rowsOf(const Dataset& dataset, const Design& design, Part part, std::size_t k)
{
    Rows found;
    for (const std::int32_t row : dataset.rows(part)) {
        const double target = double(targetOf(dataset.task, dataset.examples[std::size_t(row)], k));
        if (std::isnan(target))
            continue;
        found.rows.push_back(&design.rows_N[std::size_t(row)]);
        found.targets.push_back(target);
    }
    return found;
}

std::optional<double> judged(std::span<const double> predicted, std::span<const double> measured, bool ranks)
{
    if (!ranks)
        return analysis::pearson(predicted, measured);
    std::vector<std::uint8_t> labels;
    for (const double value : measured)
        labels.push_back(value > 0.5 ? 1 : 0);
    return analysis::rankingOf(predicted, labels, 2).auroc;
}

Result<BaselineNumber> judgeName(const Dataset& dataset, const Design& design, std::size_t k,
                                 const BaselineSettings& settings, const std::stop_token& stop)
{
    const bool ranks = isRanked(dataset.task.kind);
    BaselineNumber number{design.name, dataset.task.names[k], ranks ? "AUROC" : "Pearson"};
    const Rows train = rowsOf(dataset, design, Part::Train, k), held = rowsOf(dataset, design, settings.judged, k);
    if (train.rows.empty())
        return number;
    const auto model = ranks ? fitLogistic(train.rows, train.targets, design.columnCount, settings.lambda, stop)
                             : fitRidge(train.rows, train.targets, design.columnCount, settings.lambda, stop);
    if (!model)
        return fail(model.error());
    std::vector<double> predicted;
    for (const SparseRow* row : held.rows)
        predicted.push_back(model->at(*row));
    number.value = judged(predicted, held.targets, ranks);
    return number;
}

/// Share of G and C among the known letters of every bin, NaN without any.
std::vector<double> gcOfBins(const Dataset& dataset, const Example& example)
{
    std::vector<double> shares;
    const std::string_view letters = example.letters();
    for (std::int64_t b = 0; b < dataset.task.bins; ++b) {
        std::int64_t gc = 0, known = 0;
        const std::int64_t start = example.targetStartNt + b * dataset.task.binNt;
        for (const char letter : letters.substr(std::size_t(start), std::size_t(dataset.task.binNt))) {
            const int base = data::baseIndex(letter);
            known += base >= 0 ? 1 : 0;
            gc += base == 1 || base == 2 ? 1 : 0;
        }
        shares.push_back(known > 0 ? double(gc) / double(known) : std::numeric_limits<double>::quiet_NaN());
    }
    return shares;
}

/// Of one signal with the GC content of its bins: on the part that is trained on, and on the one that is judged.
struct GcSums {
    analysis::PairSums trained, judged;
};

/// A rising line changes no correlation but its sign, so that the slope's sign in training is all that is fitted.
Result<std::vector<BaselineNumber>> judgeProfiles(const Dataset& dataset, Part judgedPart, const std::stop_token& stop,
                                                  Progress* progress)
{
    const auto bins = std::size_t(dataset.task.bins);
    std::vector<GcSums> sums(dataset.task.names.size());
    if (progress != nullptr)
        progress->setTotal(std::int64_t(dataset.examples.size()));
    for (const Example& example : dataset.examples) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Stopped while a baseline was fitted.");
        if (progress != nullptr)
            progress->add(1);
        if (example.part != Part::Train && example.part != judgedPart)
            continue;
        const std::vector<double> shares = gcOfBins(dataset, example);
        for (std::size_t k = 0; k < sums.size(); ++k) {
            analysis::PairSums& pairs = example.part == Part::Train ? sums[k].trained : sums[k].judged;
            for (std::size_t b = 0; b < bins; ++b) {
                const double value = double(example.target[k * bins + b]);
                if (!std::isnan(value) && !std::isnan(shares[b]))
                    pairs.add(shares[b], value);
            }
        }
    }
    std::vector<BaselineNumber> numbers;
    for (std::size_t k = 0; k < sums.size(); ++k) {
        const auto trained = sums[k].trained.pearson(), held = sums[k].judged.pearson();
        BaselineNumber number{"GC content", dataset.task.names[k], "Pearson"};
        if (trained && held)
            number.value = *trained < 0.0 ? -*held : *held;
        numbers.push_back(std::move(number));
    }
    return numbers;
}

/// How often which letter stands between which two, from 1 on.
class NeighbourCounts {
public:
    void add(std::size_t left, std::size_t letter, std::size_t right) { ++m_counts[(left * 4 + right) * 4 + letter]; }
    /// Of a letter between two, or between any.
    double between(std::size_t left, std::size_t letter, std::size_t right) const
    {
        const auto first = m_counts.begin() + std::ptrdiff_t((left * 4 + right) * 4);
        return double(first[std::ptrdiff_t(letter)]) / double(std::accumulate(first, first + 4, std::int64_t(0)));
    }
    double anywhere(std::size_t letter) const
    {
        std::int64_t own = 0, all = 0;
        for (std::size_t i = 0; i < m_counts.size(); ++i) {
            own += i % 4 == letter ? m_counts[i] : 0;
            all += m_counts[i];
        }
        return double(own) / double(all);
    }

private:
    std::vector<std::int64_t> m_counts = std::vector<std::int64_t>(64, 1);
};

/// Every letter of a part that is known, as are its neighbours.
template <class Take>
Result<void> forLetters(const Dataset& dataset, Part part, const std::stop_token& stop, Progress* progress,
                        const Take& take)
{
    for (const std::int32_t row : dataset.rows(part)) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Stopped while a baseline was fitted.");
        const std::string_view letters = dataset.examples[std::size_t(row)].letters();
        for (std::size_t i = 1; i + 1 < letters.size(); ++i) {
            const int left = data::baseIndex(letters[i - 1]), own = data::baseIndex(letters[i]),
                      right = data::baseIndex(letters[i + 1]);
            if (left >= 0 && own >= 0 && right >= 0)
                take(std::size_t(left), std::size_t(own), std::size_t(right));
        }
        if (progress != nullptr)
            progress->add(1);
    }
    return {};
}

Result<std::vector<BaselineNumber>> judgeLetters(const Dataset& dataset, Part judgedPart, const std::stop_token& stop,
                                                 Progress* progress)
{
    if (progress != nullptr)
        progress->setTotal(std::int64_t(dataset.rows(Part::Train).size() + dataset.rows(judgedPart).size()));
    NeighbourCounts counts;
    auto done = forLetters(dataset, Part::Train, stop, progress, [&](std::size_t left, std::size_t own, std::size_t right) {
        counts.add(left, own, right);
    });
    if (!done)
        return fail(done.error());
    std::array<double, 4> frequency{};
    for (std::size_t letter = 0; letter < 4; ++letter)
        frequency[letter] = counts.anywhere(letter);
    double ofLetters = 0.0, ofNeighbours = 0.0;
    std::int64_t judged = 0;
    done = forLetters(dataset, judgedPart, stop, progress, [&](std::size_t left, std::size_t own, std::size_t right) {
        ofLetters -= std::log(frequency[own]);
        ofNeighbours -= std::log(counts.between(left, own, right));
        ++judged;
    });
    if (!done)
        return fail(done.error());
    const auto perplexity = [judged](double sum) {
        return judged > 0 ? std::optional(std::exp(sum / double(judged))) : std::nullopt;
    };
    return std::vector<BaselineNumber>{{"letters", "letter", "perplexity", perplexity(ofLetters)},
                                       {"3-mers", "letter", "perplexity", perplexity(ofNeighbours)}};
}

Result<std::vector<BaselineNumber>> judgeSequences(const Dataset& dataset, const BaselineSettings& settings,
                                                   const std::stop_token& stop, Progress* progress)
{
    const auto [shortest, longest] = std::ranges::minmax(dataset.examples, {}, &Example::lengthNt);
    const bool lengthsDiffer = shortest.lengthNt != longest.lengthNt;
    const std::size_t first = dataset.task.kind == TaskKind::Classes && dataset.task.names.size() == 2 ? 1 : 0;
    const std::vector<std::pair<bool, bool>> uses =
        lengthsDiffer ? std::vector<std::pair<bool, bool>>{{false, true}, {true, false}, {true, true}}
                      : std::vector<std::pair<bool, bool>>{{true, false}};
    if (progress != nullptr)
        progress->setTotal(std::int64_t(uses.size() * (dataset.task.names.size() - first)));
    std::vector<BaselineNumber> numbers;
    for (const auto& [usesKmers, usesLength] : uses) {
        const Design design = designOf(dataset, settings.kmerNt, usesKmers, usesLength);
        for (std::size_t k = first; k < dataset.task.names.size(); ++k) {
            auto number = judgeName(dataset, design, k, settings, stop);
            if (!number)
                return fail(number.error());
            numbers.push_back(*std::move(number));
            if (progress != nullptr)
                progress->add(1);
        }
    }
    return numbers;
}

}  // namespace

Result<std::vector<BaselineNumber>> judgeBaselines(const Dataset& dataset, const BaselineSettings& settings,
                                                   std::stop_token stop, Progress* progress)
{
    if (dataset.rows(Part::Train).empty() || dataset.rows(settings.judged).empty())
        return fail(ErrorCode::InvalidArgument, "A baseline needs sequences to train on and sequences in the part \""
                                                    + std::string(partName(settings.judged)) + "\".");
    if (dataset.task.kind == TaskKind::Profile)
        return judgeProfiles(dataset, settings.judged, stop, progress);
    if (dataset.task.kind == TaskKind::MaskedLetters)
        return judgeLetters(dataset, settings.judged, stop, progress);
    return judgeSequences(dataset, settings, stop, progress);
}

data::ResultTable baselineTable(const std::vector<BaselineNumber>& numbers)
{
    std::vector<std::string> baselines, names, metrics;
    std::vector<double> values;
    for (const BaselineNumber& number : numbers) {
        baselines.push_back(number.baseline);
        names.push_back(number.name);
        metrics.push_back(number.metric);
        values.push_back(number.value.value_or(std::numeric_limits<double>::quiet_NaN()));
    }
    return {"baselines",
            {{"baseline", std::move(baselines)},
             {"name", std::move(names)},
             {"metric", std::move(metrics)},
             {"value", std::move(values)}}};
}

}  // namespace nscope::dataset
