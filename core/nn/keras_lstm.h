// Purpose: LSTM layers as Keras builds them: one bias, gate order i, f, c, o, input dropout constant over the steps and
// different per gate, masked steps skipped. Weights [4U,C], [4U,U], [4U] are Keras' kernels transposed.
// Source: Keras 2.0–2.2 (hard sigmoid) and later (sigmoid); spec/models.md §0. Axes: N sequences, T steps, C inputs,
// U units. Thread: one at a time.
#pragma once

#include "core/nn/lstm_scan.h"

namespace nscope::nn {

struct LstmShape {
    std::int64_t in = 1;
    std::int64_t units = 1;
    GateActivation gates = GateActivation::Sigmoid;
    double dropout = 0.0;           ///< of the inputs, in training
    double recurrentDropout = 0.0;  ///< of the state that the gates see, in training
};

class KerasLstmImpl : public torch::nn::Module {
public:
    explicit KerasLstmImpl(const LstmShape& shape);

    /// x [N,T,C] → [N,T,U]. `keep_NT` false: the step is skipped; undefined: none is.
    torch::Tensor forward(const torch::Tensor& x_NTC, const torch::Tensor& keep_NT, bool reverse = false);

    torch::Tensor weight_ih, weight_hh, bias;

private:
    torch::Tensor inputGates(const torch::Tensor& x_NTC) const;

    LstmShape m_shape;
};
TORCH_MODULE(KerasLstm);

/// Both directions, their outputs side by side: [N,T,2U]. Submodules "forward" and "backward".
class BidirectionalLstmImpl : public torch::nn::Module {
public:
    explicit BidirectionalLstmImpl(const LstmShape& shape);
    torch::Tensor forward(const torch::Tensor& x_NTC, const torch::Tensor& keep_NT);

private:
    KerasLstm m_forward{nullptr}, m_backward{nullptr};
};
TORCH_MODULE(BidirectionalLstm);

/// Keras' Masking(0): false at steps of x [N,T,C] whose features are all exactly 0.
torch::Tensor nonZeroSteps_NT(const torch::Tensor& x_NTC);

}  // namespace nscope::nn
