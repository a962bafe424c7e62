// Purpose: the summary of a dataset's parts and the pictures of its labels and lengths.
#include "core/analysis/statistics.h"
#include "core/dataset/target_checks.h"
#include "core/dataset/target_counts.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace nscope::dataset {
namespace {

constexpr std::size_t kHistogramBins = 40;

std::vector<double> lengthsOf(const Dataset& dataset, Part part)
{
    std::vector<double> lengths;
    for (const std::int32_t row : dataset.rows(part))
        lengths.push_back(double(dataset.examples[std::size_t(row)].lengthNt));
    return lengths;
}

/// Shares of each part's values in bins of equal width, `low` to `high`.
data::PlotSeries histogram(const std::vector<double>& values, double low, double high, Part part)
{
    const double width = (high - low) / double(kHistogramBins);
    std::vector<double> x, y(kHistogramBins, 0.0);
    for (const double value : values) {
        const double bin = width > 0.0 ? std::floor((value - low) / width) : 0.0;
        y[std::size_t(std::clamp(bin, 0.0, double(kHistogramBins - 1)))] += 1.0 / double(values.size());
    }
    for (std::size_t i = 0; i < kHistogramBins; ++i)
        x.push_back(low + (double(i) + 0.5) * width);
    return {.kind = data::PlotSeries::Kind::Line,
            .name = std::string(partName(part)),
            .x = std::move(x),
            .y = std::move(y),
            .colour = int(part)};
}

/// One line per part that has values; `valuesOf` gives them.
template <class ValuesOf>
void addHistograms(data::Plot& plot, const ValuesOf& valuesOf)
{
    std::vector<std::vector<double>> all;
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const Part part : kParts) {
        all.push_back(valuesOf(part));
        for (const double value : all.back()) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    }
    for (const Part part : kParts) {
        if (const auto& values = all[std::size_t(part)]; !values.empty())
            plot.series.push_back(histogram(values, low, high, part));
    }
}

data::Plot lengthPlot(const Dataset& dataset)
{
    data::Plot plot{.id = "lengths",
                    .title = "Lengths",
                    .x = {.label = "Length (powers of ten, nt)"},
                    .y = {.label = "Share of the part", .from = 0.0}};
    addHistograms(plot, [&](Part part) {
        std::vector<double> lengths = lengthsOf(dataset, part);
        for (double& length : lengths)
            length = std::log10(length);
        return lengths;
    });
    return plot;
}

/// Values of the first number.
data::Plot valuePlot(const Dataset& dataset)
{
    data::Plot plot{.id = "values",
                    .title = "Values",
                    .x = {.label = dataset.task.names.front() + " (as learned)"},
                    .y = {.label = "Share of the part", .from = 0.0}};
    addHistograms(plot, [&](Part part) {
        std::vector<double> values;
        for (const std::int32_t row : dataset.rows(part)) {
            if (const float value = dataset.examples[std::size_t(row)].target[0]; !std::isnan(value))
                values.push_back(double(value));
        }
        return values;
    });
    return plot;
}

/// A point per name and part: the share of a class or of positive labels, the mean of a share or signal.
data::Plot balancePlot(const Dataset& dataset)
{
    const bool isShare = isRanked(dataset.task.kind);
    data::Plot plot{.id = "balance",
                    .title = isShare ? "Balance of the labels" : "Means of the targets",
                    .y = {.label = isShare ? "Share of the part" : "Mean", .from = 0.0}};
    for (std::size_t k = 0; k < dataset.task.names.size(); ++k)
        plot.x.ticks.push_back({double(k), dataset.task.names[k]});
    for (const Part part : kParts) {
        const TargetCounts counts = countTargets(dataset, part);
        if (counts.valuesPerName == 0)
            continue;
        data::PlotSeries bars{.kind = data::PlotSeries::Kind::Bars,
                              .name = std::string(partName(part)),
                              .x = {},
                              .y = {},
                              .colour = int(part)};
        for (const NameCounts& one : counts.names) {
            bars.x.push_back(double(bars.x.size()));
            bars.y.push_back((isShare ? double(one.positive) : one.sum) / double(one.known));
        }
        plot.series.push_back(std::move(bars));
    }
    return plot;
}

}  // namespace

data::ResultTable partSummary(const Dataset& dataset)
{
    std::vector<std::string> parts;
    std::vector<std::int64_t> counts, letters, shortest, longest;
    std::vector<double> medians;
    for (const Part part : kParts) {
        const std::vector<double> lengths = lengthsOf(dataset, part);
        double total = 0.0;
        for (const double length : lengths)
            total += length;
        parts.emplace_back(partName(part));
        counts.push_back(std::int64_t(lengths.size()));
        letters.push_back(std::int64_t(total));
        shortest.push_back(lengths.empty() ? 0 : std::int64_t(std::ranges::min(lengths)));
        medians.push_back(lengths.empty() ? 0.0 : analysis::median(lengths));
        longest.push_back(lengths.empty() ? 0 : std::int64_t(std::ranges::max(lengths)));
    }
    return {"parts",
            {{"part", std::move(parts)},
             {"sequences", std::move(counts)},
             {"letters", std::move(letters)},
             {"shortest", std::move(shortest)},
             {"median", std::move(medians)},
             {"longest", std::move(longest)}}};
}

std::vector<data::Plot> datasetPlots(const Dataset& dataset)
{
    std::vector<data::Plot> plots;
    if (dataset.examples.empty())
        return plots;
    if (dataset.task.kind == TaskKind::Numbers)
        plots.push_back(valuePlot(dataset));
    else if (dataset.task.kind != TaskKind::MaskedLetters)
        plots.push_back(balancePlot(dataset));
    plots.push_back(lengthPlot(dataset));
    return plots;
}

}  // namespace nscope::dataset
