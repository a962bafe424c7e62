// Purpose: how good a network is on examples whose truth is known, as plots and tables: ROC and precision-recall curves,
// calibration, confusion, scatter, and what changes with the length of a sequence; with bootstrap intervals.
// Thread: any; bootstraps take seconds for 10,000 examples.
#pragma once

#include "core/study/judged_examples.h"
#include "core/study/study.h"

#include <cstdint>
#include <stop_token>

namespace nscope::study {

struct EvaluationSettings {
    int draws = 1000;  ///< of the bootstrap
    std::uint64_t seed = 1;
    std::size_t lengthGroups = 4;  ///< of equally many examples
};

/// Errors: Cancelled; InvalidArgument for no example.
Result<Outcome> evaluationOutcome(const JudgedExamples& judged, const EvaluationSettings& settings,
                                  std::stop_token stop = {}, Progress* progress = nullptr);

}  // namespace nscope::study
