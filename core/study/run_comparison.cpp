#include "core/study/run_comparison.h"

#include "core/analysis/bootstrap.h"
#include "core/analysis/ranking.h"
#include "core/study/columns.h"
#include "core/study/judged_statistics.h"
#include "core/study/number_text.h"
#include "core/study/ranking_curves.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <utility>

namespace nscope::study {

namespace {

using data::Plot;
using data::PlotSeries;

constexpr std::size_t kCurvePoints = 500;
constexpr std::size_t kMostNames = 6;  ///< with plots of their own

/// What of a judgement the other has too, in the order of the first.
struct Pair {
    JudgedExamples first, second;
};

JudgedExamples only(const JudgedExamples& judged, const std::vector<std::size_t>& rows,
                    const std::vector<std::size_t>& names)
{
    JudgedExamples part;
    part.task = judged.task;
    for (const std::size_t k : names)
        part.names.push_back(judged.names[k]);
    for (const std::size_t n : rows) {
        part.ids.push_back(judged.ids[n]);
        part.lengthsNt.push_back(judged.lengthsNt[n]);
        for (const std::size_t k : names) {
            part.truth_NK.push_back(judged.truth_NK[n * judged.names.size() + k]);
            part.predicted_NK.push_back(judged.predicted_NK[n * judged.names.size() + k]);
        }
    }
    return part;
}

bool isSameTruth(double a, double b)
{
    return (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= 1e-4 * std::max(1.0, std::abs(a));
}

Result<Pair> common(const NamedJudgement& a, const NamedJudgement& b)
{
    const auto refused = [&](const std::string& why) {
        return fail(ErrorCode::InvalidArgument, a.name + " and " + b.name + " cannot be compared: " + why);
    };
    if (a.judged.task != b.judged.task)
        return refused("they learned different tasks.");
    std::vector<std::size_t> namesA, namesB;
    for (std::size_t k = 0; k < a.judged.names.size(); ++k) {
        const auto found = std::ranges::find(b.judged.names, a.judged.names[k]);
        if (found == b.judged.names.end())
            continue;
        namesA.push_back(k);
        namesB.push_back(std::size_t(found - b.judged.names.begin()));
    }
    const bool areClasses = a.judged.task == dataset::TaskKind::Classes;
    if (namesA.empty() || (areClasses && namesA.size() != std::max(a.judged.names.size(), b.judged.names.size())))
        return refused("their outputs have other names.");
    std::unordered_map<std::string, std::size_t> rowOf;
    for (std::size_t n = 0; n < b.judged.count(); ++n)
        rowOf.try_emplace(b.judged.ids[n], n);
    std::vector<std::size_t> rowsA, rowsB;
    for (std::size_t n = 0; n < a.judged.count(); ++n) {
        const auto found = rowOf.find(a.judged.ids[n]);
        if (found == rowOf.end())
            continue;
        rowsA.push_back(n);
        rowsB.push_back(found->second);
        rowOf.erase(found);
    }
    if (rowsA.empty())
        return refused("no example was held out by both.");
    Pair pair{only(a.judged, rowsA, namesA), only(b.judged, rowsB, namesB)};
    for (std::size_t i = 0; i < pair.first.truth_NK.size(); ++i)
        if (!isSameTruth(pair.first.truth_NK[i], pair.second.truth_NK[i]))
            return refused("of " + pair.first.ids[i / namesA.size()] + " they were told different things.");
    return pair;
}

struct Compared {
    std::string name, statistic;
    double first, second, difference, low, high;
};

std::string titled(const std::vector<std::size_t>& names, const Pair& pair, std::size_t k, const std::string& title)
{
    return names.size() > 1 ? pair.first.names[k] + ": " + title : title;
}

void addPlots(const NamedJudgement& a, const NamedJudgement& b, const Pair& pair, Outcome& outcome)
{
    const auto names = namesJudged(pair.first);
    const auto rows = allRows(pair.first);
    for (std::size_t i = 0; i < std::min(names.size(), kMostNames); ++i) {
        const std::size_t k = names[i];
        const JudgedColumn first = columnOfName(pair.first, k, rows), second = columnOfName(pair.second, k, rows);
        const auto ranked = [](const JudgedColumn& column) {
            return analysis::rankingOf(column.predicted, column.labels(), kCurvePoints);
        };
        const auto ofFirst = dataset::isRanked(pair.first.task) ? ranked(first) : analysis::Ranking{};
        if (ofFirst.auroc) {
            Plot roc{.id = "compared_roc_" + pair.first.names[k],
                     .title = titled(names, pair, k, "ROC curves of both networks"),
                     .x = {.label = "False positive rate", .from = 0.0, .to = 1.0},
                     .y = {.label = "True positive rate", .from = 0.0, .to = 1.0}};
            roc.series = {rocCurve(ofFirst, a.name), rocCurve(ranked(second), b.name), unitDiagonal()};
            outcome.plots.push_back(std::move(roc));
        }
        Plot scatter{.id = "compared_" + pair.first.names[k],
                     .title = titled(names, pair, k, "What both networks say"),
                     .x = {.label = a.name},
                     .y = {.label = b.name}};
        scatter.series.push_back({.kind = PlotSeries::Kind::Density,
                                  .name = {},
                                  .x = {first.predicted.begin(), first.predicted.end()},
                                  .y = {second.predicted.begin(), second.predicted.end()}});
        outcome.plots.push_back(std::move(scatter));
    }
}

data::ResultTable tableOf(const NamedJudgement& a, const NamedJudgement& b, const std::vector<Compared>& rows)
{
    return {"comparison",
            {columnOf("name", rows, [](const Compared& row) { return row.name; }),
             columnOf("metric", rows, [](const Compared& row) { return row.statistic; }),
             columnOf(a.name, rows, [](const Compared& row) { return row.first; }),
             columnOf(b.name == a.name ? b.name + " (2)" : b.name, rows, [](const Compared& row) { return row.second; }),
             columnOf("difference", rows, [](const Compared& row) { return row.difference; }),
             columnOf("low", rows, [](const Compared& row) { return row.low; }),
             columnOf("high", rows, [](const Compared& row) { return row.high; })}};
}

std::string sentenceOf(const NamedJudgement& a, const NamedJudgement& b, const Compared& row, std::size_t examples)
{
    const bool isClear = row.low > 0.0 || row.high < 0.0;
    return "On the " + groupedText(std::int64_t(examples)) + " examples that both held out, " + row.statistic + " is "
           + shortNumber(row.first) + " for " + a.name + " and " + shortNumber(row.second) + " for " + b.name + "; "
           + (isClear ? "the difference is beyond chance" : "the difference may be chance")
           + " (95 % interval from " + shortNumber(row.low) + " to " + shortNumber(row.high) + ").";
}

}  // namespace

Result<Outcome> comparisonOutcome(const NamedJudgement& a, const NamedJudgement& b, const EvaluationSettings& settings,
                                  std::stop_token stop, Progress* progress)
{
    const auto pair = common(a, b);
    if (!pair)
        return fail(pair.error());
    const Pace pace{std::move(stop), progress};
    const auto names = namesJudged(pair->first);
    const auto& statistics = statisticNames(pair->first.task);
    if (progress != nullptr)
        progress->setTotal(std::int64_t(names.size()));
    // Of the first, of the second, and the first minus the second.
    const auto valuesOf = [&](std::size_t k, std::span<const std::size_t> rows) {
        std::vector<double> values = statisticsOf(pair->first.task, columnOfName(pair->first, k, rows));
        const std::vector<double> other = statisticsOf(pair->first.task, columnOfName(pair->second, k, rows));
        values.insert(values.end(), other.begin(), other.end());
        for (std::size_t i = 0; i < other.size(); ++i)
            values.push_back(values[i] - other[i]);
        return values;
    };
    std::vector<Compared> all;
    for (const std::size_t k : names) {
        const std::vector<double> values = valuesOf(k, allRows(pair->first));
        const auto intervals = analysis::bootstrapIntervals(
            pair->first.count(),
            [&](std::span<const std::size_t> sample) {
                return pace.stop.stop_requested()
                           ? std::vector<double>(values.size(), std::numeric_limits<double>::quiet_NaN())
                           : valuesOf(k, sample);
            },
            settings.draws, settings.seed);
        if (const auto goesOn = pace.step(); !goesOn)
            return fail(goesOn.error());
        const std::size_t count = statistics.size();
        for (std::size_t i = 0; i < count; ++i)
            all.push_back({pair->first.names[k], statistics[i], values[i], values[count + i], values[2 * count + i],
                           intervals[2 * count + i].low, intervals[2 * count + i].high});
    }
    Outcome outcome;
    outcome.notes.push_back(sentenceOf(a, b, all.front(), pair->first.count()));
    outcome.tables.push_back(tableOf(a, b, all));
    addPlots(a, b, *pair, outcome);
    return outcome;
}

}  // namespace nscope::study
