// Purpose: the recurrence of an LSTM with Keras' conventions as one pass over the time steps: gate order input, forget,
// candidate, output; a choice of recurrent activation; steps that a mask skips carry the state and repeat the output.
// Source: Keras 2.0–2.2 LSTM and Masking (spec/models.md §0). On the CPU a kernel of our own with its own backward pass
// (LibTorch's recurrent kernels know neither the hard sigmoid nor masks inside a sequence, and call an operator per
// gate and step); elsewhere the same sums through ATen. float32 and float64.
// Axes: N sequences, T steps, G = 4·U gates, U units. Thread: any.
#pragma once

#include "core/nn/torch_prelude.h"

namespace nscope::nn {

enum class GateActivation {
    Sigmoid,
    HardSigmoid,  ///< clip(0.2·x + 0.5, 0, 1): Keras before 2.3
};

/// How the steps are walked.
struct ScanRule {
    GateActivation gates = GateActivation::Sigmoid;
    bool reverse = false;               ///< from the last step to the first; outputs stay at their own step
    torch::Tensor keep_NT{};            ///< bool, false: the step is skipped; undefined: none is
    torch::Tensor recurrentDrop_4NU{};  ///< factors on the state that each gate sees; undefined: 1
};

/// gates [N,T,G]: the inputs' part W·x + b; weight_GU: recurrent weights. Outputs [N,T,U], 0 before the first step that
/// is kept. Gradients flow to both tensors (once: the backward pass has none of its own).
torch::Tensor lstmScan(const torch::Tensor& gates_NTG, const torch::Tensor& weight_GU, const ScanRule& rule);

/// The same, step by step through ATen: every device, and the definition the kernel is held against.
torch::Tensor lstmScanSteps(const torch::Tensor& gates_NTG, const torch::Tensor& weight_GU, const ScanRule& rule);

}  // namespace nscope::nn
