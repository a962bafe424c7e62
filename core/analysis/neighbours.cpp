// Purpose: exact nearest neighbours.
#include "core/analysis/neighbours.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace nscope::analysis {
namespace {

/// Distances from one vector to all; the vectors are unit vectors for Cosine.
class DistanceRows {
public:
    DistanceRows(std::span<const float> values_ND, std::size_t d, VectorDistance distance)
        : m_values(values_ND.begin(), values_ND.end()), m_d(d), m_distance(distance)
    {
        for (std::size_t i = 0; i < count() && distance == VectorDistance::Cosine; ++i) {
            const std::span<float> row(&m_values[i * d], d);
            const float length = std::sqrt(std::inner_product(row.begin(), row.end(), row.begin(), 0.0F));
            for (float& value : row)
                value = length > 0 ? value / length : 0.0F;
        }
    }

    std::size_t count() const { return m_values.size() / m_d; }

    void row(std::size_t i, std::vector<double>& distances) const
    {
        distances.resize(count());
        const float* own = &m_values[i * m_d];
        for (std::size_t other = 0; other < distances.size(); ++other) {
            const float* values = &m_values[other * m_d];
            double sum = 0.0;
            for (std::size_t j = 0; j < m_d; ++j)
                sum += m_distance == VectorDistance::Cosine ? double(own[j]) * double(values[j])
                                                            : (double(own[j]) - values[j]) * (double(own[j]) - values[j]);
            distances[other] = m_distance == VectorDistance::Cosine ? std::max(0.0, 1.0 - sum) : std::sqrt(sum);
        }
    }

private:
    std::vector<float> m_values;
    std::size_t m_d;
    VectorDistance m_distance;
};

/// All other vectors from the nearest on; only the first `count` are in order.
void orderedOthers(std::size_t self, const std::vector<double>& distances, std::size_t count, std::vector<std::int32_t>& order)
{
    order.resize(distances.size());
    std::iota(order.begin(), order.end(), 0);
    order.erase(order.begin() + std::ptrdiff_t(self));
    std::partial_sort(order.begin(), order.begin() + std::ptrdiff_t(count), order.end(), [&](std::int32_t a, std::int32_t b) {
        const double da = distances[std::size_t(a)], db = distances[std::size_t(b)];
        return da != db ? da < db : a < b;
    });
}

}  // namespace

Result<Neighbours> nearestNeighbours(std::span<const float> values_ND, std::int64_t dimensions, std::int64_t count,
                                     VectorDistance distance, std::stop_token stop)
{
    if (dimensions < 1 || values_ND.size() % std::size_t(dimensions) != 0)
        return fail(ErrorCode::InvalidArgument, "The vectors must all be of the same length.");
    if (std::ranges::any_of(values_ND, [](float value) { return !std::isfinite(value); }))
        return fail(ErrorCode::InvalidArgument, "Some values are not numbers; take the vectors out that hold them.");
    const DistanceRows rows(values_ND, std::size_t(dimensions), distance);
    if (count < 1 || std::size_t(count) >= rows.count())
        return fail(ErrorCode::InvalidArgument, "There must be more vectors than neighbours: " + std::to_string(rows.count())
                        + " vectors, " + std::to_string(count) + " neighbours.");
    Neighbours neighbours{count, {}, {}};
    std::vector<double> distances;
    std::vector<std::int32_t> order;
    for (std::size_t i = 0; i < rows.count(); ++i) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Stopped.");
        rows.row(i, distances);
        orderedOthers(i, distances, std::size_t(count), order);
        for (std::size_t k = 0; k < std::size_t(count); ++k) {
            neighbours.index_NK.push_back(order[k]);
            neighbours.distance_NK.push_back(distances[std::size_t(order[k])]);
        }
    }
    return neighbours;
}

Result<double> trustworthiness(std::span<const float> values_ND, std::int64_t dimensions, std::span<const float> projected_NP,
                               std::int64_t projectedDimensions, std::int64_t count, VectorDistance distance)
{
    const Result<Neighbours> there = nearestNeighbours(projected_NP, projectedDimensions, count, VectorDistance::Euclidean);
    if (!there)
        return fail(there.error());
    if (dimensions < 1 || values_ND.size() % std::size_t(dimensions) != 0)
        return fail(ErrorCode::InvalidArgument, "The vectors must all be of the same length.");
    const DistanceRows rows(values_ND, std::size_t(dimensions), distance);
    const auto n = std::int64_t(rows.count());
    if (there->index_NK.size() != std::size_t(n * count) || 2 * count >= n)
        return fail(ErrorCode::InvalidArgument, "Trustworthiness needs more than twice as many vectors as neighbours.");
    double penalty = 0.0;
    std::vector<double> distances;
    std::vector<std::int32_t> order;
    std::vector<std::int64_t> rank(std::size_t(n), 0);
    for (std::int64_t i = 0; i < n; ++i) {
        rows.row(std::size_t(i), distances);
        orderedOthers(std::size_t(i), distances, std::size_t(n - 1), order);
        for (std::size_t r = 0; r < order.size(); ++r)
            rank[std::size_t(order[r])] = std::int64_t(r) + 1;
        for (std::int64_t k = 0; k < count; ++k)
            penalty += double(std::max<std::int64_t>(0, rank[std::size_t(there->index_NK[std::size_t(i * count + k)])] - count));
    }
    return 1.0 - 2.0 * penalty / (double(n) * double(count) * double(2 * n - 3 * count - 1));
}

}  // namespace nscope::analysis
