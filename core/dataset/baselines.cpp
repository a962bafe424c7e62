#include "core/dataset/baselines.h"

#include "core/analysis/ranking.h"
#include "core/analysis/statistics.h"
#include "core/data/alphabet.h"
#include "core/dataset/linear_fit.h"

#include <algorithm>
#include <cmath>
#include <limits>
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

bool isRanked(TaskKind kind) { return kind == TaskKind::Classes || kind == TaskKind::Labels; }

/// Target of name `k`; NaN: not known.
double targetOf(const Dataset& dataset, const Example& example, std::size_t k)
{
    if (dataset.task.kind == TaskKind::Classes)
        return example.target[0] == float(k) ? 1.0 : 0.0;
    return double(example.target[k]);
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
        const double target = targetOf(dataset, dataset.examples[std::size_t(row)], k);
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

/// A rising line changes no correlation but its sign, so that the slope's sign in training is all that is fitted.
std::vector<BaselineNumber> judgeProfiles(const Dataset& dataset, Part judgedPart)
{
    const auto signalCount = dataset.task.names.size();
    const auto bins = std::size_t(dataset.task.bins);
    std::vector<BaselineNumber> numbers;
    for (std::size_t k = 0; k < signalCount; ++k) {
        std::array<std::vector<double>, 2> gc, values;  // trained on, judged
        for (const Example& example : dataset.examples) {
            if (example.part != Part::Train && example.part != judgedPart)
                continue;
            const std::size_t side = example.part == Part::Train ? 0 : 1;
            const std::vector<double> shares = gcOfBins(dataset, example);
            for (std::size_t b = 0; b < bins; ++b) {
                const double value = double(example.target[k * bins + b]);
                if (std::isnan(value) || std::isnan(shares[b]))
                    continue;
                gc[side].push_back(shares[b]);
                values[side].push_back(value);
            }
        }
        const auto trained = analysis::pearson(gc[0], values[0]), held = analysis::pearson(gc[1], values[1]);
        BaselineNumber number{"GC content", dataset.task.names[k], "Pearson"};
        if (trained && held)
            number.value = *trained < 0.0 ? -*held : *held;
        numbers.push_back(std::move(number));
    }
    return numbers;
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
    if (dataset.task.kind == TaskKind::MaskedLetters)
        return fail(ErrorCode::InvalidArgument, "Masked letters have no labels that a baseline could predict.");
    if (dataset.rows(Part::Train).empty() || dataset.rows(settings.judged).empty())
        return fail(ErrorCode::InvalidArgument, "A baseline needs sequences to train on and sequences in the part \""
                                                    + std::string(partName(settings.judged)) + "\".");
    if (dataset.task.kind == TaskKind::Profile)
        return judgeProfiles(dataset, settings.judged);
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
