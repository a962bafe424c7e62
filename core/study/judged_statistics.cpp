#include "core/study/judged_statistics.h"

#include "core/analysis/prediction_metrics.h"
#include "core/analysis/ranking.h"
#include "core/analysis/statistics.h"
#include "core/study/columns.h"

#include <cmath>
#include <limits>
#include <numeric>

namespace nscope::study {

using dataset::TaskKind;

std::vector<std::uint8_t> JudgedColumn::labels() const
{
    std::vector<std::uint8_t> all;
    for (const float value : truth)
        all.push_back(value > 0.5F);
    return all;
}

JudgedColumn columnOfName(const JudgedExamples& judged, std::size_t k, std::span<const std::size_t> rows)
{
    JudgedColumn column;
    for (const std::size_t n : rows) {
        const double truth = judged.truth_NK[n * judged.names.size() + k];
        if (std::isnan(truth))
            continue;
        column.truth.push_back(float(truth));
        column.predicted.push_back(float(judged.predicted_NK[n * judged.names.size() + k]));
    }
    return column;
}

std::vector<std::size_t> namesJudged(const JudgedExamples& judged)
{
    if (judged.task == TaskKind::Classes && judged.names.size() == 2)
        return {1};
    std::vector<std::size_t> all(judged.names.size());
    std::iota(all.begin(), all.end(), std::size_t(0));
    return all;
}

std::vector<std::size_t> allRows(const JudgedExamples& judged)
{
    std::vector<std::size_t> rows(judged.count());
    std::iota(rows.begin(), rows.end(), std::size_t(0));
    return rows;
}

const std::vector<const char*>& statisticNames(TaskKind task)
{
    static const std::vector<const char*> kRanked{"AUROC", "AUPR"}, kNumbers{"pearson", "spearman", "R2"};
    return dataset::isRanked(task) ? kRanked : kNumbers;
}

std::vector<double> statisticsOf(TaskKind task, const JudgedColumn& column)
{
    if (column.truth.size() < 2)
        return std::vector<double>(statisticNames(task).size(), std::numeric_limits<double>::quiet_NaN());
    if (dataset::isRanked(task)) {
        const auto ranking = analysis::rankingOf(column.predicted, column.labels(), 2);
        return {orNaN(ranking.auroc), orNaN(ranking.averagePrecision)};
    }
    return {orNaN(analysis::pearson(column.truth, column.predicted)),
            orNaN(analysis::spearman(column.truth, column.predicted)),
            orNaN(analysis::rSquared(column.predicted, column.truth))};
}

Result<void> Pace::step() const
{
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "Stopped.");
    if (progress != nullptr)
        progress->add(1);
    return {};
}

}  // namespace nscope::study
