// Purpose: DeepLIFT's rescale rule: the backward pass through a non-linearity carries the ratio of the differences of its
// output and input between a sequence and a reference, not its slope, so that contributions add up to the difference of
// the outputs. Batches hold pairs: rows 0 … N−1 are sequences, rows N … 2N−1 their references. Values are the same as
// without the rule; only gradients change. Where the inputs do not differ the slope is taken.
// Source: Shrikumar, Greenside & Kundaje 2017; max-pooling as in Captum. Thread: any.
#pragma once

#include "core/base/result.h"
#include "core/nn/layers.h"

namespace nscope::nn {

/// Any function of single numbers; not softmax.
torch::Tensor rescaledActivation(const torch::Tensor& pairs, Activation function);

/// Max-pooling in steps of its width (maxPooled). The difference between the maxima goes to where they were found; of
/// tied places both sequences share one.
torch::Tensor rescaledMaxPool(const torch::Tensor& pairs_NCL, std::int64_t width, Padding padding);

/// Unsupported with the first layer for which the rule is not defined: recurrence, attention, layer norm, softmax.
Result<void> checkRescalable(const Layers& layers);

/// A network whose passes can follow the rule.
class PairRescaling {
public:
    virtual ~PairRescaling() = default;
    virtual Result<void> checkPairRescaling() const = 0;
    virtual void setPairRescaling(bool on) = 0;
};

}  // namespace nscope::nn
