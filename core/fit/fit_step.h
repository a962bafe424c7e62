// Purpose: one forward pass of training or judging over a batch, with its loss: mixtures, noise and penalties included.
// Thread: as the network.
#pragma once

#include "core/fit/fit_batch.h"
#include "core/fit/fit_loss.h"

namespace nscope::fit {

struct StepLoss {
    torch::Tensor raw;      ///< what the task's loss was taken of
    torch::Tensor loss;     ///< of the task
    torch::Tensor penalty;  ///< undefined without penalties
};

/// What is differentiated is loss + penalty. `batch` is on the network's device; the network is in training mode and
/// torch's generator is seeded by the caller. Of the settings those of regularisation and precision count.
StepLoss trainingLoss(nn::SequenceNet& net, const FitBatch& batch, const FitLoss& loss, const FitSettings& settings,
                      const nn::PassOptions& options);

/// Without any change; the network is in evaluation mode.
StepLoss judgedLoss(nn::SequenceNet& net, const FitBatch& batch, const FitLoss& loss, const nn::PassOptions& options);

}  // namespace nscope::fit
