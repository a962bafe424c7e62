// Purpose: mutation maps of a predicted probability, as 3UTRBERT draws them: how every substitution changes it,
// weighted by the larger of the two probabilities, or as the logarithm of the odds ratio. Exact; computed as
// mutagenesis is.
// Source: the authors' calculate_diff_scores.py; spec/models.md 3.5. Thread: any.
#pragma once

#include "core/interpret/method_list.h"

namespace nscope::interpret {

enum class MutationMapForm {
    Difference,  ///< (p_mut − p_wt) · max(p_wt, p_mut)
    LogOdds,     ///< log2 odds(p_wt) − log2 odds(p_mut): positive where the mutation takes away
};

/// p of a target's score: the logistic function of a log-odds, or e to a log-probability.
double targetProbability(nn::Target::Kind kind, double score);
/// Natural logarithm of p/(1 − p), exact also near 0 and 1.
double targetLogOdds(nn::Target::Kind kind, double score);

/// Entry of the map for the target's score on the mutant and on the sequence.
double mutationMapValue(MutationMapForm form, nn::Target::Kind kind, double mutant, double wildType);

Method mutationMapMethod();

}  // namespace nscope::interpret
