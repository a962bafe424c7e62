// Purpose: the plots of codon analyses. Pure functions.
#pragma once

#include "core/analysis/codon_table.h"
#include "core/data/plot.h"

#include <vector>

namespace nscope::study {

/// Codon position × new base of synonymous changes; empty where the code allows none.
data::Plot positionPlot(const analysis::CodonStatistics& statistics);
/// Synonymous, missense and nonsense means with intervals.
data::Plot changePlot(const analysis::CodonStatistics& statistics);
/// Codon × codon, synonymous pairs.
data::Plot synonymousPlot(const analysis::CodonStatistics& statistics);
/// One per amino acid with synonymous codons: a line per resulting codon, means of synonymous and missense changes.
std::vector<data::Plot> codonMetagenes(const analysis::CodonStatistics& statistics);

}  // namespace nscope::study
