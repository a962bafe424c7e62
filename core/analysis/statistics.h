// Purpose: the statistics that the population analyses share, on plain numbers.
// Errors: none; std::nullopt (or NaN where stated) when a number is not defined for the values given. Thread: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace nscope::analysis {

/// Mean with its 95 % interval from the standard error (normal approximation; NaN interval below two values).
struct MeanEstimate {
    double mean = 0.0;
    double low = 0.0;
    double high = 0.0;
    std::int64_t count = 0;
    bool operator==(const MeanEstimate&) const = default;
};

/// Adds up values one by one (Welford) for a MeanEstimate.
class MeanAccumulator {
public:
    void add(double value);
    MeanEstimate estimate() const;  ///< mean NaN without values
    double mean() const;
    double standardDeviation() const;  ///< n − 1; NaN below two values
    std::int64_t count() const { return m_count; }

private:
    std::int64_t m_count = 0;
    double m_mean = 0.0;
    double m_squares = 0.0;
};

/// Linear interpolation between order statistics (NumPy's default). Precondition: values, 0 ≤ fraction ≤ 1.
double quantile(std::vector<double> values, double fraction);
inline double median(std::vector<double> values) { return quantile(std::move(values), 0.5); }
/// Mean without the lowest and highest floor(n·fraction) values. Precondition: values, fraction < .5.
double trimmedMean(std::vector<double> values, double fraction);

/// std::nullopt below two pairs or if one side does not vary.
std::optional<double> pearson(std::span<const double> a, std::span<const double> b);
std::optional<double> pearson(std::span<const float> a, std::span<const float> b);
/// Pearson of the ranks; ties share their mean rank.
std::optional<double> spearman(std::span<const double> a, std::span<const double> b);
/// The same in 16 bytes per pair, for whole chromosomes. Precondition: fewer than 2³¹ pairs.
std::optional<double> spearman(std::span<const float> a, std::span<const float> b);
/// Cosine of the angle between two vectors; std::nullopt if one is zero.
std::optional<double> cosine(std::span<const double> a, std::span<const double> b);
/// 1-based ranks; ties share their mean.
std::vector<double> ranks(std::span<const double> values);

struct ConfidenceInterval {
    double low = 0.0;
    double high = 0.0;
};
/// Percentile bootstrap at 95 %: `statistic` of `draws` samples of `count` indices with replacement; draws for which it
/// is NaN are left out. NaN bounds if nothing is left.
ConfidenceInterval bootstrapInterval(std::size_t count, const std::function<double(std::span<const std::size_t>)>& statistic,
                                     int draws, std::uint64_t seed);

/// P(X ≥ observed) for `draws` from `population` items of which `successes` are special. Precondition: possible counts.
double hypergeometricTail(std::int64_t population, std::int64_t successes, std::int64_t draws, std::int64_t observed);

/// Adjusted p-values of Benjamini & Hochberg (1995), times `nullShare` (Storey's π0; 1 is plain BH), at most 1.
std::vector<double> falseDiscoveryRates(std::span<const double> pValues, double nullShare = 1.0);
/// Storey's π0: the share of true null hypotheses, over λ = 0, .05 … .5 with the λ of least mean squared error in its
/// closed form (Storey, Taylor & Siegmund 2004; Robinson 2013). 1 for fewer than 20 values.
double nullShare(std::span<const double> pValues);

}  // namespace nscope::analysis
