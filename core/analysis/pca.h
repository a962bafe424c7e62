// Purpose: principal components of many vectors.
// Shapes: values_ND is vectors × dimensions, row-major. Columns are centred, not scaled.
// Method: block power iteration with Rayleigh–Ritz (Halko, Martinsson & Tropp 2011) on XᵀX without forming it, its small
// eigenproblem by Jacobi rotations. The sign of a component makes its largest loading positive. Same seed, same numbers.
// Thread: any. Blocking: time goes with vectors · dimensions · components per iteration.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

namespace nscope::analysis {

struct PrincipalComponents {
    std::int64_t count = 0;
    std::vector<double> scores_NK;        ///< vectors × components
    std::vector<double> components_KD;    ///< unit vectors
    std::vector<double> variances;        ///< of the scores (n − 1), falling
    std::vector<double> explainedShares;  ///< of the total variance
    std::vector<double> mean_D;
    double residual = 0.0;  ///< largest ‖Cv − λv‖ / λ₁ over the components given: how exact they are
};

/// At most `count` components; fewer if the vectors have fewer dimensions or are fewer.
/// Errors: InvalidArgument for a shape that does not fit, under two vectors, values that are not finite, no variation;
/// Cancelled.
Result<PrincipalComponents> principalComponents(std::span<const float> values_ND, std::int64_t dimensions, std::int64_t count,
                                                std::uint64_t seed = 1, std::stop_token stop = {});

/// Eigenvalues (falling) and unit eigenvectors (rows) of a symmetric n × n matrix, by cyclic Jacobi rotations.
struct SymmetricEigen {
    std::vector<double> values;
    std::vector<double> vectors_NN;
};
SymmetricEigen symmetricEigen(std::vector<double> matrix_NN, std::size_t n);

}  // namespace nscope::analysis
