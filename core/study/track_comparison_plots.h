// Purpose: the plots of measured against predicted signals. Pure functions.
#pragma once

#include "core/study/track_comparison.h"

#include <vector>

namespace nscope::study {

/// Scatter plots, distributions over the regions, bin triangle, threshold curves, ROC and precision-recall curves; what
/// has nothing to show is not there.
std::vector<data::Plot> trackComparisonPlots(const TrackComparison& comparison,
                                             const TrackComparisonSettings& settings);

/// Mean Pearson correlation over the lines with the same training bins: rows training bins, columns evaluation bins, both
/// ascending; NaN where the evaluation would be finer.
data::PlotMap triangleMap(const std::vector<LineResult>& lines);

}  // namespace nscope::study
