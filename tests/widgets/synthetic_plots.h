// Purpose: made-up plots of every kind for the tests and the gallery. Reproducible by seed.
#pragma once

#include "core/data/plot.h"

#include <vector>

namespace nscope::tests {

data::Plot linePlot();          ///< two lines with bands, a dashed one with a gap, two guides
data::Plot pointPlot();         ///< points with whiskers over named places
data::Plot barPlot();           ///< two series of bars with whiskers, values below zero
data::Plot spectrumPlot();      ///< logarithmic axes
data::Plot densityPlot(int points);
data::Plot divergingMap();      ///< with empty cells
data::Plot sequentialMap(int rows, int columns);
data::Plot violinPlot();        ///< one group with few values, long names
data::Plot motifPlot(int count);
data::Plot emptyPlot();         ///< a series without numbers

std::vector<data::Plot> allPlots();

}  // namespace nscope::tests
