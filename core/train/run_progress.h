// Purpose: where a training run stands, as plain values: all that a resumed run needs besides tensors.
#pragma once

#include "core/base/error.h"
#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace nscope::train {

/// What a run of any kind of network remembers.
struct RunState {
    std::int64_t step = 0;            ///< optimiser steps done
    std::int64_t epoch = -1;
    std::int64_t nextBatch = 0;       ///< position in the epoch's plan
    double trainingSeconds = 0.0;
    std::int64_t validations = 0;
    bool validationDue = false;
    bool ended = false;               ///< a limit or early stopping ended training
    std::string endReason;
    bool hasBest = false;
    double bestValue = 0.0;           ///< the larger the better
    std::int64_t bestStep = 0;
    std::int64_t withoutImprovement = 0;
    std::int64_t metricsBytes = 0;    ///< length of metrics.jsonl at this point

    bool operator==(const RunState&) const = default;
};

/// The run ends if all of it is done (`fraction` 1).
void endAtLimit(RunState& now, double fraction);
/// A validation gave this value. One that is no better counts against `patience`; as many of those end the run, 0: never.
void noteValidation(RunState& now, bool isBetter, double value, std::int64_t patience);
/// What is said of a run that was stopped when it stood there.
Error stoppedAt(const RunState& committed);

/// Sums since the last line of metrics.
struct LossSums {
    double total = 0.0, classToken = 0.0, translation = 0.0, cds = 0.0, orf = 0.0, codon = 0.0, attention = 0.0;
    double correct = 0.0, gradientNorm = 0.0;
    std::int64_t microBatches = 0;
    std::int64_t optimiserSteps = 0;
    bool operator==(const LossSums&) const = default;
};

/// Of a coding model.
struct RunProgress : RunState {
    std::int64_t capNt = 0;           ///< cap the plan was made with
    std::int64_t seenNt = 0;
    LossSums sums;

    bool operator==(const RunProgress&) const = default;
};

std::string toJson(const RunProgress& progress);
Result<RunProgress> parseRunProgress(std::string_view json);

}  // namespace nscope::train
