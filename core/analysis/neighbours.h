// Purpose: nearest neighbours of vectors, by comparing all with all, and how well a projection keeps them.
// Shapes: values_ND is vectors × dimensions. Thread: any. Blocking: time goes with vectors² · dimensions.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

namespace nscope::analysis {

enum class VectorDistance { Euclidean, Cosine };

struct Neighbours {
    std::int64_t count = 0;               ///< per vector
    std::vector<std::int32_t> index_NK;   ///< without the vector itself, the nearest first; ties by index
    std::vector<double> distance_NK;
};

/// Errors: InvalidArgument for a shape that does not fit, values that are not finite, or no more vectors than neighbours;
/// Cancelled.
Result<Neighbours> nearestNeighbours(std::span<const float> values_ND, std::int64_t dimensions, std::int64_t count,
                                     VectorDistance distance, std::stop_token stop = {});

/// Trustworthiness of a projection (Venna & Kaski 2001): 1 when all `count` neighbours there are neighbours in the data.
/// Errors: those of nearestNeighbours; InvalidArgument unless count < vectors / 2.
Result<double> trustworthiness(std::span<const float> values_ND, std::int64_t dimensions, std::span<const float> projected_NP,
                               std::int64_t projectedDimensions, std::int64_t count, VectorDistance distance);

}  // namespace nscope::analysis
