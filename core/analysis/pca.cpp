// Purpose: principal components by block power iteration.
#include "core/analysis/pca.h"

#include "core/data/random.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace nscope::analysis {
namespace {

constexpr int kMaxIterations = 300;
constexpr double kResidualGoal = 1e-9;

double dot(std::span<const double> a, std::span<const double> b)
{
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// The centred vectors and their total variance.
struct Centred {
    std::vector<double> values_ND;
    std::vector<double> mean_D;
    std::size_t n = 0;
    std::size_t d = 0;
    double totalVariance = 0.0;

    std::span<const double> row(std::size_t i) const { return std::span(values_ND).subspan(i * d, d); }

    /// C·q for the covariance C and every row q of `block_PD`.
    std::vector<double> covarianceTimes(const std::vector<double>& block_PD, std::size_t p) const
    {
        std::vector<double> product(p * d, 0.0);
        for (std::size_t i = 0; i < n; ++i) {
            const std::span<const double> x = row(i);
            for (std::size_t k = 0; k < p; ++k) {
                const double weight = dot(x, std::span(block_PD).subspan(k * d, d)) / double(n - 1);
                for (std::size_t j = 0; j < d; ++j)
                    product[k * d + j] += weight * x[j];
            }
        }
        return product;
    }
};

Centred centred(std::span<const float> values_ND, std::size_t d)
{
    Centred data{std::vector<double>(values_ND.begin(), values_ND.end()), std::vector<double>(d, 0.0), values_ND.size() / d, d, 0.0};
    for (std::size_t i = 0; i < data.values_ND.size(); ++i)
        data.mean_D[i % d] += data.values_ND[i] / double(data.n);
    for (std::size_t i = 0; i < data.values_ND.size(); ++i) {
        data.values_ND[i] -= data.mean_D[i % d];
        data.totalVariance += data.values_ND[i] * data.values_ND[i] / double(data.n - 1);
    }
    return data;
}

/// Gram–Schmidt twice over the rows; a row that lies in the span of those before is drawn anew.
void orthonormalise(std::vector<double>& block_PD, std::size_t p, std::size_t d, data::Random& random)
{
    for (std::size_t k = 0; k < p; ++k) {
        const std::span<double> row(&block_PD[k * d], d);
        while (true) {
            const double before = std::sqrt(dot(row, row));
            for (int pass = 0; pass < 2; ++pass) {
                for (std::size_t other = 0; other < k; ++other) {
                    const std::span<const double> done(&block_PD[other * d], d);
                    const double share = dot(row, done);
                    for (std::size_t j = 0; j < d; ++j)
                        row[j] -= share * done[j];
                }
            }
            const double length = std::sqrt(dot(row, row));
            if (length > 1e-12 * before && length > 0) {
                for (double& value : row)
                    value /= length;
                break;
            }
            for (double& value : row)
                value = random.uniform() - 0.5;
        }
    }
}

struct RitzBlock {
    std::vector<double> vectors_PD;
    std::vector<double> values;
    double residual = 0.0;  ///< of the first `count`, relative to the first value
};

/// The best approximations of eigenvectors within the span of an orthonormal block.
RitzBlock ritz(const Centred& data, const std::vector<double>& block_PD, const std::vector<double>& product_PD, std::size_t p,
               std::size_t count)
{
    std::vector<double> small(p * p);
    for (std::size_t a = 0; a < p; ++a)
        for (std::size_t b = 0; b < p; ++b)
            small[a * p + b] = dot(std::span(block_PD).subspan(a * data.d, data.d), std::span(product_PD).subspan(b * data.d, data.d));
    for (std::size_t a = 0; a < p; ++a)
        for (std::size_t b = 0; b < a; ++b)
            small[a * p + b] = small[b * p + a] = (small[a * p + b] + small[b * p + a]) / 2;
    const SymmetricEigen eigen = symmetricEigen(std::move(small), p);
    RitzBlock result{std::vector<double>(p * data.d, 0.0), eigen.values, 0.0};
    for (std::size_t k = 0; k < p; ++k) {
        double squares = 0.0;
        for (std::size_t j = 0; j < data.d; ++j) {
            double vector = 0.0, image = 0.0;
            for (std::size_t a = 0; a < p; ++a) {
                vector += eigen.vectors_NN[k * p + a] * block_PD[a * data.d + j];
                image += eigen.vectors_NN[k * p + a] * product_PD[a * data.d + j];
            }
            result.vectors_PD[k * data.d + j] = vector;
            squares += (image - eigen.values[k] * vector) * (image - eigen.values[k] * vector);
        }
        if (k < count)
            result.residual = std::max(result.residual, std::sqrt(squares) / eigen.values[0]);
    }
    return result;
}

PrincipalComponents finished(Centred data, RitzBlock block, std::size_t count)
{
    PrincipalComponents result;
    result.count = std::int64_t(count);
    result.residual = block.residual;
    for (std::size_t k = 0; k < count; ++k) {
        const std::span<double> component(&block.vectors_PD[k * data.d], data.d);
        const double largest = *std::ranges::max_element(component, {}, [](double value) { return std::abs(value); });
        for (double& value : component)
            value = largest < 0 ? -value : value;
        result.variances.push_back(std::max(0.0, block.values[k]));
        result.explainedShares.push_back(result.variances.back() / data.totalVariance);
        result.components_KD.insert(result.components_KD.end(), component.begin(), component.end());
    }
    for (std::size_t i = 0; i < data.n; ++i)
        for (std::size_t k = 0; k < count; ++k)
            result.scores_NK.push_back(dot(data.row(i), std::span(result.components_KD).subspan(k * data.d, data.d)));
    result.mean_D = std::move(data.mean_D);
    return result;
}

}  // namespace

SymmetricEigen symmetricEigen(std::vector<double> a, std::size_t n)
{
    std::vector<double> v(n * n, 0.0);
    for (std::size_t i = 0; i < n; ++i)
        v[i * n + i] = 1.0;
    for (int sweep = 0; sweep < 100; ++sweep) {
        double off = 0.0, all = 0.0;
        for (std::size_t i = 0; i < n * n; ++i) {
            all += a[i] * a[i];
            off += i / n != i % n ? a[i] * a[i] : 0.0;
        }
        if (off <= 1e-30 * all)
            break;
        for (std::size_t p = 0; p + 1 < n; ++p) {
            for (std::size_t q = p + 1; q < n; ++q) {
                if (a[p * n + q] == 0.0)
                    continue;
                const double theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
                const double t = (theta >= 0 ? 1.0 : -1.0) / (std::abs(theta) + std::sqrt(theta * theta + 1));
                const double c = 1 / std::sqrt(t * t + 1), s = t * c;
                const auto rotate = [c, s](double& x, double& y) {
                    const double x0 = x;
                    x = c * x0 - s * y;
                    y = s * x0 + c * y;
                };
                for (std::size_t k = 0; k < n; ++k)
                    rotate(a[k * n + p], a[k * n + q]);
                for (std::size_t k = 0; k < n; ++k) {
                    rotate(a[p * n + k], a[q * n + k]);
                    rotate(v[p * n + k], v[q * n + k]);
                }
            }
        }
    }
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t i) { return a[i * n + i]; });
    SymmetricEigen eigen;
    for (const std::size_t i : order) {
        eigen.values.push_back(a[i * n + i]);
        eigen.vectors_NN.insert(eigen.vectors_NN.end(), v.begin() + std::ptrdiff_t(i * n), v.begin() + std::ptrdiff_t((i + 1) * n));
    }
    return eigen;
}

