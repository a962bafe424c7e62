// Purpose: UMAP: vectors laid out in the plane so that neighbours stay neighbours.
// Exact nearest neighbours, smoothed to a fuzzy set of log2(neighbours) each, joined by a + b − ab; layout from two
// principal components by stochastic gradient descent with negative samples. One thread, seeded: the same input gives the
// same layout. Source: McInnes, Healy & Melville 2018; defaults and constants of umap-learn 0.5.
// Shapes: values_ND vectors × dimensions; layout_N2 vectors × 2. Blocking: vectors² · dimensions for the neighbours.
#pragma once

#include "core/analysis/neighbours.h"
#include "core/base/progress.h"

#include <utility>

namespace nscope::analysis {

struct UmapSettings {
    std::int64_t neighbours = 15;  ///< the vector itself counts, as in umap-learn
    double minDistance = 0.1;
    double spread = 1.0;
    int epochs = 0;                ///< 0: 500 up to 10,000 vectors, else 200
    int negativeSamples = 5;
    VectorDistance distance = VectorDistance::Euclidean;
    std::uint64_t seed = 1;
};

/// a, b of 1 / (1 + a·x^(2b)) that come closest to exp(−(x − minDistance) / spread) beyond minDistance and 1 before it.
std::pair<double, double> umapCurve(double minDistance, double spread);

/// An edge of the fuzzy set; each pair stands once, from < to.
struct FuzzyEdge {
    std::int32_t from = 0;
    std::int32_t to = 0;
    double weight = 0.0;
};
/// `neighbours` without the vectors themselves. Sorted by from, to.
std::vector<FuzzyEdge> fuzzySet(const Neighbours& neighbours);

/// Errors: those of nearestNeighbours and principalComponents; InvalidArgument for settings out of range. `progress`
/// counts epochs and may be null.
Result<std::vector<float>> umapLayout(std::span<const float> values_ND, std::int64_t dimensions, const UmapSettings& settings = {},
                                      std::stop_token stop = {}, Progress* progress = nullptr);

}  // namespace nscope::analysis
