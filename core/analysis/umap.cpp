// Purpose: UMAP.
#include "core/analysis/umap.h"

#include "core/analysis/pca.h"
#include "core/data/random.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

namespace nscope::analysis {
namespace {

constexpr double kLeastScale = 1e-3;  ///< of sigma, relative to the mean distance
constexpr double kLargestStep = 4.0;
constexpr double kLayoutSize = 10.0;

/// Distance to the nearest neighbour that is not at the same place, and the width at which all neighbours weigh log2(k).
struct Smoothing {
    double nearest = 0.0;
    double width = 1.0;
};

Smoothing smoothing(std::span<const double> distances, double meanOfAll)
{
    Smoothing result;
    for (const double distance : distances) {
        if (distance > 0) {
            result.nearest = distance;
            break;
        }
    }
    const double target = std::log2(double(distances.size() + 1));
    double low = 0.0, high = 0.0;  // high 0: not known yet
    for (int step = 0; step < 64; ++step) {
        double sum = 0.0;
        for (const double distance : distances) {
            const double beyond = distance - result.nearest;
            sum += beyond > 0 ? std::exp(-beyond / result.width) : 1.0;
        }
        if (std::abs(sum - target) < 1e-5)
            break;
        (sum > target ? high : low) = result.width;
        result.width = high > 0 ? (low + high) / 2 : result.width * 2;
    }
    const double mean = std::accumulate(distances.begin(), distances.end(), 0.0) / double(distances.size() + 1);
    result.width = std::max(result.width, kLeastScale * (result.nearest > 0 ? mean : meanOfAll));
    return result;
}

/// Two principal components, each spread over 0 … 10, with a little noise so that equal vectors can part.
Result<std::vector<double>> firstLayout(std::span<const float> values_ND, std::int64_t dimensions, data::Random& random,
                                        std::stop_token stop)
{
    const Result<PrincipalComponents> components = principalComponents(values_ND, dimensions, 2, random.next(), stop);
    if (!components)
        return fail(components.error());
    const std::size_t n = values_ND.size() / std::size_t(dimensions), given = std::size_t(components->count);
    std::vector<double> layout(2 * n, 0.0);
    for (std::size_t axis = 0; axis < 2; ++axis) {
        const auto value = [&](std::size_t i) { return axis < given ? components->scores_NK[i * given + axis] : 0.0; };
        double low = value(0), high = value(0);
        for (std::size_t i = 0; i < n; ++i) {
            low = std::min(low, value(i));
            high = std::max(high, value(i));
        }
        const double range = high > low ? high - low : 1.0;
        for (std::size_t i = 0; i < n; ++i)
            layout[2 * i + axis] = kLayoutSize * (value(i) - low) / range + 1e-3 * (random.uniform() - 0.5);
    }
    return layout;
}

class Descent {
public:
    Descent(const UmapSettings& settings, std::vector<double> layout, data::Random& random)
        : m_settings(settings), m_layout(std::move(layout)), m_random(random)
    {
        std::tie(m_a, m_b) = umapCurve(settings.minDistance, settings.spread);
    }

    /// Every edge is pulled in proportion to its weight, from either end; the strongest once per epoch.
    Result<void> run(const std::vector<FuzzyEdge>& edges, int epochs, std::stop_token stop, Progress* progress)
    {
        double strongest = 0.0;
        for (const FuzzyEdge& edge : edges)
            strongest = std::max(strongest, edge.weight);
        std::vector<double> due(edges.size());  // the epoch in which an edge is next
        for (std::size_t i = 0; i < edges.size(); ++i)
            due[i] = strongest / edges[i].weight;
        for (int epoch = 0; epoch < epochs; ++epoch) {
            if (stop.stop_requested())
                return fail(ErrorCode::Cancelled, "Stopped.");
            m_rate = 1.0 - double(epoch) / epochs;
            for (std::size_t i = 0; i < edges.size(); ++i) {
                if (due[i] > epoch + 1 || edges[i].weight < strongest / epochs)
                    continue;
                due[i] += strongest / edges[i].weight;
                pull(std::size_t(edges[i].from), std::size_t(edges[i].to));
                pull(std::size_t(edges[i].to), std::size_t(edges[i].from));
            }
            if (progress)
                progress->setDone(epoch + 1);
        }
        return {};
    }

    std::vector<float> layout() const { return {m_layout.begin(), m_layout.end()}; }

private:
    double squaredDistance(std::size_t i, std::size_t j) const
    {
        const double x = m_layout[2 * i] - m_layout[2 * j], y = m_layout[2 * i + 1] - m_layout[2 * j + 1];
        return x * x + y * y;
    }

    double step(double coefficient, std::size_t i, std::size_t j, std::size_t axis) const
    {
        return m_rate * std::clamp(coefficient * (m_layout[2 * i + axis] - m_layout[2 * j + axis]), -kLargestStep, kLargestStep);
    }

    void pull(std::size_t i, std::size_t j)
    {
        const double squared = squaredDistance(i, j);
        if (squared > 0) {
            const double power = std::pow(squared, m_b);
            const double coefficient = -2 * m_a * m_b * power / squared / (m_a * power + 1);
            for (std::size_t axis = 0; axis < 2; ++axis) {
                const double move = step(coefficient, i, j, axis);
                m_layout[2 * i + axis] += move;
                m_layout[2 * j + axis] -= move;
            }
        }
        for (int sample = 0; sample < m_settings.negativeSamples; ++sample)
            push(i, std::size_t(m_random.below(m_layout.size() / 2)));
    }

