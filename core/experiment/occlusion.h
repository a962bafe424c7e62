// Purpose: what a motif's own instances in real sequences do: every instance is replaced by random bases, and sequences
// are grouped by how many instances they hold.
// effect = score(sequence) − mean over draws of score(instances replaced): positive where the motif raises the score,
// as in GIA. Random bases are uniform; by chance they may write the motif again.
// Source: spec/models.md 4.5 (up to 10,000 sequences, 20–25 draws, groups of 1, 2, 3 and more instances).
// Thread: that of the caller. Blocking. Errors: InvalidArgument, those of the scorer.
#pragma once

#include "core/experiment/scorer.h"

namespace nscope::experiment {

struct OcclusionSettings {
    std::string pattern;  ///< of parsePattern
    int draws = 20;
    std::uint64_t seed = 1;
};

struct OccludedSequence {
    std::size_t sequence = 0;            ///< index into the sequences given
    std::vector<std::int64_t> startsNt;  ///< instances that do not overlap, from the 5' end
    double score = 0.0;
    double effectOfAll = 0.0;          ///< all instances replaced at once
    std::vector<double> effectOfEach;  ///< one instance replaced, the others left
};

struct OcclusionGroup {
    int instances = 1;            ///< 1, 2, or 3 for three and more
    analysis::MeanEstimate all;   ///< over sequences
    analysis::MeanEstimate each;  ///< mean over a sequence's instances, over sequences
};

struct Occlusion {
    std::vector<OccludedSequence> sequences;  ///< those with an instance
    std::vector<OcclusionGroup> groups;       ///< always three; a count of 0 where no sequence is
    std::int64_t without = 0;                 ///< sequences without an instance
};

Result<Occlusion> occludeMotif(const Run& run, const data::TranscriptSet& sequences, const OcclusionSettings& settings);

}  // namespace nscope::experiment
