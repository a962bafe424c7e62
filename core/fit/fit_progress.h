// Purpose: where the training of a network stands, as plain values: all that a resumed run needs besides tensors.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace nscope::fit {

/// Since the last line of metrics.
struct FitSums {
    double loss = 0.0, penalty = 0.0, gradientNorm = 0.0;
    std::int64_t microBatches = 0, optimiserSteps = 0;
};

struct FitProgress {
    std::int64_t step = 0;  ///< optimiser steps done
    std::int64_t epoch = -1;
    std::int64_t nextBatch = 0;  ///< position in the epoch's plan
    std::int64_t examples = 0;   ///< seen in training
    double trainingSeconds = 0.0;
    std::int64_t validations = 0;
    bool validationDue = false;
    bool ended = false;  ///< a limit or early stopping ended training
    std::string endReason;
    bool hasBest = false;
    double bestValue = 0.0;  ///< the larger the better
    std::int64_t bestStep = 0;
    std::int64_t withoutImprovement = 0;
    double rateFactor = 1.0;   ///< what plateaus made of the rate
    double lowestLoss = 0.0;   ///< of validations, for plateaus
    std::int64_t plateau = 0;  ///< validations since
    std::int64_t metricsBytes = 0;
    FitSums sums;
};

std::string toJson(const FitProgress& progress);
Result<FitProgress> parseFitProgress(std::string_view json);

}  // namespace nscope::fit
