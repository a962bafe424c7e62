#include "core/dataset/linear_fit.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace nscope::dataset {
namespace {

using Rows = std::span<const SparseRow* const>;

/// A symmetric matrix, of which the lower triangle is used; row and column 0 belong to the intercept.
struct Matrix {
    explicit Matrix(std::size_t count) : size(count), values(count * count, 0.0) {}
    double& at(std::size_t i, std::size_t j) { return values[i * size + j]; }
    double at(std::size_t i, std::size_t j) const { return values[i * size + j]; }

    std::size_t size;
    std::vector<double> values;
};

/// Means and standard deviations of the columns; 1 for one that does not vary.
struct Standard {
    std::vector<double> means, deviations;
};

Standard standardOf(Rows rows, std::size_t columnCount)
{
    Standard standard{std::vector<double>(columnCount, 0.0), std::vector<double>(columnCount, 0.0)};
    for (const SparseRow* row : rows) {
        for (std::size_t i = 0; i < row->columns.size(); ++i) {
            standard.means[row->columns[i]] += double(row->values[i]);
            standard.deviations[row->columns[i]] += double(row->values[i]) * double(row->values[i]);
        }
    }
    for (std::size_t j = 0; j < columnCount; ++j) {
        standard.means[j] /= double(rows.size());
        const double variance = standard.deviations[j] / double(rows.size()) - standard.means[j] * standard.means[j];
        standard.deviations[j] = variance > 1e-12 * standard.means[j] * standard.means[j] ? std::sqrt(variance) : 1.0;
    }
    return standard;
}

/// Adds weight · z zᵀ, z the row with a 1 before it.
void addProducts(const SparseRow& row, double weight, Matrix& sums)
{
    sums.at(0, 0) += weight;
    for (std::size_t i = 0; i < row.columns.size(); ++i) {
        const std::size_t r = row.columns[i] + 1;
        const double scaled = weight * double(row.values[i]);
        sums.at(r, 0) += scaled;
        for (std::size_t j = 0; j <= i; ++j)
            sums.at(r, row.columns[j] + 1) += scaled * double(row.values[j]);
    }
}

void addScaled(const SparseRow& row, double weight, std::vector<double>& sums)
{
    sums[0] += weight;
    for (std::size_t i = 0; i < row.columns.size(); ++i)
        sums[row.columns[i] + 1] += weight * double(row.values[i]);
}

/// Sums over rows as they are become sums over standardised rows.
void standardise(Matrix& sums, const Standard& standard)
{
    for (std::size_t i = sums.size - 1; i > 0; --i) {
        for (std::size_t j = i; j > 0; --j) {
            const double mi = standard.means[i - 1], mj = standard.means[j - 1];
            sums.at(i, j) = (sums.at(i, j) - mi * sums.at(j, 0) - mj * sums.at(i, 0) + mi * mj * sums.at(0, 0))
                            / (standard.deviations[i - 1] * standard.deviations[j - 1]);
        }
    }
    for (std::size_t i = 1; i < sums.size; ++i)
        sums.at(i, 0) = (sums.at(i, 0) - standard.means[i - 1] * sums.at(0, 0)) / standard.deviations[i - 1];
}

void standardise(std::vector<double>& sums, const Standard& standard)
{
    for (std::size_t i = 1; i < sums.size(); ++i)
        sums[i] = (sums[i] - standard.means[i - 1] * sums[0]) / standard.deviations[i - 1];
}

Error stopped() { return Error(ErrorCode::Cancelled, "Stopped while a baseline was fitted."); }

/// Solves A x = b by Cholesky's decomposition; A is overwritten. Precondition: positive definite. Errors: Cancelled.
Result<std::vector<double>> solve(Matrix& a, std::vector<double> b, const std::stop_token& stop)
{
    for (std::size_t i = 0; i < a.size; ++i) {
        if (stop.stop_requested())
            return fail(stopped());
        for (std::size_t j = 0; j <= i; ++j) {
            double sum = a.at(i, j);
            for (std::size_t k = 0; k < j; ++k)
                sum -= a.at(i, k) * a.at(j, k);
            a.at(i, j) = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / a.at(j, j);
        }
    }
    for (std::size_t i = 0; i < a.size; ++i) {
        for (std::size_t k = 0; k < i; ++k)
            b[i] -= a.at(i, k) * b[k];
        b[i] /= a.at(i, i);
    }
    for (std::size_t i = a.size; i-- > 0;) {
        for (std::size_t k = i + 1; k < a.size; ++k)
            b[i] -= a.at(k, i) * b[k];
        b[i] /= a.at(i, i);
    }
    return b;
}

/// Weights of standardised columns become weights of the columns as they are.
LinearModel modelOf(const std::vector<double>& solution, const Standard& standard)
{
    LinearModel model{.intercept = solution[0], .weights = {}};
    for (std::size_t j = 0; j < standard.means.size(); ++j) {
        model.weights.push_back(solution[j + 1] / standard.deviations[j]);
        model.intercept -= model.weights.back() * standard.means[j];
    }
    return model;
}

Error withoutRows() { return Error(ErrorCode::InvalidArgument, "A baseline needs rows to be fitted on."); }

void penalise(Matrix& matrix, double lambda)
{
    for (std::size_t i = 1; i < matrix.size; ++i)
        matrix.at(i, i) += lambda;
}

}  // namespace

