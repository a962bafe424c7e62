// Purpose: the learning rate of an optimiser step.
// Source: Noam: Vaswani et al. 2017, spec/models.md 1.6; cosine: Loshchilov & Hutter 2017.
#pragma once

#include "core/train/train_config.h"

#include <cstdint>

namespace nscope::train {

/// "plateau" is constant here: what it falls by depends on validations, which the run knows (core/fit).
/// `step` counts from 1; `fraction` is how much of the run is done, 0..1.
double learningRate(const ScheduleConfig& config, std::int64_t modelDim, std::int64_t step, double fraction);

}  // namespace nscope::train
