// Purpose: reads the bins of a predicted and a measured signal in the regions of one line of cells, in chunks, so that a
// whole chromosome needs 8 bytes per bin and no more.
// Bin i of a region covers binNt bases from its start on; what is left over at its end is left out. A bin is the mean of
// its bases that have a value, or of all of them with those without a value as 0. Thread: one at a time.
#pragma once

#include "core/study/study.h"
#include "core/study/track_regions.h"

#include <cstdint>
#include <span>
#include <vector>

namespace nscope::study {

struct BinRules {
    std::int64_t binNt = 32;
    bool missingIsZero = false;
    std::int64_t chunkBins = std::int64_t(1) << 18;  ///< read at once; the numbers do not depend on it
};

struct RegionBins {
    std::size_t region = 0;            ///< index in the list of regions
    std::size_t first = 0, count = 0;  ///< of its bins
    double highestMeasured = 0.0;      ///< of any base; NaN: no base has a value
};

struct LineBins {
    std::vector<float> predicted_B, measured_B;  ///< bins of all regions, one after the other; NaN: no value
    std::vector<RegionBins> regions;
    /// The largest number of bases that all borders of the predicted file's values are multiples of apart: the bins of
    /// the model. 0: it has no values here.
    std::int64_t predictedStepNt = 0;
    std::int64_t shiftedRegions = 0;  ///< whose start is no border of these bins
};

inline constexpr std::int64_t kMostBins = 128'000'000;

/// Counts bins of either file in the progress. Errors: those of the files; OutOfMemory for more than kMostBins bins,
/// before anything is read; Cancelled.
Result<LineBins> readLineBins(const NamedSignal& predicted, const NamedSignal& measured,
                              std::span<const TrackRegion> regions, std::span<const PlacedRegion> placed,
                              const BinRules& rules, const Tools& tools);

/// Whole bins of all these regions.
std::int64_t binCount(std::span<const TrackRegion> regions, std::int64_t binNt);

}  // namespace nscope::study
