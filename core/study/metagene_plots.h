// Purpose: the plots of metagenes. Pure functions.
#pragma once

#include "core/analysis/frame_statistics.h"
#include "core/analysis/metagene.h"
#include "core/analysis/spectrum.h"
#include "core/data/plot.h"

#include <string>

namespace nscope::study {

/// `value`: what is averaged, for the y axis.
data::Plot binPlot(const analysis::BinnedMetagene& metagene, int binsPerRegion, const std::string& value);
/// `what`: "start codon"; `id`: "start".
data::Plot alignedPlot(const std::string& id, const std::string& what, const analysis::AlignedMetagene& metagene,
                       const std::string& value);
data::Plot spectrumPlot(const std::vector<double>& frequencies, const std::vector<double>& density);
data::Plot framePlot(const analysis::FrameStatistics& frames, const std::string& value);

}  // namespace nscope::study
