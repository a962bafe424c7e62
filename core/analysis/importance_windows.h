// Purpose: the windows of transcripts that matter most to a prediction, and windows to hold against them.
// Per region the position of the highest importance is found; the window around it is 21 letters, its centre kept so far
// from the region's ends that the window lies inside. Controls are windows at random places of the same region whose
// centre is at least 21 letters away. Source: spec 1.9 "Spike finding → motifs", masking level 3; spec 3.4 "high region".
// Thread: any.
#pragma once

#include "core/data/interval.h"
#include "core/data/random.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace nscope::analysis {

struct SpikeSettings {
    std::int64_t windowNt = 21;      ///< odd
    std::int64_t minRegionNt = 51;   ///< "> 50 nt"; at least the window
    std::int64_t smoothNt = 1;       ///< width of a box average of |importance| before the maximum is taken; 1: none
};

/// The window around the highest importance in the region; std::nullopt if the region is short or holds no value.
/// Values that are NaN (unknown or masked) are no candidates.
std::optional<data::Interval> spikeWindow(std::span<const double> importance_L, data::Interval region,
                                          const SpikeSettings& settings);

/// A random window of the region whose centre is at least windowNt away from the spike's; std::nullopt if there is none.
std::optional<data::Interval> controlWindow(data::Interval region, data::Interval spike, const SpikeSettings& settings,
                                            data::Random& random);

/// True for the letters of the start and the stop codon and for those of the coding region where some single change makes
/// a stop codon in frame.
std::vector<bool> nonsenseMask(std::string_view canonicalLetters, data::Interval cds);

/// Runs of at least `minLengthNt` letters whose score is above the sequence's mean and above ten times its minimum.
std::vector<data::Interval> highRegions(std::span<const double> scores_L, std::int64_t minLengthNt);

}  // namespace nscope::analysis
