// Purpose: series of global importance analyses: every word that a pattern with wildcards stands for, ranked (flank
// optimisation), and a second motif moved along the backgrounds (distance scan).
// Source: spec/models.md 4.5 ("..TGA.TCA..", all combinations). Thread, errors: as gia.h.
#pragma once

#include "core/experiment/gia.h"

namespace nscope::experiment {

inline constexpr std::size_t kMostFlankWords = 65'536;

/// All words of the pattern, the largest effect first; equal effects in alphabetical order. Errors: InvalidArgument for
/// more than kMostFlankWords words.
Result<std::vector<MotifEffect>> flankScan(const Run& run, const ScoredBackgrounds& backgrounds,
                                           const PlacedMotif& pattern);

struct DistanceSettings {
    PlacedMotif first;        ///< stays; needs a position
    std::string second;       ///< pattern that moves
    std::int64_t fromNt = 0;  ///< starts of the second motif: from, from + step … below `toNt`
    std::int64_t toNt = 0;
    std::int64_t stepNt = 1;
    bool singles = true;  ///< also the second motif alone at every place, which the interaction needs
};

struct DistanceRow {
    std::int64_t secondStartNt = 0;
    std::int64_t distanceNt = 0;  ///< start of the second motif − start of the first
    analysis::MeanEstimate both;
    std::optional<analysis::MeanEstimate> second;       ///< alone at this place
    std::optional<analysis::MeanEstimate> interaction;  ///< both − first − second in the same background
};

struct DistanceScan {
    analysis::MeanEstimate first;  ///< alone
    std::vector<DistanceRow> rows;
    std::int64_t skipped = 0;  ///< places where the motifs would overlap
};

Result<DistanceScan> distanceScan(const Run& run, const ScoredBackgrounds& backgrounds,
                                  const DistanceSettings& settings);

}  // namespace nscope::experiment
