// Purpose: hierarchical clustering of rows (filters, motifs) with the order of leaves for a cluster map.
// Source: Lance & Williams 1967 with nearest-neighbour chains (Murtagh 1983); merges and leaf order as
// scipy.cluster.hierarchy gives them; spec 2.7 "Clustermap: cosine, rows whitened", spec 1.9 (complete linkage).
// Shapes: values_RC is rows × columns. Thread: any.
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <span>
#include <vector>

namespace nscope::analysis {

enum class Linkage { Single, Complete, Average };
enum class RowDistance { Euclidean, Cosine, Correlation };  ///< the last two: 1 − cosine, 1 − Pearson

struct Merge {
    std::size_t left = 0;   ///< leaves are 0 … n−1, the cluster of merge i is n + i; left < right
    std::size_t right = 0;
    double height = 0.0;    ///< distance at which they join; never falls along the list
    std::size_t leaves = 0;
};

struct ClusterTree {
    std::size_t leafCount = 0;
    std::vector<Merge> merges;           ///< leafCount − 1
    std::vector<std::size_t> leafOrder;  ///< rows from left to right

    /// Cluster of every leaf when merges above `height` are undone; numbered from 0 in leaf order.
    std::vector<int> cut(double height) const;
};

/// Divides every column by its standard deviation (scipy.cluster.vq.whiten); columns that do not vary stay.
void whitenColumns(std::vector<double>& values_RC, std::size_t columns);

/// Full square matrix of distances, row-major. A row without direction (all zero, or constant for Correlation) is at
/// distance 1 from all others.
std::vector<double> rowDistances(std::span<const double> values_RC, std::size_t columns, RowDistance distance);

/// Errors: InvalidArgument unless `distances` is a square matrix of at least one row without NaN.
Result<ClusterTree> clusterRows(std::vector<double> distances_RR, Linkage linkage);

}  // namespace nscope::analysis
