// Purpose: how well one signal along a genome predicts another, bin by bin: the numbers of the evaluation of GOPHER (Tang
// thesis, chapter 2; model specification 4.3 and 4.5), and what is done to the bins before: scaling, smoothing, coarser
// bins.
// Axes: both spans are bins along the genome in the same order, one after the other. NaN is a bin without a value; a bin
// counts where both have one. Values are in the units of the files. Memory: 8 bytes per bin if any is missing, and 16 for
// the ranks. Errors: none; std::nullopt where a number is not defined. Thread: any.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace nscope::analysis {

struct TrackMetrics {
    std::int64_t bins = 0;  ///< that both have
    std::optional<double> predictedMean{}, measuredMean{};
    std::optional<double> pearson{};   ///< none below two bins or if one side does not vary
    std::optional<double> spearman{};  ///< likewise; ties share their mean rank
    std::optional<double> meanSquaredError{};
    std::optional<double> poissonNll{};             ///< see poissonNll()
    std::optional<double> jensenShannonDistance{};  ///< see jensenShannonDistance()
};

/// Precondition of all functions of two spans: equal lengths, fewer than 2³¹ bins.
TrackMetrics trackMetrics(std::span<const float> predicted, std::span<const float> measured);

/// Mean of ŷ − y·ln(ŷ + 1e-7), ŷ predicted and y measured (the loss, 4.3, with the guard of Keras against ln 0). Not
/// defined without bins or for a negative prediction. Precondition: no NaN.
std::optional<double> poissonNll(std::span<const float> predicted, std::span<const float> measured);

/// √(½ Σ p·ln(p/m) + ½ Σ q·ln(q/m)), p and q both signals divided by their sums, m their mean; negative values count as 0.
/// 0 for the same shape, √ln 2 = 0.8326 for signals that are nowhere both above 0. Not defined if one sums to 0.
/// Precondition: no NaN. Source: Lin 1991, Endres & Schindelin 2003; natural logarithm, as in SciPy.
std::optional<double> jensenShannonDistance(std::span<const float> predicted, std::span<const float> measured);

/// Σ measured / Σ predicted over the bins that both have: what predictions are multiplied by to be as high on average. Not
/// defined if either sum is not above 0.
std::optional<double> scalingFactor(std::span<const float> predicted, std::span<const float> measured);

/// Box-car filter: each bin becomes the mean of the `width` bins around it that have a value (of an even width one more
/// before than after); at the ends there are fewer. A bin without a value stays so.
std::vector<float> boxCar(std::span<const float> values, std::int64_t width);

/// Every `count` neighbouring bins become one, the mean of those of them that have a value; what is left over at the end
/// is left out.
std::vector<float> coarserBins(std::span<const float> values, std::int64_t count);

/// One point of a threshold curve (thesis Fig 2.2e): means over the regions whose highest measured value is above the
/// threshold, of those in which the number is defined.
struct ThresholdPoint {
    double threshold = 0.0;
    std::int64_t regions = 0;
    std::optional<double> pearson{}, spearman{}, meanSquaredError{};
};

/// `highest_R`: highest measured value of each region; NaN: none. Precondition: as many as regions.
std::vector<ThresholdPoint> thresholdCurve(std::span<const TrackMetrics> regions_R, std::span<const double> highest_R,
                                           std::span<const double> thresholds);

/// Mean of those that are there; none if none is.
std::optional<double> meanOfDefined(std::span<const std::optional<double>> values);

}  // namespace nscope::analysis