double LinearModel::at(const SparseRow& row) const
{
    double sum = intercept;
    for (std::size_t i = 0; i < row.columns.size(); ++i)
        sum += weights[row.columns[i]] * double(row.values[i]);
    return sum;
}

Result<LinearModel> fitRidge(Rows rows_N, std::span<const double> targets_N, std::size_t columnCount, double lambda,
                             const std::stop_token& stop)
{
    if (rows_N.empty())
        return fail(withoutRows());
    const Standard standard = standardOf(rows_N, columnCount);
    Matrix products(columnCount + 1);
    std::vector<double> sums(columnCount + 1, 0.0);
    for (std::size_t n = 0; n < rows_N.size(); ++n) {
        if (stop.stop_requested())
            return fail(stopped());
        addProducts(*rows_N[n], 1.0, products);
        addScaled(*rows_N[n], targets_N[n], sums);
    }
    standardise(products, standard);
    standardise(sums, standard);
    penalise(products, lambda);
    const auto solution = solve(products, std::move(sums), stop);
    return solution ? Result<LinearModel>(modelOf(*solution, standard)) : fail(solution.error());
}

Result<LinearModel> fitLogistic(Rows rows_N, std::span<const double> targets_N, std::size_t columnCount, double lambda,
                                const std::stop_token& stop)
{
    constexpr int kMostSteps = 25;
    constexpr double kSmallStep = 1e-6;
    if (rows_N.empty())
        return fail(withoutRows());
    const Standard standard = standardOf(rows_N, columnCount);
    std::vector<double> solution(columnCount + 1, 0.0);
    for (int step = 0; step < kMostSteps; ++step) {
        const LinearModel model = modelOf(solution, standard);
        Matrix curvature(columnCount + 1);
        std::vector<double> gradient(columnCount + 1, 0.0);
        for (std::size_t n = 0; n < rows_N.size(); ++n) {
            if (stop.stop_requested())
                return fail(stopped());
            const double p = 1.0 / (1.0 + std::exp(-model.at(*rows_N[n])));
            addProducts(*rows_N[n], p * (1.0 - p), curvature);
            addScaled(*rows_N[n], targets_N[n] - p, gradient);
        }
        standardise(curvature, standard);
        standardise(gradient, standard);
        penalise(curvature, lambda);
        for (std::size_t i = 1; i < gradient.size(); ++i)
            gradient[i] -= lambda * solution[i];
        const auto change = solve(curvature, std::move(gradient), stop);
        if (!change)
            return fail(change.error());
        double largest = 0.0;
        for (std::size_t i = 0; i < change->size(); ++i) {
            solution[i] += (*change)[i];
            largest = std::max(largest, std::abs((*change)[i]));
        }
        if (largest < kSmallStep)
            break;
    }
    return modelOf(solution, standard);
}

}  // namespace nscope::dataset
