#include "core/analysis/track_metrics.h"

#include "core/analysis/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace nscope::analysis {

namespace {

constexpr double kPoissonGuard = 1e-7;  // keras.backend.epsilon()

double sumOf(std::span<const float> values) { return std::accumulate(values.begin(), values.end(), 0.0); }

bool isUsed(float predicted, float measured) { return !std::isnan(predicted) && !std::isnan(measured); }

/// Half of what p adds to the divergence.
double divergenceTerm(double p, double m) { return p > 0.0 ? 0.5 * p * std::log(p / m) : 0.0; }

/// Precondition: no NaN.
TrackMetrics metricsOfUsed(std::span<const float> predicted, std::span<const float> measured)
{
    TrackMetrics metrics{.bins = std::int64_t(predicted.size())};
    if (predicted.empty())
        return metrics;
    const auto count = double(predicted.size());
    metrics.predictedMean = sumOf(predicted) / count;
    metrics.measuredMean = sumOf(measured) / count;
    metrics.pearson = pearson(predicted, measured);
    metrics.spearman = spearman(predicted, measured);
    double squares = 0.0;
    for (std::size_t i = 0; i < predicted.size(); ++i) {
        const double difference = double(predicted[i]) - double(measured[i]);
        squares += difference * difference;
    }
    metrics.meanSquaredError = squares / count;
    metrics.poissonNll = poissonNll(predicted, measured);
    metrics.jensenShannonDistance = jensenShannonDistance(predicted, measured);
    return metrics;
}

}  // namespace

TrackMetrics trackMetrics(std::span<const float> predicted, std::span<const float> measured)
{
    std::size_t missing = 0;
    for (std::size_t i = 0; i < predicted.size(); ++i)
        missing += isUsed(predicted[i], measured[i]) ? 0 : 1;
    if (missing == 0)
        return metricsOfUsed(predicted, measured);
    std::vector<float> usedPredicted, usedMeasured;
    usedPredicted.reserve(predicted.size() - missing);
    usedMeasured.reserve(predicted.size() - missing);
    for (std::size_t i = 0; i < predicted.size(); ++i) {
        if (!isUsed(predicted[i], measured[i]))
            continue;
        usedPredicted.push_back(predicted[i]);
        usedMeasured.push_back(measured[i]);
    }
    return metricsOfUsed(usedPredicted, usedMeasured);
}

std::optional<double> poissonNll(std::span<const float> predicted, std::span<const float> measured)
{
    if (predicted.empty() || std::ranges::min(predicted) < 0.0F)
        return std::nullopt;
    double sum = 0.0;
    for (std::size_t i = 0; i < predicted.size(); ++i)
        sum += double(predicted[i]) - double(measured[i]) * std::log(double(predicted[i]) + kPoissonGuard);
    return sum / double(predicted.size());
}

std::optional<double> jensenShannonDistance(std::span<const float> predicted, std::span<const float> measured)
{
    double predictedSum = 0.0, measuredSum = 0.0;
    for (std::size_t i = 0; i < predicted.size(); ++i) {
        predictedSum += std::max(0.0, double(predicted[i]));
        measuredSum += std::max(0.0, double(measured[i]));
    }
    if (!(predictedSum > 0.0) || !(measuredSum > 0.0))
        return std::nullopt;
    double divergence = 0.0;
    for (std::size_t i = 0; i < predicted.size(); ++i) {
        const double p = std::max(0.0, double(predicted[i])) / predictedSum;
        const double q = std::max(0.0, double(measured[i])) / measuredSum;
        const double m = 0.5 * (p + q);
        divergence += divergenceTerm(p, m) + divergenceTerm(q, m);
    }
    return std::sqrt(std::max(0.0, divergence));
}

std::optional<double> scalingFactor(std::span<const float> predicted, std::span<const float> measured)
{
    double predictedSum = 0.0, measuredSum = 0.0;
    for (std::size_t i = 0; i < predicted.size(); ++i) {
        if (!isUsed(predicted[i], measured[i]))
            continue;
        predictedSum += double(predicted[i]);
        measuredSum += double(measured[i]);
    }
    if (!(predictedSum > 0.0) || !(measuredSum > 0.0))
        return std::nullopt;
    return measuredSum / predictedSum;
}

std::vector<float> boxCar(std::span<const float> values, std::int64_t width)
{
    const std::int64_t after = (width - 1) / 2, before = width - 1 - after, count = std::ssize(values);
    // Sums up to each bin, so that a wide filter costs no more than a narrow one.
    std::vector<double> sums(values.size() + 1, 0.0);
    std::vector<std::int64_t> used(values.size() + 1, 0);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const bool has = !std::isnan(values[i]);
        sums[i + 1] = sums[i] + (has ? double(values[i]) : 0.0);
        used[i + 1] = used[i] + (has ? 1 : 0);
    }
    std::vector<float> smooth(values.begin(), values.end());
    for (std::int64_t i = 0; i < count; ++i) {
        const auto first = std::size_t(std::max<std::int64_t>(0, i - before));
        const auto end = std::size_t(std::min(count, i + after + 1));
        if (!std::isnan(values[std::size_t(i)]))
            smooth[std::size_t(i)] = float((sums[end] - sums[first]) / double(used[end] - used[first]));
    }
    return smooth;
}

std::vector<float> coarserBins(std::span<const float> values, std::int64_t count)
{
    std::vector<float> coarse(values.size() / std::size_t(count));
    for (std::size_t bin = 0; bin < coarse.size(); ++bin) {
        double sum = 0.0;
        std::int64_t used = 0;
        for (const float value : values.subspan(bin * std::size_t(count), std::size_t(count))) {
            if (std::isnan(value))
                continue;
            sum += double(value);
            ++used;
        }
        coarse[bin] = used > 0 ? float(sum / double(used)) : std::numeric_limits<float>::quiet_NaN();
    }
    return coarse;
}

std::vector<ThresholdPoint> thresholdCurve(std::span<const TrackMetrics> regions_R, std::span<const double> highest_R,
                                           std::span<const double> thresholds)
{
    std::vector<ThresholdPoint> curve;
    for (const double threshold : thresholds) {
        ThresholdPoint point{.threshold = threshold};
        std::vector<std::optional<double>> pearsons, spearmans, errors;
        for (std::size_t r = 0; r < regions_R.size(); ++r) {
            if (!(highest_R[r] > threshold))
                continue;
            ++point.regions;
            pearsons.push_back(regions_R[r].pearson);
            spearmans.push_back(regions_R[r].spearman);
            errors.push_back(regions_R[r].meanSquaredError);
        }
        point.pearson = meanOfDefined(pearsons);
        point.spearman = meanOfDefined(spearmans);
        point.meanSquaredError = meanOfDefined(errors);
        curve.push_back(point);
    }
    return curve;
}

std::optional<double> meanOfDefined(std::span<const std::optional<double>> values)
{
    MeanAccumulator mean;
    for (const std::optional<double>& value : values)
        if (value)
            mean.add(*value);
    return mean.count() > 0 ? std::optional(mean.mean()) : std::nullopt;
}

}  // namespace nscope::analysis
