// Purpose: global importance analysis: what motifs do to a model's score on average over backgrounds, and whether two
// motifs do more together than each alone.
// effect = mean over backgrounds of score(with motif) − score(without); the 95 % interval is a percentile bootstrap
// over the backgrounds. Positions are 0-based starts; the same seed gives the same result.
// Source: Koo et al. 2021; spec/models.md 4.5. Thread: that of the caller. Blocking. Errors: InvalidArgument for a
// motif that does not fit a background; those of the scorer.
#pragma once

#include "core/experiment/scorer.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nscope::experiment {

struct PlacedMotif {
    std::string pattern;                    ///< of parsePattern
    std::optional<std::int64_t> startNt{};  ///< none: in the middle of every background

    std::int64_t startIn(std::int64_t lengthNt) const
    {
        return startNt.value_or((lengthNt - std::int64_t(pattern.size())) / 2);
    }
};

/// Backgrounds with their scores without any motif.
struct ScoredBackgrounds {
    data::TranscriptSet sequences;
    std::vector<double> scores;
    std::uint64_t seed = 1;
};
Result<ScoredBackgrounds> scoreBackgrounds(const Run& run, data::TranscriptSet sequences, std::uint64_t seed);

/// Differences to the background, one per background, with all motifs put in, in their order.
Result<std::vector<double>> motifChanges(const Run& run, const ScoredBackgrounds& backgrounds,
                                         const std::vector<PlacedMotif>& motifs);
Result<void> checkFits(const ScoredBackgrounds& backgrounds, const std::vector<PlacedMotif>& motifs);

struct MotifEffect {
    std::vector<PlacedMotif> motifs;
    analysis::MeanEstimate effect;
    double meanWith = 0.0;
    double meanWithout = 0.0;
};
Result<MotifEffect> motifEffect(const Run& run, const ScoredBackgrounds& backgrounds,
                                const std::vector<PlacedMotif>& motifs);

struct Cooperativity {
    analysis::MeanEstimate first;  ///< effect of the first motif alone
    analysis::MeanEstimate second;
    analysis::MeanEstimate both;
    analysis::MeanEstimate sumOfSingles;  ///< of both effects in the same background
    analysis::MeanEstimate interaction;   ///< both − sum of singles in the same background: 0 for an additive model
};
/// Errors: InvalidArgument also for motifs that overlap.
Result<Cooperativity> cooperativity(const Run& run, const ScoredBackgrounds& backgrounds, const PlacedMotif& first,
                                    const PlacedMotif& second);

}  // namespace nscope::experiment
