// Purpose: convolution blocks with the conventions of Keras, in which most published networks of regulatory genomics
// were written: "same" padding, batch norm with eps 1e-3, exponential and ReLU first layers. Axes: N sequences, C
// channels, L positions (channels first, as LibTorch's convolutions want them). Thread: one at a time.
#pragma once

#include "core/nn/torch_prelude.h"

namespace nscope::nn {

enum class Activation { None, Relu, Exponential, Gelu, BasenjiGelu, Sigmoid, Softplus, Tanh };

/// GELU is the exact one (erf); BasenjiGelu is x·σ(1.702 x).
torch::Tensor activated(const torch::Tensor& x, Activation activation);

enum class Padding { Same, Valid };

struct ConvShape {
    std::int64_t in = 4;
    std::int64_t out = 1;
    std::int64_t kernelNt = 1;
    std::int64_t dilation = 1;
    bool bias = true;
    Padding padding = Padding::Same;
};

torch::nn::Conv1d makeConv(const ConvShape& shape);

/// Convolution of x [N,C,L]. Same: stride 1, the surplus of an even kernel padded at the end, as Keras does.
torch::Tensor convolved(const torch::Tensor& x_NCL, const torch::nn::Conv1d& conv, Padding padding);

/// Keras' batch norm: eps 1e-3 and, in training, momentum .99 (Keras' sense) unless told.
torch::nn::BatchNorm1d makeKerasBatchNorm(std::int64_t channels, double kerasMomentum = 0.99);
torch::Tensor batchNormed(const torch::Tensor& x_NCL, const torch::nn::BatchNorm1d& norm);

/// Keras' initialisation of a convolution or a dense layer: uniform Glorot weights, zero bias.
void glorotUniform(torch::nn::Module& layer);

}  // namespace nscope::nn
