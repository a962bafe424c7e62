#include "core/train/metrics.h"

#include "core/analysis/ranking.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace nscope::train {
namespace {

constexpr double kNoAuroc = 0.5, kNoAuprc = 0.0;  // where one class is missing

double ratio(double part, double whole) { return whole > 0.0 ? part / whole : 0.0; }

}  // namespace

double mcc(double truePositives, double falsePositives, double trueNegatives, double falseNegatives)
{
    const double called = truePositives + falsePositives;
    const double positives = truePositives + falseNegatives;
    const double left = trueNegatives + falseNegatives;
    const double negatives = trueNegatives + falsePositives;
    const double scale = std::sqrt(called) * std::sqrt(positives) * std::sqrt(left) * std::sqrt(negatives);
    return scale > 0.0 ? (truePositives * trueNegatives - falsePositives * falseNegatives) / scale : 0.0;
}

double auroc(std::span<const double> scores, std::span<const std::uint8_t> labels)
{
    return analysis::rankingOf(scores, labels).auroc.value_or(kNoAuroc);
}

double auprc(std::span<const double> scores, std::span<const std::uint8_t> labels)
{
    return analysis::rankingOf(scores, labels).averagePrecision.value_or(kNoAuprc);
}

ClassMetrics classMetrics(std::span<const double> scores, std::span<const std::uint8_t> labels, double threshold)
{
    ClassMetrics m;
    m.threshold = threshold;
    for (std::size_t row = 0; row < scores.size(); ++row) {
        const bool called = scores[row] >= threshold;
        if (labels[row])
            ++(called ? m.truePositives : m.falseNegatives);
        else
            ++(called ? m.falsePositives : m.trueNegatives);
    }
    const auto tp = double(m.truePositives);
    const auto fp = double(m.falsePositives);
    const auto tn = double(m.trueNegatives);
    const auto fn = double(m.falseNegatives);
    m.accuracy = ratio(tp + tn, tp + tn + fp + fn);
    m.precision = ratio(tp, tp + fp);
    m.recall = ratio(tp, tp + fn);
    m.f1 = ratio(2.0 * tp, 2.0 * tp + fp + fn);
    m.mcc = mcc(tp, fp, tn, fn);
    const analysis::Ranking ranking = analysis::rankingOf(scores, labels);
    m.auroc = ranking.auroc.value_or(kNoAuroc);
    m.auprc = ranking.averagePrecision.value_or(kNoAuprc);
    return m;
}

double bestThreshold(std::span<const double> scores, std::span<const std::uint8_t> labels, double tolerance)
{
    const analysis::Ranking ranking = analysis::rankingOf(scores, labels);
    const auto& points = ranking.curve;
    if (points.size() < 2)
        return points.empty() ? 0.0 : points.front().score;
    std::vector<double> values;
    for (std::size_t i = 0; i + 1 < points.size(); ++i)
        values.push_back(mcc(double(points[i].truePositives), double(points[i].falsePositives),
                             double(ranking.negatives - points[i].falsePositives),
                             double(ranking.positives - points[i].truePositives)));
    const double best = *std::max_element(values.begin(), values.end());
    std::vector<double> candidates;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i] >= best - tolerance)
            candidates.push_back(std::midpoint(points[i].score, points[i + 1].score));
    }
    std::sort(candidates.begin(), candidates.end());
    const std::size_t middle = candidates.size() / 2;
    return candidates.size() % 2 ? candidates[middle] : std::midpoint(candidates[middle - 1], candidates[middle]);
}

double smoothedThreshold(std::span<const double> logOdds, std::span<const std::uint8_t> labels, double negativeWeight)
{
    constexpr double kLimit = 6.0, kStep = 0.05, kWidth = 0.4;
    const auto count = std::size_t(std::lround(2.0 * kLimit / kStep)) + 1;
    auto gridPoint = [](std::size_t i) { return -kLimit + kStep * double(i); };
    std::vector<double> values(count, 0.0);
    for (std::size_t i = 0; i < count; ++i) {
        double tp = 0.0, fp = 0.0, tn = 0.0, fn = 0.0;
        for (std::size_t row = 0; row < logOdds.size(); ++row) {
            const bool called = logOdds[row] >= gridPoint(i);
            (labels[row] ? (called ? tp : fn) : (called ? fp : tn)) += labels[row] ? 1.0 : negativeWeight;
        }
        values[i] = mcc(tp, fp, tn, fn);
    }
    double best = -2.0;
    double threshold = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
        double sum = 0.0, weights = 0.0;
        for (std::size_t j = 0; j < count; ++j) {
            const double distance = (gridPoint(i) - gridPoint(j)) / kWidth;
            const double weight = std::exp(-0.5 * distance * distance);
            sum += weight * values[j];
            weights += weight;
        }
        if (sum / weights > best) {
            best = sum / weights;
            threshold = gridPoint(i);
        }
    }
    return threshold;
}

}  // namespace nscope::train
