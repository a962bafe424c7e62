// Purpose: two networks on the examples that both were judged by: every metric of both and their difference, with
// intervals of a bootstrap that draws the same examples for both; curves over each other and score against score.
// Thread: any; bootstraps take seconds for 10,000 examples.
#pragma once

#include "core/study/evaluation.h"

#include <string>

namespace nscope::study {

struct NamedJudgement {
    std::string name;  ///< of the network
    const JudgedExamples& judged;
};

/// Examples are the same if their ids are; of an id that stands twice the first counts. Names are those of both.
/// Errors: Cancelled; InvalidArgument for other tasks, no common name or example, or another truth of one.
Result<Outcome> comparisonOutcome(const NamedJudgement& first, const NamedJudgement& second,
                                  const EvaluationSettings& settings, std::stop_token stop = {},
                                  Progress* progress = nullptr);

}  // namespace nscope::study
