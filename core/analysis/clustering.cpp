// Purpose: agglomerative clustering by nearest-neighbour chains: n² time for the linkages offered.
#include "core/analysis/clustering.h"

#include "core/analysis/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

namespace nscope::analysis {
namespace {

struct RawMerge {
    std::size_t a = 0;  ///< any leaf of either side
    std::size_t b = 0;
    double height = 0.0;
};

/// Clusters live in the row of one of their leaves.
class Chain {
public:
    Chain(std::vector<double> distances, std::size_t n, Linkage linkage)
        : m_distances(std::move(distances)), m_n(n), m_sizes(n, 1), m_linkage(linkage)
    {
    }

    std::vector<RawMerge> run()
    {
        std::vector<RawMerge> merges;
        std::vector<std::size_t> chain;
        while (merges.size() + 1 < m_n) {
            if (chain.empty())
                chain.push_back(std::size_t(std::ranges::find_if(m_sizes, [](std::size_t size) { return size > 0; }) - m_sizes.begin()));
            const std::size_t last = chain.back();
            const std::optional<std::size_t> before = chain.size() > 1 ? std::optional(chain[chain.size() - 2]) : std::nullopt;
            const std::size_t nearest = nearestOf(last, before);
            if (nearest != before) {
                chain.push_back(nearest);
                continue;
            }
            chain.resize(chain.size() - 2);
            merges.push_back({last, nearest, at(last, nearest)});
            join(last, nearest);
        }
        return merges;
    }

private:
    double& at(std::size_t a, std::size_t b) { return m_distances[a * m_n + b]; }

    /// The cluster before in the chain wins ties, which ends the chain.
    std::size_t nearestOf(std::size_t row, std::optional<std::size_t> before)
    {
        std::size_t best = before.value_or(m_n);
        double least = before ? at(row, *before) : std::numeric_limits<double>::infinity();
        for (std::size_t other = 0; other < m_n; ++other) {
            if (other != row && m_sizes[other] > 0 && (best == m_n || at(row, other) < least)) {
                least = at(row, other);
                best = other;
            }
        }
        return best;
    }

    void join(std::size_t gone, std::size_t kept)
    {
        const auto goneSize = double(m_sizes[gone]), keptSize = double(m_sizes[kept]);
        for (std::size_t other = 0; other < m_n; ++other) {
            if (m_sizes[other] == 0 || other == gone || other == kept)
                continue;
            const double a = at(gone, other), b = at(kept, other);
            const double joined = m_linkage == Linkage::Single ? std::min(a, b)
                : m_linkage == Linkage::Complete               ? std::max(a, b)
                                                               : (goneSize * a + keptSize * b) / (goneSize + keptSize);
            at(kept, other) = at(other, kept) = joined;
        }
        m_sizes[kept] += m_sizes[gone];
        m_sizes[gone] = 0;
    }

    std::vector<double> m_distances;
    std::size_t m_n;
    std::vector<std::size_t> m_sizes;  ///< 0: joined into another
    Linkage m_linkage;
};

/// Numbers clusters by rising height.
std::vector<Merge> numbered(std::vector<RawMerge> raw, std::size_t n)
{
    std::ranges::stable_sort(raw, {}, &RawMerge::height);
    std::vector<std::size_t> parent(2 * n - 1), sizes(2 * n - 1, 1);
    std::iota(parent.begin(), parent.end(), std::size_t(0));
    const auto rootOf = [&](std::size_t node) {
        while (parent[node] != node)
            node = parent[node] = parent[parent[node]];
        return node;
    };
    std::vector<Merge> merges;
    for (const RawMerge& merge : raw) {
        const std::size_t a = rootOf(merge.a), b = rootOf(merge.b), node = n + merges.size();
        parent[a] = parent[b] = node;
        sizes[node] = sizes[a] + sizes[b];
        merges.push_back({std::min(a, b), std::max(a, b), merge.height, sizes[node]});
    }
    return merges;
}

std::vector<std::size_t> leavesInOrder(const std::vector<Merge>& merges, std::size_t n)
{
    std::vector<std::size_t> order, open{merges.empty() ? 0 : n + merges.size() - 1};
    while (!open.empty()) {
        const std::size_t node = open.back();
        open.pop_back();
        if (node < n) {
            order.push_back(node);
            continue;
        }
        open.push_back(merges[node - n].right);
        open.push_back(merges[node - n].left);
    }
    return order;
}

}  // namespace

void whitenColumns(std::vector<double>& values_RC, std::size_t columns)
{
    const std::size_t rows = columns > 0 ? values_RC.size() / columns : 0;
    for (std::size_t column = 0; column < columns; ++column) {
        double sum = 0.0, squares = 0.0;
        for (std::size_t r = 0; r < rows; ++r)
            sum += values_RC[r * columns + column];
        for (std::size_t r = 0; r < rows; ++r) {
            const double apart = values_RC[r * columns + column] - sum / double(rows);
            squares += apart * apart;
        }
        const double deviation = std::sqrt(squares / double(rows));
        for (std::size_t r = 0; r < rows && deviation > 0; ++r)
            values_RC[r * columns + column] /= deviation;
    }
}

std::vector<double> rowDistances(std::span<const double> values_RC, std::size_t columns, RowDistance distance)
{
    const std::size_t rows = columns > 0 ? values_RC.size() / columns : 0;
    const auto between = [&](std::span<const double> a, std::span<const double> b) {
        if (distance == RowDistance::Cosine)
            return 1 - cosine(a, b).value_or(0.0);
        if (distance == RowDistance::Correlation)
            return 1 - pearson(a, b).value_or(0.0);
        double squares = 0.0;
        for (std::size_t i = 0; i < a.size(); ++i)
            squares += (a[i] - b[i]) * (a[i] - b[i]);
        return std::sqrt(squares);
    };
    std::vector<double> distances(rows * rows, 0.0);
    for (std::size_t a = 0; a < rows; ++a)
        for (std::size_t b = a + 1; b < rows; ++b)
            distances[a * rows + b] = distances[b * rows + a] =
                between(values_RC.subspan(a * columns, columns), values_RC.subspan(b * columns, columns));
    return distances;
}

Result<ClusterTree> clusterRows(std::vector<double> distances_RR, Linkage linkage)
{
    const auto n = std::size_t(std::llround(std::sqrt(double(distances_RR.size()))));
    const bool isGood = n > 0 && n * n == distances_RR.size()
        && std::ranges::none_of(distances_RR, [](double d) { return std::isnan(d); });
    if (!isGood)
        return fail(ErrorCode::InvalidArgument, "Clustering needs a square matrix of distances without gaps.");
    ClusterTree tree{n, {}, {}};
    tree.merges = numbered(Chain(std::move(distances_RR), n, linkage).run(), n);
    tree.leafOrder = leavesInOrder(tree.merges, n);
    return tree;
}

std::vector<int> ClusterTree::cut(double height) const
{
    std::vector<std::size_t> root(leafCount + merges.size());
    std::iota(root.begin(), root.end(), std::size_t(0));
    for (std::size_t i = merges.size(); i-- > 0;) {  // from the top, so that a parent's root is known
        if (merges[i].height > height)
            continue;
        root[merges[i].left] = root[merges[i].right] = root[leafCount + i];
    }
    std::vector<int> labels(leafCount, -1);
    std::vector<int> labelOf(root.size(), -1);
    int next = 0;
    for (const std::size_t leaf : leafOrder) {
        int& label = labelOf[root[leaf]];
        if (label < 0)
            label = next++;
        labels[leaf] = label;
    }
    return labels;
}

}  // namespace nscope::analysis
