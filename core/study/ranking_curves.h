// Purpose: curves of a ranking as series of a plot, for the evaluation of a network and the comparison of two. Thread: any.
#pragma once

#include "core/analysis/ranking.h"
#include "core/data/plot.h"

#include <string>

namespace nscope::study {

/// True by false positive rate; the area in the name. Precondition: both classes are there.
data::PlotSeries rocCurve(const analysis::Ranking& ranking, const std::string& name);
/// From corner to corner: chance, or what is said being true as often as it is said.
data::PlotSeries unitDiagonal();

}  // namespace nscope::study
