// Purpose: how well a score ranks positive rows before negative ones: the points of the ROC and the precision-recall curve
// and the areas under them. Ties are exact: rows of equal score share one point, so that half of every tied pair of a
// positive and a negative row counts (AUROC as a rank statistic; Hanley & McNeil 1982).
// Labels: non-zero is positive. Both spans have one entry per row; scores are numbers. Memory: 8 bytes per row of float
// scores, 16 per row of double scores, and the points kept. Errors: none; std::nullopt where an area is not defined.
// Thread: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace nscope::analysis {

/// Rows with at least this score.
struct RankingPoint {
    double score = 0.0;
    std::int64_t truePositives = 0;
    std::int64_t falsePositives = 0;
};

struct Ranking {
    std::int64_t positives = 0;
    std::int64_t negatives = 0;
    std::optional<double> auroc;             ///< none if one class is missing
    std::optional<double> averagePrecision;  ///< AUPR as Σ (recall gained) · precision; none without a positive row
    /// AUPR by trapezoids from (recall 0, precision 1) on, as GOPHER takes it from scikit-learn; larger than the average
    /// precision, because a straight line between points of this curve is too optimistic (Davis & Goadrich 2006).
    std::optional<double> trapezoidAupr;
    std::vector<RankingPoint> curve;  ///< highest score first, the last holds all rows
};

/// `mostPoints` > 1: the curve is thinned to at most about so many points, evenly along the ROC curve; 0: all.
Ranking rankingOf(std::span<const double> scores, std::span<const std::uint8_t> labels, std::size_t mostPoints = 0);
Ranking rankingOf(std::span<const float> scores, std::span<const std::uint8_t> labels, std::size_t mostPoints = 0);

}  // namespace nscope::analysis
