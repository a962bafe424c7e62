#include "core/study/run_summary.h"

#include "core/io/mapped_file.h"
#include "core/study/columns.h"
#include "core/study/metric_order.h"
#include "core/study/number_text.h"
#include "core/study/search_outcome.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <utility>

namespace nscope::study {

namespace {

using nlohmann::ordered_json;

constexpr std::size_t kLargest = std::size_t(1) << 26;

std::string pathOf(const std::string& folder, const char* file)
{
    const std::string path = (std::filesystem::path(folder) / file).string();
    std::error_code problem;
    return std::filesystem::exists(path, problem) ? path : std::string();
}

struct SeriesMetric {
    std::string name;
    double mean = 0.0, deviation = 0.0;
    std::vector<double> values;
};

/// What is looked at first comes first, what belongs to one name last.
Result<std::vector<SeriesMetric>> metricsOf(const ordered_json& series, const std::string& path)
{
    std::vector<SeriesMetric> metrics;
    try {
        for (const auto& [name, each] : series.at("metrics").items())
            metrics.push_back({name, each.at("mean").get<double>(), each.at("standard_deviation").get<double>(),
                               each.at("values").get<std::vector<double>>()});
    } catch (const ordered_json::exception&) {
        metrics.clear();
    }
    if (metrics.empty())
        return fail(ErrorCode::Parse, "The file does not hold the metrics of several runs.", {.file = path});
    std::ranges::stable_sort(metrics, {}, [](const SeriesMetric& metric) {
        return std::pair(rankOf(metric.name), metric.name);
    });
    return metrics;
}

data::Plot metricPlot(const SeriesMetric& metric)
{
    data::Plot plot{.id = metric.name, .title = metric.name + " of the held-out examples of every run",
                    .x = {.label = "Run"}, .y = {.label = metric.name}};
    data::PlotSeries points{.kind = data::PlotSeries::Kind::Points, .name = {}, .x = {}, .y = metric.values};
    for (std::size_t run = 0; run < metric.values.size(); ++run) {
        points.x.push_back(double(run + 1));
        plot.x.ticks.push_back({double(run + 1), std::to_string(run + 1)});
    }
    plot.x.from = 0.5;
    plot.x.to = double(metric.values.size()) + 0.5;
    plot.series.push_back(std::move(points));
    plot.guides.push_back({.at = metric.mean, .label = "mean"});
    return plot;
}

data::ResultTable metricTable(const std::vector<SeriesMetric>& metrics)
{
    data::ResultTable table{
        "metrics",
        {columnOf("metric", metrics, [](const SeriesMetric& metric) { return metric.name; }),
         columnOf("mean", metrics, [](const SeriesMetric& metric) { return metric.mean; }),
         columnOf("standard deviation", metrics, [](const SeriesMetric& metric) { return metric.deviation; })}};
    std::size_t runs = 0;
    for (const SeriesMetric& metric : metrics)
        runs = std::max(runs, metric.values.size());
    for (std::size_t run = 0; run < runs; ++run)
        table.columns.push_back(columnOf("run " + std::to_string(run + 1), metrics, [run](const SeriesMetric& metric) {
            return run < metric.values.size() ? metric.values[run] : std::numeric_limits<double>::quiet_NaN();
        }));
    return table;
}

Result<Outcome> seriesOutcome(const ordered_json& series, const std::string& path)
{
    const auto metrics = metricsOf(series, path);
    if (!metrics)
        return fail(metrics.error());
    Outcome outcome;
    for (const SeriesMetric& metric : *metrics)
        if (rankOf(metric.name) < kMainMetrics.size())
            outcome.plots.push_back(metricPlot(metric));
    outcome.tables.push_back(metricTable(*metrics));
    const SeriesMetric& first = metrics->front();
    // The model of the folder, where that is the mean of the runs; absent otherwise.
    const auto ensemble = ordered_json::json_pointer() / "ensemble" / "metrics" / first.name;
    if (series.contains(ensemble) && series[ensemble].is_number())
        outcome.notes.push_back("The model of this folder is the mean of all runs; " + first.name + " of it is "
                                + shortNumber(series[ensemble].get<double>()) + ".");
    outcome.notes.push_back("Of " + groupedText(std::int64_t(first.values.size())) + " runs, " + first.name + " is "
                            + shortNumber(first.mean) + " on average, with a standard deviation of "
                            + shortNumber(first.deviation) + ".");
    return outcome;
}

}  // namespace

bool hasSummary(const std::string& folder)
{
    return !pathOf(folder, "search.json").empty() || !pathOf(folder, "series.json").empty();
}

Result<Outcome> summaryOutcome(const std::string& folder)
{
    const std::string search = pathOf(folder, "search.json"), series = pathOf(folder, "series.json");
    const std::string& path = search.empty() ? series : search;
    if (path.empty())
        return fail(ErrorCode::NotFound, "The folder holds no summary of several runs.", {.file = folder});
    const auto text = io::readWholeFile(path, kLargest);
    if (!text)
        return fail(text.error());
    const ordered_json summary = ordered_json::parse(*text, nullptr, false);
    return search.empty() ? seriesOutcome(summary, path) : searchOutcome(summary, path);
}

}  // namespace nscope::study
