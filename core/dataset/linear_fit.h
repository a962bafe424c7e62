// Purpose: ridge regression and logistic regression on sparse rows, for the baselines that networks are compared with.
// Columns are standardised by the rows fitted on (mean 0, standard deviation 1), the intercept is not penalised:
// least squares, or −log likelihood, plus λ/2 · Σ β². Logistic: Newton's method (iteratively reweighted least squares).
// Memory: 8 · columns² bytes. Errors: Cancelled; InvalidArgument without rows. Thread: any.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

namespace nscope::dataset {

/// The columns of one row that are not 0, ascending.
struct SparseRow {
    std::vector<std::uint32_t> columns{};
    std::vector<float> values{};

    void add(std::uint32_t column, float value)
    {
        columns.push_back(column);
        values.push_back(value);
    }
};

/// intercept + Σ weight · value, of values as they are.
struct LinearModel {
    double intercept = 0.0;
    std::vector<double> weights{};

    double at(const SparseRow& row) const;
};

/// `targets_N` holds a number, or 0 and 1, for each row. Precondition: as many as rows, no NaN.
Result<LinearModel> fitRidge(std::span<const SparseRow* const> rows_N, std::span<const double> targets_N,
                             std::size_t columnCount, double lambda, const std::stop_token& stop);
Result<LinearModel> fitLogistic(std::span<const SparseRow* const> rows_N, std::span<const double> targets_N,
                                std::size_t columnCount, double lambda, const std::stop_token& stop);

}  // namespace nscope::dataset
