// Purpose: changes a sequence step by step so that its score rises or falls, under constraints, with every step
// recorded. Greedy search takes the best of all allowed changes in every step; beam search follows several sequences at
// once and keeps the best path. A search ends after `mostEdits` steps, when no change makes it better, or when `goal`
// is reached. For long sequences `candidates` tries a random part of the changes of every step; the seed says which.
// Thread: that of the caller. Blocking. Errors: those of design_moves.h, InvalidArgument, those of the scorer.
#pragma once

#include "core/experiment/design_moves.h"
#include "core/experiment/scorer.h"

namespace nscope::experiment {

struct DesignSettings {
    DesignConstraints constraints;
    bool upwards = true;  ///< towards a higher score
    int beamWidth = 1;    ///< 1: greedy
    int mostEdits = 20;
    std::optional<double> goal{};  ///< stop here
    std::size_t candidates = 0;    ///< changes tried per sequence and step; 0: all
    std::uint64_t seed = 1;
};

struct DesignStep {
    Move move;
    double score = 0.0;     ///< after the change
    double change = 0.0;    ///< against the step before
    double gc = 0.0;        ///< share of G and C after the change
    std::size_t tried = 0;  ///< sequences scored in this step
};

enum class DesignEnd { GoalReached, NoImprovement, MostEdits };

struct Design {
    data::TranscriptPtr start;
    data::TranscriptPtr designed;  ///< the start itself where no change was better
    double startScore = 0.0;
    double score = 0.0;
    std::vector<DesignStep> steps;  ///< from the start to the designed sequence
    DesignEnd end = DesignEnd::NoImprovement;
};

Result<Design> design(const Run& run, const data::TranscriptPtr& start, const DesignSettings& settings);

}  // namespace nscope::experiment
