// Purpose: the plots of experiments on transcripts. Pure functions.
#pragma once

#include "core/data/plot.h"
#include "core/experiment/codon_scans.h"
#include "core/experiment/shuffle_tests.h"
#include "core/study/of_record.h"

#include <vector>

namespace nscope::study {

using ShuffleRows = std::vector<OfRecord<experiment::ShuffleTestRow>>;
using ScanRows = std::vector<OfRecord<experiment::ScanRow>>;
using BinRows = std::vector<OfRecord<experiment::CodonBin>>;

/// Changes by what was shuffled: means of the records, or of a single record its shuffles.
data::Plot shufflePlot(const ShuffleRows& rows, std::size_t records);
/// The mean change by every other start codon, and by the codon's places.
std::vector<data::Plot> startPlots(const ScanRows& rows);
/// Means over bins of codons: of every record, or of all together where they are many.
data::Plot stopPlot(const BinRows& bins, std::size_t records);
/// New base × position, one map for each of the first records.
std::vector<data::Plot> saturationPlots(const ScanRows& rows);

}  // namespace nscope::study
