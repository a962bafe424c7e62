// Purpose: weights that a network gives to steps (pooled positions) as weights of the letters below them, so that
// attention can be drawn along the sequence. Axes: N sequences, H heads, T steps, L letters. Thread: any.
#pragma once

#include "core/nn/sequence_net.h"

#include <functional>

namespace nscope::nn {

/// Step that shows the letter at `positionNt` of a sequence of `lengthNt`, or a value outside [0,T) where none does.
using StepOfLetter = std::function<std::int64_t(std::int64_t lengthNt, std::int64_t positionNt)>;

/// [N,H,1,L] from weights [N,H,T]: a step's weight is shared out evenly among its `lettersPerStep` letters.
torch::Tensor lettersOfSteps_NHQL(const torch::Tensor& weights_NHT, const NetInput& input, std::int64_t lettersPerStep,
                                  const StepOfLetter& stepOf);

}  // namespace nscope::nn
