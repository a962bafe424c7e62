#include "core/study/evaluation.h"

#include "core/analysis/bootstrap.h"
#include "core/analysis/prediction_metrics.h"
#include "core/analysis/ranking.h"
#include "core/analysis/statistics.h"
#include "core/study/columns.h"
#include "core/study/judged_statistics.h"
#include "core/study/number_text.h"
#include "core/study/ranking_curves.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <span>
#include <utility>

namespace nscope::study {

namespace {

using data::Plot;
using data::PlotSeries;
using dataset::TaskKind;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kCurvePoints = 500;
constexpr std::size_t kMostCurves = 10;
constexpr std::size_t kCalibrationBins = 10;
constexpr std::size_t kLeastPerBin = 5;

struct Estimated {
    std::string name, statistic;
    std::int64_t examples = 0;
    double value = kNaN, low = kNaN, high = kNaN;
};

/// Every statistic of one name over these rows, with its interval.
Result<std::vector<Estimated>> estimate(const JudgedExamples& judged, std::size_t k, std::span<const std::size_t> rows,
                                        const EvaluationSettings& settings, const Pace& pace)
{
    const auto& names = statisticNames(judged.task);
    const JudgedColumn whole = columnOfName(judged, k, rows);
    const std::vector<double> values = statisticsOf(judged.task, whole);
    const auto intervals = analysis::bootstrapIntervals(
        rows.size(),
        [&](std::span<const std::size_t> sample) {
            if (pace.stop.stop_requested())
                return std::vector<double>(names.size(), kNaN);
            std::vector<std::size_t> drawn;
            for (const std::size_t index : sample)
                drawn.push_back(rows[index]);
            return statisticsOf(judged.task, columnOfName(judged, k, drawn));
        },
        settings.draws, settings.seed);
    if (const auto goesOn = pace.step(); !goesOn)
        return fail(goesOn.error());
    std::vector<Estimated> all;
    for (std::size_t i = 0; i < names.size(); ++i)
        all.push_back({judged.names[k], names[i], std::int64_t(whole.truth.size()), values[i], intervals[i].low,
                       intervals[i].high});
    return all;
}

data::ResultTable tableOf(std::string name, const std::vector<Estimated>& rows)
{
    return {std::move(name),
            {columnOf("name", rows, [](const Estimated& row) { return row.name; }),
             columnOf("metric", rows, [](const Estimated& row) { return row.statistic; }),
             columnOf("examples", rows, [](const Estimated& row) { return row.examples; }),
             columnOf("value", rows, [](const Estimated& row) { return row.value; }),
             columnOf("low", rows, [](const Estimated& row) { return row.low; }),
             columnOf("high", rows, [](const Estimated& row) { return row.high; })}};
}

void addRankingPlots(const JudgedExamples& judged, Outcome& outcome)
{
    Plot roc{.id = "roc", .title = "ROC curve", .x = {.label = "False positive rate", .from = 0.0, .to = 1.0},
             .y = {.label = "True positive rate", .from = 0.0, .to = 1.0}};
    Plot pr{.id = "precision_recall", .title = "Precision and recall",
            .x = {.label = "Recall", .from = 0.0, .to = 1.0}, .y = {.label = "Precision", .from = 0.0, .to = 1.0}};
    const auto rows = allRows(judged);
    for (const std::size_t k : namesJudged(judged)) {
        if (roc.series.size() == kMostCurves)
            break;
        const JudgedColumn column = columnOfName(judged, k, rows);
        const auto ranking = analysis::rankingOf(column.predicted, column.labels(), kCurvePoints);
        if (!ranking.auroc)
            continue;
        PlotSeries precision{.name = judged.names[k] + ", " + shortNumber(orNaN(ranking.averagePrecision)), .x = {}, .y = {}};
        for (const analysis::RankingPoint& point : ranking.curve) {
            const double truePositives = double(point.truePositives), falsePositives = double(point.falsePositives);
            precision.x.push_back(truePositives / double(ranking.positives));
            precision.y.push_back(truePositives / std::max(1.0, truePositives + falsePositives));
        }
        roc.series.push_back(rocCurve(ranking, judged.names[k]));
        pr.series.push_back(std::move(precision));
    }
    roc.series.push_back(unitDiagonal());
    outcome.plots.push_back(std::move(roc));
    outcome.plots.push_back(std::move(pr));
}

/// How often what is said with probability p is true.
void addCalibration(const JudgedExamples& judged, Outcome& outcome)
{
    Plot plot{.id = "calibration", .title = "Calibration", .x = {.label = "Predicted probability", .from = 0.0, .to = 1.0},
              .y = {.label = "Share that is true", .from = 0.0, .to = 1.0}};
    const auto rows = allRows(judged);
    for (const std::size_t k : namesJudged(judged)) {
        if (plot.series.size() == kMostCurves)
            break;
        const JudgedColumn column = columnOfName(judged, k, rows);
        std::vector<analysis::MeanAccumulator> said(kCalibrationBins), isTrue(kCalibrationBins);
        for (std::size_t i = 0; i < column.truth.size(); ++i) {
            const auto bin = std::min(kCalibrationBins - 1, std::size_t(std::max(0.0F, column.predicted[i]) * float(kCalibrationBins)));
            said[bin].add(double(column.predicted[i]));
            isTrue[bin].add(column.truth[i] > 0.5F ? 1.0 : 0.0);
        }
        PlotSeries series{.kind = PlotSeries::Kind::Points, .name = judged.names[k], .x = {}, .y = {}};
        for (std::size_t bin = 0; bin < kCalibrationBins; ++bin) {
            if (std::size_t(said[bin].count()) < kLeastPerBin)
                continue;
            const analysis::MeanEstimate share = isTrue[bin].estimate();
            series.x.push_back(said[bin].mean());
            series.y.push_back(share.mean);
            series.low.push_back(std::max(0.0, share.low));
            series.high.push_back(std::min(1.0, share.high));
        }
        plot.series.push_back(std::move(series));
    }
    plot.series.push_back(unitDiagonal());
    outcome.plots.push_back(std::move(plot));
}

std::size_t largestOf(std::span<const double> values) { return std::size_t(std::ranges::max_element(values) - values.begin()); }

void addConfusion(const JudgedExamples& judged, Outcome& outcome)
{
    const std::size_t names = judged.names.size();
    analysis::ConfusionTable counts(names);
    for (std::size_t n = 0; n < judged.count(); ++n)
        counts.add(largestOf(std::span(judged.truth_NK).subspan(n * names, names)),
                   largestOf(std::span(judged.predicted_NK).subspan(n * names, names)));
    data::PlotMap map{.rows = judged.names, .columns = judged.names, .values = {}, .unit = "examples"};
    for (std::size_t truth = 0; truth < names; ++truth)
        for (std::size_t called = 0; called < names; ++called)
            map.values.push_back(double(counts.count(truth, called)));
    outcome.plots.push_back({.id = "confusion", .title = "Confusion: true class by row, predicted class by column",
                             .map = std::move(map)});
}

void addScores(const JudgedExamples& judged, Outcome& outcome)
{
    const std::size_t names = judged.names.size(), shown = namesJudged(judged).front();
    Plot plot{.id = "scores", .title = "Probability of " + judged.names[shown] + " by true class",
              .y = {.label = "Probability", .from = 0.0, .to = 1.0}};
    for (std::size_t k = 0; k < names; ++k) {
        data::PlotDistribution group{judged.names[k], {}};
        for (std::size_t n = 0; n < judged.count(); ++n)
            if (judged.truth_NK[n * names + k] > 0.5)
                group.values.push_back(judged.predicted_NK[n * names + shown]);
        plot.distributions.push_back(std::move(group));
    }
    outcome.plots.push_back(std::move(plot));
}

void addScatters(const JudgedExamples& judged, Outcome& outcome)
{
    const auto rows = allRows(judged);
    for (std::size_t k = 0; k < std::min(judged.names.size(), kMostCurves); ++k) {
        const JudgedColumn column = columnOfName(judged, k, rows);
        const auto r = analysis::pearson(column.truth, column.predicted);
        Plot plot{.id = "scatter_" + judged.names[k],
                  .title = judged.names[k] + (r ? ": r = " + shortNumber(*r) : std::string()),
                  .x = {.label = "Measured"},
                  .y = {.label = "Predicted"}};
        plot.series.push_back({.kind = PlotSeries::Kind::Density, .name = {}, .x = {column.truth.begin(), column.truth.end()},
                               .y = {column.predicted.begin(), column.predicted.end()}});
        outcome.plots.push_back(std::move(plot));
    }
}

std::string lengthText(std::int64_t fromNt, std::int64_t toNt)
{
    return fromNt == toNt ? groupedText(fromNt) : groupedText(fromNt) + "–" + groupedText(toNt);
}

/// Groups of equally many examples, short ones first; none if all are equally long.
std::vector<std::vector<std::size_t>> lengthGroups(const JudgedExamples& judged, std::size_t count)
{
    const auto [least, most] = std::ranges::minmax(judged.lengthsNt);
    std::vector<std::vector<std::size_t>> groups;
    if (least == most)
        return groups;
    auto rows = allRows(judged);
    std::ranges::stable_sort(rows, {}, [&](std::size_t n) { return judged.lengthsNt[n]; });
    for (std::size_t group = 0; group < count; ++group) {
        const std::size_t from = rows.size() * group / count, to = rows.size() * (group + 1) / count;
        if (to > from)
            groups.emplace_back(rows.begin() + std::ptrdiff_t(from), rows.begin() + std::ptrdiff_t(to));
    }
    return groups;
}

Result<void> addByLength(const JudgedExamples& judged, const std::vector<std::vector<std::size_t>>& groups,
                         const EvaluationSettings& settings, const Pace& pace, Outcome& outcome)
{
    if (groups.empty())
        return {};
    const char* statistic = statisticNames(judged.task).front();
    Plot plot{.id = "by_length", .title = std::string(statistic) + " by length", .x = {.label = "Length (nt)"},
              .y = {.label = statistic}};
    std::vector<Estimated> all;
    for (const std::size_t k : namesJudged(judged)) {
        if (plot.series.size() == kMostCurves)
            break;
        PlotSeries series{.kind = PlotSeries::Kind::Points, .name = judged.names[k], .x = {}, .y = {}};
        for (std::size_t group = 0; group < groups.size(); ++group) {
            const auto estimated = estimate(judged, k, groups[group], settings, pace);
            if (!estimated)
                return fail(estimated.error());
            Estimated first = estimated->front();
            series.x.push_back(double(group + 1));
            series.y.push_back(first.value);
            series.low.push_back(first.low);
            series.high.push_back(first.high);
            first.name += ", " + lengthText(judged.lengthsNt[groups[group].front()], judged.lengthsNt[groups[group].back()])
                          + " nt";
            all.push_back(std::move(first));
        }
        plot.series.push_back(std::move(series));
    }
    for (std::size_t group = 0; group < groups.size(); ++group)
        plot.x.ticks.push_back({double(group + 1), lengthText(judged.lengthsNt[groups[group].front()],
                                                              judged.lengthsNt[groups[group].back()])});
    outcome.plots.push_back(std::move(plot));
    outcome.tables.push_back(tableOf("by_length", all));
    return {};
}

}  // namespace

Result<Outcome> evaluationOutcome(const JudgedExamples& judged, const EvaluationSettings& settings, std::stop_token stop,
                                  Progress* progress)
{
    if (judged.count() == 0)
        return fail(ErrorCode::InvalidArgument, "There is no example to judge by.");
    const Pace pace{std::move(stop), progress};
    const auto names = namesJudged(judged);
    const auto groups = lengthGroups(judged, settings.lengthGroups);
    if (progress != nullptr)
        progress->setTotal(std::int64_t(names.size() + std::min(names.size(), kMostCurves) * groups.size()));
    Outcome outcome;
    std::vector<Estimated> metrics;
    for (const std::size_t k : names) {
        const auto estimated = estimate(judged, k, allRows(judged), settings, pace);
        if (!estimated)
            return fail(estimated.error());
        std::ranges::copy(*estimated, std::back_inserter(metrics));
    }
    outcome.tables.push_back(tableOf("metrics", metrics));
    if (dataset::isRanked(judged.task)) {
        addRankingPlots(judged, outcome);
        addCalibration(judged, outcome);
    } else {
        addScatters(judged, outcome);
    }
    if (judged.task == TaskKind::Classes) {
        addConfusion(judged, outcome);
        addScores(judged, outcome);
    }
    if (const auto added = addByLength(judged, groups, settings, pace, outcome); !added)
        return fail(added.error());
    return outcome;
}

}  // namespace nscope::study
