// Purpose: what happens to a network before it is trained: weights to start from, frozen layers, and inputs that are
// standardised by the training rows. Errors: those of the reader; ModelMismatch, InvalidArgument with the names.
// Thread: one at a time.
#pragma once

#include "core/fit/fit_batch.h"
#include "core/models/weights.h"

#include <functional>

namespace nscope::fit {

/// Puts in what fits by name and shape and says which weights of the network had no counterpart. Errors: ModelMismatch
/// if nothing fits.
Result<std::vector<std::string>> takeInitialWeights(nn::SequenceNet& net, const std::string& safetensorsPath);

/// Parameters whose names begin with one of the prefixes get no gradient. Errors: InvalidArgument for a prefix that no
/// name begins with, and if nothing is left to train.
Result<void> freeze(nn::SequenceNet& net, const std::vector<std::string>& prefixes);

/// Training mode, but frozen modules stay as in evaluation, so that their batch norms do not move either.
void setTraining(nn::SequenceNet& net, const std::vector<std::string>& frozen);

/// Parameters that are trained, by name.
torch::OrderedDict<std::string, torch::Tensor> trainedParameters(const nn::SequenceNet& net);

/// Buffers that passes in training change: running statistics.
std::map<std::string, torch::Tensor> runningStatistics(const nn::SequenceNet& net);

/// The same tensors as float32 on the CPU, as files hold them.
models::StateDict onCpu(const models::StateDict& state);

/// kmer-mlp: mean and deviation of the counts over these rows, which the network keeps; nothing for other networks.
void standardiseCounts(nn::SequenceNet& net, const BatchMaker& batches, const std::vector<std::int32_t>& rows,
                       const nn::PassOptions& options);

}  // namespace nscope::fit
