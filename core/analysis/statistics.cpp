// Purpose: shared statistics.
#include "core/analysis/statistics.h"

#include "core/analysis/bootstrap.h"
#include "core/data/random.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace nscope::analysis {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kNormal975 = 1.959963984540054;

template <class Value>
double meanOf(std::span<Value> values)
{
    return std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

/// Asked of the values, because the rounded mean of many equal ones may differ from each of them.
template <class Value>
bool isConstant(std::span<Value> values)
{
    return std::ranges::adjacent_find(values, std::ranges::not_equal_to{}) == values.end();
}

template <class Value>
std::optional<double> pearsonOf(std::span<const Value> a, std::span<const Value> b)
{
    if (a.size() != b.size() || a.size() < 2 || isConstant(a) || isConstant(b))
        return std::nullopt;
    const double meanA = meanOf(a), meanB = meanOf(b);
    double ab = 0.0, aa = 0.0, bb = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double fromA = double(a[i]) - meanA, fromB = double(b[i]) - meanB;
        ab += fromA * fromB;
        aa += fromA * fromA;
        bb += fromB * fromB;
    }
    if (aa <= 0 || bb <= 0)
        return std::nullopt;
    return std::clamp(ab / std::sqrt(aa) / std::sqrt(bb), -1.0, 1.0);
}

/// Twice the 1-based ranks, so that the mean rank of ties is a whole number.
std::vector<std::uint32_t> doubledRanks(std::span<const float> values)
{
    struct Entry {
        float value;
        std::uint32_t index;
    };
    std::vector<Entry> entries(values.size());
    for (std::size_t i = 0; i < entries.size(); ++i)
        entries[i] = {values[i], std::uint32_t(i)};
    std::ranges::sort(entries, {}, &Entry::value);
    std::vector<std::uint32_t> result(values.size());
    for (std::size_t i = 0; i < entries.size();) {
        std::size_t end = i + 1;
        while (end < entries.size() && entries[end].value == entries[i].value)
            ++end;
        for (std::size_t k = i; k < end; ++k)
            result[entries[k].index] = std::uint32_t(i + 1 + end);
        i = end;
    }
    return result;
}

std::vector<std::size_t> orderOf(std::span<const double> values)
{
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return values[i]; });
    return order;
}

double logChoose(std::int64_t n, std::int64_t k)
{
    return std::lgamma(double(n) + 1) - std::lgamma(double(k) + 1) - std::lgamma(double(n - k) + 1);
}

}  // namespace

void MeanAccumulator::add(double value)
{
    ++m_count;
    const double delta = value - m_mean;
    m_mean += delta / double(m_count);
    m_squares += delta * (value - m_mean);
}

double MeanAccumulator::mean() const { return m_count > 0 ? m_mean : kNaN; }

double MeanAccumulator::standardDeviation() const
{
    return m_count > 1 ? std::sqrt(m_squares / double(m_count - 1)) : kNaN;
}

MeanEstimate MeanAccumulator::estimate() const
{
    const double half = m_count > 1 ? kNormal975 * standardDeviation() / std::sqrt(double(m_count)) : kNaN;
    return {mean(), mean() - half, mean() + half, m_count};
}

double quantile(std::vector<double> values, double fraction)
{
    const double place = fraction * double(values.size() - 1);
    const auto below = std::size_t(place);
    const auto middle = values.begin() + std::ptrdiff_t(below);
    std::nth_element(values.begin(), middle, values.end());
    if (below + 1 >= values.size())
        return *middle;
    const double next = *std::min_element(middle + 1, values.end());
    return *middle + (place - double(below)) * (next - *middle);
}

double trimmedMean(std::vector<double> values, double fraction)
{
    const auto cut = std::size_t(fraction * double(values.size()));
    std::ranges::sort(values);
    return meanOf(std::span(values).subspan(cut, values.size() - 2 * cut));
}

std::optional<double> pearson(std::span<const double> a, std::span<const double> b) { return pearsonOf(a, b); }
std::optional<double> pearson(std::span<const float> a, std::span<const float> b) { return pearsonOf(a, b); }