    void push(std::size_t i, std::size_t j)
    {
        const double squared = squaredDistance(i, j);
        if (i == j || squared <= 0)
            return;
        const double coefficient = 2 * m_b / ((0.001 + squared) * (m_a * std::pow(squared, m_b) + 1));
        for (std::size_t axis = 0; axis < 2; ++axis)
            m_layout[2 * i + axis] += step(coefficient, i, j, axis);
    }

    const UmapSettings& m_settings;
    std::vector<double> m_layout;
    data::Random& m_random;
    double m_a = 1.0;
    double m_b = 1.0;
    double m_rate = 1.0;
};

}  // namespace

std::pair<double, double> umapCurve(double minDistance, double spread)
{
    // Levenberg–Marquardt over 300 points up to three spreads, in log a and b.
    constexpr int kPoints = 300;
    const auto misfit = [&](double logA, double b, double* normal, double* gradient) {
        double squares = 0.0;
        for (int i = 1; i < kPoints; ++i) {
            const double x = 3 * spread * i / (kPoints - 1);
            const double goal = x < minDistance ? 1.0 : std::exp(-(x - minDistance) / spread);
            const double power = std::exp(logA) * std::pow(x, 2 * b), value = 1 / (1 + power);
            const double slope = -value * value * power;  // by log a
            const double slopes[2] = {slope, slope * 2 * std::log(x)};
            squares += (value - goal) * (value - goal);
            for (int r = 0; r < 2 && normal; ++r) {
                gradient[r] += slopes[r] * (value - goal);
                for (int c = 0; c < 2; ++c)
                    normal[2 * r + c] += slopes[r] * slopes[c];
            }
        }
        return squares;
    };
    double logA = 0.0, b = 1.0, damping = 1e-3;
    for (int iteration = 0; iteration < 200; ++iteration) {
        double normal[4] = {}, gradient[2] = {};
        const double before = misfit(logA, b, normal, gradient);
        const double n00 = normal[0] * (1 + damping), n11 = normal[3] * (1 + damping), n01 = normal[1];
        const double determinant = n00 * n11 - n01 * n01;
        const double stepA = -(n11 * gradient[0] - n01 * gradient[1]) / determinant;
        const double stepB = -(n00 * gradient[1] - n01 * gradient[0]) / determinant;
        if (misfit(logA + stepA, b + stepB, nullptr, nullptr) < before) {
            logA += stepA;
            b += stepB;
            damping /= 3;
            if (std::abs(stepA) + std::abs(stepB) < 1e-12)
                break;
        } else {
            damping *= 4;
            if (damping > 1e12)
                break;
        }
    }
    return {std::exp(logA), b};
}

std::vector<FuzzyEdge> fuzzySet(const Neighbours& neighbours)
{
    const auto k = std::size_t(neighbours.count);
    const std::size_t n = neighbours.index_NK.size() / k;
    const double meanOfAll = std::accumulate(neighbours.distance_NK.begin(), neighbours.distance_NK.end(), 0.0) / double(n * (k + 1));
    std::map<std::pair<std::int32_t, std::int32_t>, double> joined;
    for (std::size_t i = 0; i < n; ++i) {
        const std::span<const double> distances(&neighbours.distance_NK[i * k], k);
        const Smoothing smooth = smoothing(distances, meanOfAll);
        for (std::size_t j = 0; j < k; ++j) {
            const auto self = std::int32_t(i), other = neighbours.index_NK[i * k + j];
            const double weight = std::exp(-std::max(0.0, distances[j] - smooth.nearest) / smooth.width);
            const auto [place, isNew] = joined.try_emplace({std::min(self, other), std::max(self, other)}, weight);
            if (!isNew)
                place->second += weight - place->second * weight;
        }
    }
    std::vector<FuzzyEdge> edges;
    for (const auto& [pair, weight] : joined)
        if (weight > 0)
            edges.push_back({pair.first, pair.second, weight});
    return edges;
}

Result<std::vector<float>> umapLayout(std::span<const float> values_ND, std::int64_t dimensions, const UmapSettings& settings,
                                      std::stop_token stop, Progress* progress)
{
    const bool isGood = settings.neighbours >= 2 && settings.spread > 0 && settings.minDistance >= 0
        && settings.minDistance < 3 * settings.spread && settings.epochs >= 0 && settings.negativeSamples >= 0;
    if (!isGood)
        return fail(ErrorCode::InvalidArgument, "UMAP needs at least 2 neighbours, a positive spread and a minimal distance "
                                                "below three spreads.");
    const Result<Neighbours> neighbours = nearestNeighbours(values_ND, dimensions, settings.neighbours - 1, settings.distance, stop);
    if (!neighbours)
        return fail(neighbours.error());
    data::Random random(settings.seed);
    Result<std::vector<double>> layout = firstLayout(values_ND, dimensions, random, stop);
    if (!layout)
        return fail(layout.error());
    const std::size_t n = layout->size() / 2;
    const int epochs = settings.epochs > 0 ? settings.epochs : n <= 10'000 ? 500 : 200;
    if (progress)
        progress->setTotal(epochs);
    Descent descent(settings, *std::move(layout), random);
    if (const Result<void> done = descent.run(fuzzySet(*neighbours), epochs, stop, progress); !done)
        return fail(done.error());
    return descent.layout();
}

}  // namespace nscope::analysis
