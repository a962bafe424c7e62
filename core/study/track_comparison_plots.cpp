#include "core/study/track_comparison_plots.h"

#include "core/study/columns.h"
#include "core/study/study_parts.h"

#include <algorithm>
#include <map>
#include <set>

namespace nscope::study {

namespace {

using data::Plot;
using data::PlotSeries;

constexpr std::size_t kMostScatters = 12;

/// Lines that do not differ need no legend.
std::string legendOf(const TrackComparison& comparison, const LineResult& line)
{
    return comparison.lines.size() > 1 ? line.line : std::string();
}

Plot scatterPlot(const LineResult& line, std::size_t number)
{
    Plot plot{.id = number == 0 ? "scatter" : "scatter_" + std::to_string(number + 1),
              .title = line.line + ": " + groupedText(std::int64_t(line.measuredSample.size())) + " of "
                       + groupedText(line.whole.bins) + " bins"};
    if (line.whole.pearson)
        plot.title += " (Pearson " + shortNumber(*line.whole.pearson) + ")";
    plot.x = {.label = "Measured"};
    plot.y = {.label = line.scale ? "Predicted, scaled" : "Predicted"};
    plot.series.push_back(
        {.kind = PlotSeries::Kind::Density, .name = {}, .x = line.measuredSample, .y = line.predictedSample});
    return plot;
}

template <class ValueOf>
Plot distributionPlot(const TrackComparison& comparison, std::string id, std::string title, std::string axis,
                      ValueOf valueOf)
{
    Plot plot{.id = std::move(id), .title = std::move(title)};
    plot.x = {.label = "Line"};
    plot.y = {.label = std::move(axis)};
    for (const LineResult& line : comparison.lines) {
        data::PlotDistribution values{line.line, {}};
        for (const RegionResult& region : line.regions)
            if (const std::optional<double> value = valueOf(region.metrics))
                values.values.push_back(*value);
        if (!values.values.empty())
            plot.distributions.push_back(std::move(values));
    }
    return plot;
}

Plot curvePlot(const TrackComparison& comparison)
{
    Plot plot{.id = "thresholds", .title = "Mean Pearson correlation of the regions above a threshold"};
    plot.x = {.label = "Highest measured value of the region, above"};
    plot.y = {.label = "Mean Pearson correlation per region"};
    for (const LineResult& line : comparison.lines) {
        PlotSeries series{.kind = PlotSeries::Kind::Line, .name = legendOf(comparison, line), .x = {}, .y = {}};
        for (const analysis::ThresholdPoint& point : line.curve) {
            if (!point.pearson)
                continue;
            series.x.push_back(point.threshold);
            series.y.push_back(*point.pearson);
            series.labels.push_back(groupedText(point.regions) + " regions");
        }
        if (!series.x.empty())
            plot.series.push_back(std::move(series));
    }
    return plot;
}

/// ROC from (0, 0) on; `rankingOf` chooses bins or regions.
template <class RankingOf>
Plot rocPlot(const TrackComparison& comparison, std::string id, const std::string& what, RankingOf rankingOf)
{
    Plot plot{.id = std::move(id), .title = "ROC of the " + what};
    plot.x = {.label = "False positive rate", .from = 0.0, .to = 1.0};
    plot.y = {.label = "True positive rate", .from = 0.0, .to = 1.0};
    for (const LineResult& line : comparison.lines) {
        const analysis::Ranking& ranking = rankingOf(line);
        if (!ranking.auroc)
            continue;
        PlotSeries series{.kind = PlotSeries::Kind::Line,
                          .name = line.line + " (AUROC " + shortNumber(*ranking.auroc) + ")",
                          .x = {0.0},
                          .y = {0.0}};
        for (const analysis::RankingPoint& point : ranking.curve) {
            series.x.push_back(double(point.falsePositives) / double(ranking.negatives));
            series.y.push_back(double(point.truePositives) / double(ranking.positives));
        }
        plot.series.push_back(std::move(series));
    }
    if (!plot.series.empty())
        plot.series.push_back(
            {.kind = PlotSeries::Kind::Line, .name = "by chance", .x = {0.0, 1.0}, .y = {0.0, 1.0}, .dashed = true});
    return plot;
}

template <class RankingOf>
Plot precisionPlot(const TrackComparison& comparison, std::string id, const std::string& what, RankingOf rankingOf)
{
    Plot plot{.id = std::move(id), .title = "Precision and recall of the " + what};
    plot.x = {.label = "Recall", .from = 0.0, .to = 1.0};
    plot.y = {.label = "Precision", .from = 0.0, .to = 1.0};
    for (const LineResult& line : comparison.lines) {
        const analysis::Ranking& ranking = rankingOf(line);
        if (!ranking.auroc)
            continue;
        PlotSeries series{.kind = PlotSeries::Kind::Line,
                          .name = line.line + " (AUPR " + shortNumber(orNaN(ranking.averagePrecision)) + ")",
                          .x = {},
                          .y = {}};
        for (const analysis::RankingPoint& point : ranking.curve) {
            series.x.push_back(double(point.truePositives) / double(ranking.positives));
            series.y.push_back(double(point.truePositives) / double(point.truePositives + point.falsePositives));
        }
        plot.series.push_back(std::move(series));
    }
    return plot;
}

bool hasSomething(const Plot& plot) { return !plot.series.empty() || !plot.distributions.empty() || plot.map; }

}  // namespace

data::PlotMap triangleMap(const std::vector<LineResult>& lines)
{
    std::map<std::pair<std::int64_t, std::int64_t>, std::vector<std::optional<double>>> cells;
    std::set<std::int64_t> trained, evaluated;
    for (const LineResult& line : lines) {
        for (const TriangleCell& cell : line.triangle) {
            cells[{line.trainBinNt, cell.binNt}].push_back(cell.metrics.pearson);
            trained.insert(line.trainBinNt);
            evaluated.insert(cell.binNt);
        }
    }
    data::PlotMap map;
    map.unit = "Pearson";
    for (const std::int64_t bin : trained)
        map.rows.push_back(std::to_string(bin));
    for (const std::int64_t bin : evaluated)
        map.columns.push_back(std::to_string(bin));
    for (const std::int64_t row : trained)
        for (const std::int64_t column : evaluated)
            map.values.push_back(orNaN(analysis::meanOfDefined(cells[{row, column}])));
    return map;
}

std::vector<Plot> trackComparisonPlots(const TrackComparison& comparison, const TrackComparisonSettings& settings)
{
    using analysis::TrackMetrics;
    std::vector<Plot> plots;
    const auto add = [&plots](Plot plot) {
        if (hasSomething(plot))
            plots.push_back(std::move(plot));
    };
    for (std::size_t i = 0; i < std::min(comparison.lines.size(), kMostScatters); ++i)
        add(scatterPlot(comparison.lines[i], i));
    add(distributionPlot(comparison, "regions_pearson", "Pearson correlation, one value per region",
                         "Pearson correlation", [](const TrackMetrics& metrics) { return metrics.pearson; }));
    add(distributionPlot(comparison, "regions_spearman", "Spearman correlation, one value per region",
                         "Spearman correlation", [](const TrackMetrics& metrics) { return metrics.spearman; }));
    add(distributionPlot(comparison, "regions_js", "Jensen–Shannon distance, one value per region",
                         "Jensen–Shannon distance",
                         [](const TrackMetrics& metrics) { return metrics.jensenShannonDistance; }));
    if (data::PlotMap map = triangleMap(comparison.lines); !map.values.empty()) {
        Plot plot{.id = "bin_triangle", .title = "Pearson correlation by bins of the training and of the evaluation"};
        plot.x = {.label = "Bin of the evaluation (nt)"};
        plot.y = {.label = "Bin of the training (nt)"};
        plot.map = std::move(map);
        add(std::move(plot));
    }
    add(curvePlot(comparison));
    const std::string by = settings.peaks.empty() ? " above " + shortNumber(settings.threshold) : " in peaks";
    const auto bins = [](const LineResult& line) -> const analysis::Ranking& { return line.ofBins; };
    const auto regions = [](const LineResult& line) -> const analysis::Ranking& { return line.ofRegions; };
    add(rocPlot(comparison, "roc_bins", "bins" + by, bins));
    add(precisionPlot(comparison, "precision_bins", "bins" + by, bins));
    add(rocPlot(comparison, "roc_regions", "regions" + by, regions));
    add(precisionPlot(comparison, "precision_regions", "regions" + by, regions));
    return plots;
}

}  // namespace nscope::study