Result<PrincipalComponents> principalComponents(std::span<const float> values_ND, std::int64_t dimensions, std::int64_t count,
                                                std::uint64_t seed, std::stop_token stop)
{
    const auto d = std::size_t(std::max<std::int64_t>(dimensions, 0));
    if (d == 0 || values_ND.size() % d != 0 || values_ND.size() / d < 2 || count < 1)
        return fail(ErrorCode::InvalidArgument, "Principal components need at least two vectors of the same length.");
    if (std::ranges::any_of(values_ND, [](float value) { return !std::isfinite(value); }))
        return fail(ErrorCode::InvalidArgument, "Some values are not numbers; take the vectors out that hold them.");
    Centred data = centred(values_ND, d);
    if (!(data.totalVariance > 0))
        return fail(ErrorCode::InvalidArgument, "All vectors are the same; there is nothing to project.");

    const std::size_t wanted = std::min({std::size_t(count), d, data.n - 1});
    const std::size_t p = std::min(d, std::max(2 * wanted, wanted + 10));
    data::Random random(seed);
    std::vector<double> block(p * d);
    for (double& value : block)
        value = random.uniform() - 0.5;
    RitzBlock best;
    for (int iteration = 0; iteration < kMaxIterations; ++iteration) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Stopped.");
        orthonormalise(block, p, d, random);
        std::vector<double> product = data.covarianceTimes(block, p);
        best = ritz(data, block, product, p, wanted);
        if (best.residual < kResidualGoal || p == d)
            break;
        block = std::move(product);
    }
    return finished(std::move(data), std::move(best), wanted);
}

}  // namespace nscope::analysis