std::vector<double> ranks(std::span<const double> values)
{
    const std::vector<std::size_t> order = orderOf(values);
    std::vector<double> result(values.size());
    for (std::size_t i = 0; i < order.size();) {
        std::size_t end = i + 1;
        while (end < order.size() && values[order[end]] == values[order[i]])
            ++end;
        for (std::size_t k = i; k < end; ++k)
            result[order[k]] = double(i + 1 + end) / 2.0;
        i = end;
    }
    return result;
}

std::optional<double> spearman(std::span<const double> a, std::span<const double> b)
{
    return pearson(ranks(a), ranks(b));
}

std::optional<double> spearman(std::span<const float> a, std::span<const float> b)
{
    if (a.size() != b.size())
        return std::nullopt;
    const std::vector<std::uint32_t> ranksA = doubledRanks(a), ranksB = doubledRanks(b);
    return pearsonOf<std::uint32_t>(ranksA, ranksB);
}

std::optional<double> cosine(std::span<const double> a, std::span<const double> b)
{
    double ab = 0.0, aa = 0.0, bb = 0.0;
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
        ab += a[i] * b[i];
        aa += a[i] * a[i];
        bb += b[i] * b[i];
    }
    if (aa <= 0 || bb <= 0)
        return std::nullopt;
    return std::clamp(ab / std::sqrt(aa) / std::sqrt(bb), -1.0, 1.0);
}

ConfidenceInterval bootstrapInterval(std::size_t count, const std::function<double(std::span<const std::size_t>)>& statistic,
                                     int draws, std::uint64_t seed)
{
    const auto one = [&statistic](std::span<const std::size_t> sample) { return std::vector{statistic(sample)}; };
    const std::vector<ConfidenceInterval> intervals = bootstrapIntervals(count, one, draws, seed);
    return intervals.empty() ? ConfidenceInterval{kNaN, kNaN} : intervals.front();
}

double hypergeometricTail(std::int64_t population, std::int64_t successes, std::int64_t draws, std::int64_t observed)
{
    const std::int64_t least = std::max<std::int64_t>(0, draws - (population - successes));
    const std::int64_t most = std::min(draws, successes);
    if (observed <= least)
        return 1.0;
    double tail = 0.0;
    const double all = logChoose(population, draws);
    for (std::int64_t x = observed; x <= most; ++x)
        tail += std::exp(logChoose(successes, x) + logChoose(population - successes, draws - x) - all);
    return std::min(tail, 1.0);
}

std::vector<double> falseDiscoveryRates(std::span<const double> pValues, double share)
{
    const std::vector<std::size_t> order = orderOf(pValues);
    std::vector<double> rates(pValues.size());
    double smallest = 1.0;
    for (std::size_t i = order.size(); i-- > 0;) {
        smallest = std::min(smallest, share * pValues[order[i]] * double(order.size()) / double(i + 1));
        rates[order[i]] = smallest;
    }
    return rates;
}

double nullShare(std::span<const double> pValues)
{
    const auto m = double(pValues.size());
    if (pValues.size() < 20)
        return 1.0;
    std::vector<double> estimates, above, lambdas;
    for (int step = 0; step <= 10; ++step) {
        const double lambda = 0.05 * step;
        lambdas.push_back(lambda);
        above.push_back(double(std::ranges::count_if(pValues, [&](double p) { return p >= lambda; })));
        estimates.push_back(above.back() / (m * (1 - lambda)));
    }
    const double low = quantile(estimates, 0.1);
    double best = std::numeric_limits<double>::infinity(), share = 1.0;
    for (std::size_t i = 0; i < lambdas.size(); ++i) {
        const double rest = 1 - lambdas[i];
        const double error = above[i] / (m * m * rest * rest) * (1 - above[i] / m) + (estimates[i] - low) * (estimates[i] - low);
        if (error < best) {
            best = error;
            share = estimates[i];
        }
    }
    return std::clamp(share, 1.0 / m, 1.0);
}

}  // namespace nscope::analysis
