// Purpose: the plots of global importance analyses. Pure functions.
#pragma once

#include "core/data/plot.h"
#include "core/experiment/gia_scans.h"
#include "core/experiment/occlusion.h"

#include <string>
#include <vector>

namespace nscope::study {

/// A motif of a global importance analysis with its effect and interval, in the order given.
data::Plot effectPlot(const std::vector<std::string>& names, const std::vector<analysis::MeanEstimate>& effects);
/// The words by rank, their best ones named, and the mean effect of every base at every place of the pattern.
std::vector<data::Plot> flankPlots(const std::string& pattern, const std::vector<experiment::MotifEffect>& ranked);
data::Plot distancePlot(const experiment::DistanceScan& scan, const std::string& first, const std::string& second);
data::Plot cooperationPlot(const experiment::Cooperativity& found, const std::string& first, const std::string& second);
std::vector<data::Plot> occlusionPlots(const experiment::Occlusion& found, const std::string& pattern);

}  // namespace nscope::study
