// Purpose: how good a two-class score is: counts, accuracy, precision, recall, F1, MCC, AUROC, AUPRC, and the rule that
// chooses a decision threshold. Ties are exact: equal scores share their mid-rank (AUROC) and one point of the
// precision-recall curve (AUPRC as average precision; core/analysis/ranking.h). Positive = the class of interest (PC for
// coding models).
// Source: Matthews 1975 for MCC; Hanley & McNeil 1982 for AUROC as a rank statistic.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace nscope::train {

struct ClassMetrics {
    std::int64_t truePositives = 0;
    std::int64_t falsePositives = 0;
    std::int64_t trueNegatives = 0;
    std::int64_t falseNegatives = 0;
    double accuracy = 0.0;
    double precision = 0.0;  ///< 0 when nothing was called positive
    double recall = 0.0;     ///< 0 when there is no positive row
    double f1 = 0.0;
    double mcc = 0.0;        ///< 0 when a row or column of the confusion table is empty
    double auroc = 0.5;      ///< 0.5 when one class is missing
    double auprc = 0.0;
    double threshold = 0.0;  ///< positive means score >= threshold

    std::int64_t rows() const { return truePositives + falsePositives + trueNegatives + falseNegatives; }
};

/// Labels: non-zero is positive. Both spans have one entry per row.
ClassMetrics classMetrics(std::span<const double> scores, std::span<const std::uint8_t> labels, double threshold);

double auroc(std::span<const double> scores, std::span<const std::uint8_t> labels);
double auprc(std::span<const double> scores, std::span<const std::uint8_t> labels);
double mcc(double truePositives, double falsePositives, double trueNegatives, double falseNegatives);

/// The threshold with the highest MCC. Candidates lie halfway between neighbouring scores; the answer is the median
/// of all candidates whose MCC is within `tolerance` of the best.
double bestThreshold(std::span<const double> scores, std::span<const std::uint8_t> labels, double tolerance = 0.0);

/// A steadier threshold for log-odds: MCC with every negative row counted `negativeWeight` times (so that the classes
/// stand as they will in use), on a grid from −6 to 6 in steps of 0.05, smoothed with a Gaussian of 0.4; its maximum.
double smoothedThreshold(std::span<const double> logOdds, std::span<const std::uint8_t> labels, double negativeWeight);

}  // namespace nscope::train
