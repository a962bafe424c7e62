// Purpose: where the training of a network of the zoo stands, as plain values: all that a resumed run needs besides
// tensors.
#pragma once

#include "core/train/run_progress.h"

namespace nscope::fit {

/// Since the last line of metrics.
struct FitSums {
    double loss = 0.0, penalty = 0.0, gradientNorm = 0.0;
    std::int64_t microBatches = 0, optimiserSteps = 0;
};

struct FitProgress : train::RunState {
    std::int64_t examples = 0;  ///< seen in training
    double rateFactor = 1.0;    ///< what plateaus made of the rate
    double lowestLoss = 0.0;    ///< of validations, for plateaus
    std::int64_t plateau = 0;   ///< validations since
    FitSums sums;
};

std::string toJson(const FitProgress& progress);
Result<FitProgress> parseFitProgress(std::string_view json);

}  // namespace nscope::fit
