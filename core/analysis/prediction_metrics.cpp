#include "core/analysis/prediction_metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace nscope::analysis {

namespace {

constexpr double kLeastShare = 1e-7;
constexpr double kLeastVariance = 1e-12;  ///< relative to the square of the values; below it rounding speaks

bool bothThere(float a, float b) { return std::isfinite(a) && std::isfinite(b); }

}  // namespace

std::int64_t ConfusionTable::rows() const { return std::accumulate(m_counts.begin(), m_counts.end(), std::int64_t(0)); }

std::optional<double> ConfusionTable::accuracy() const
{
    const std::int64_t all = rows();
    std::int64_t right = 0;
    for (std::size_t k = 0; k < m_classes; ++k)
        right += count(k, k);
    return all > 0 ? std::optional(double(right) / double(all)) : std::nullopt;
}

double ConfusionTable::mcc() const
{
    double right = 0.0, truthSquares = 0.0, calledSquares = 0.0, products = 0.0;
    const auto all = double(rows());
    for (std::size_t k = 0; k < m_classes; ++k) {
        double truth = 0.0, called = 0.0;
        for (std::size_t other = 0; other < m_classes; ++other) {
            truth += double(count(k, other));
            called += double(count(other, k));
        }
        right += double(count(k, k));
        truthSquares += truth * truth;
        calledSquares += called * called;
        products += truth * called;
    }
    const double scale = std::sqrt(all * all - calledSquares) * std::sqrt(all * all - truthSquares);
    return scale > 0.0 ? (right * all - products) / scale : 0.0;
}

std::optional<double> ConfusionTable::macroF1() const
{
    double sum = 0.0;
    int classes = 0;
    for (std::size_t k = 0; k < m_classes; ++k) {
        double others = 0.0;
        for (std::size_t other = 0; other < m_classes; ++other) {
            if (other != k)
                others += double(count(k, other) + count(other, k));
        }
        const auto right = double(count(k, k));
        if (2.0 * right + others > 0.0) {
            sum += 2.0 * right / (2.0 * right + others);
            ++classes;
        }
    }
    return classes > 0 ? std::optional(sum / classes) : std::nullopt;
}

std::optional<double> meanSquaredError(std::span<const float> predicted, std::span<const float> measured)
{
    double sum = 0.0;
    std::size_t count = 0;
    for (std::size_t i = 0; i < predicted.size(); ++i) {
        if (bothThere(predicted[i], measured[i])) {
            const double error = double(measured[i]) - double(predicted[i]);
            sum += error * error;
            ++count;
        }
    }
    return count > 0 ? std::optional(sum / double(count)) : std::nullopt;
}

std::optional<double> rSquared(std::span<const float> predicted, std::span<const float> measured)
{
    double mean = 0.0, squares = 0.0;
    std::size_t count = 0;
    for (std::size_t i = 0; i < predicted.size(); ++i) {
        if (bothThere(predicted[i], measured[i])) {
            ++count;
            const double from = double(measured[i]) - mean;
            mean += from / double(count);
            squares += from * (double(measured[i]) - mean);
        }
    }
    const auto error = meanSquaredError(predicted, measured);
    return error && squares > 0.0 ? std::optional(1.0 - *error * double(count) / squares) : std::nullopt;
}

double klDivergence(std::span<const float> predicted, std::span<const float> measured)
{
    double sum = 0.0;
    for (std::size_t i = 0; i < measured.size(); ++i) {
        if (measured[i] > 0.0f)
            sum += double(measured[i]) * std::log(double(measured[i]) / std::max(double(predicted[i]), kLeastShare));
    }
    return sum;
}

PairSums& PairSums::operator+=(const PairSums& other)
{
    n += other.n;
    a += other.a;
    b += other.b;
    aa += other.aa;
    bb += other.bb;
    ab += other.ab;
    return *this;
}

std::optional<double> PairSums::pearson() const
{
    const double fromA = aa - a * a / std::max(n, 1.0), fromB = bb - b * b / std::max(n, 1.0);
    if (n < 2.0 || fromA <= kLeastVariance * aa || fromB <= kLeastVariance * bb)
        return std::nullopt;
    return std::clamp((ab - a * b / n) / std::sqrt(fromA * fromB), -1.0, 1.0);
}

}  // namespace nscope::analysis
