// Purpose: convolution blocks with the conventions of Keras, in which most published networks of regulatory genomics
// were written: "same" padding, pooling, batch norm with eps 1e-3, exponential and ReLU first layers, initial weights.
// Axes: N sequences, C channels, L positions (channels first, as LibTorch's convolutions want them). Source:
// spec/models.md §0. Thread: one at a time.
#pragma once

#include "core/nn/torch_prelude.h"

#include <functional>

namespace nscope::nn {

enum class Activation { None, Relu, Exponential, Gelu, BasenjiGelu, Sigmoid, Softplus, Tanh, Silu, Softmax };

/// GELU is the exact one (erf); BasenjiGelu is x·σ(1.702 x); softmax is over the channels (axis 1).
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

/// The same in chunks of this many positions, because the workspace grows with them; `poll` is called between chunks.
torch::Tensor convolvedInChunks(const torch::Tensor& x_NCL, const torch::nn::Conv1d& conv, Padding padding,
                                std::int64_t chunkNt, const std::function<void()>& poll);

torch::nn::ConvTranspose1d makeTransposedConv(const ConvShape& shape, std::int64_t stride);

/// Transposed convolution of x [N,C,L] to L·stride positions, cropped as Keras' "same" crops; kernel ≥ stride.
torch::Tensor transposedConvolved(const torch::Tensor& x_NCL, const torch::nn::ConvTranspose1d& conv);

/// The same layer at every position of x [N,C,L], or of x [N,C].
torch::Tensor denseAtPositions(const torch::Tensor& x, const torch::nn::Linear& dense);

/// Pooling in steps of its width. Valid: a rest that fills no window is dropped. Same: ceil(L/width) positions, the
/// missing ones shared by both ends (the odd one at the end); they never win a maximum nor enter an average.
torch::Tensor maxPooled(const torch::Tensor& x_NCL, std::int64_t width, Padding padding = Padding::Valid);
torch::Tensor averagePooled(const torch::Tensor& x_NCL, std::int64_t width, Padding padding = Padding::Valid);

/// Keras' batch norm: eps 1e-3 and, in training, momentum .99 (Keras' sense) unless told.
torch::nn::BatchNorm1d makeKerasBatchNorm(std::int64_t channels, double kerasMomentum = 0.99);
torch::Tensor batchNormed(const torch::Tensor& x_NCL, const torch::nn::BatchNorm1d& norm);

/// Keras' initialisation of a convolution or a dense layer: uniform Glorot weights, zero bias.
void glorotUniform(torch::nn::Module& layer);

/// Where weights start, in Keras' words; its normal distributions are cut at two standard deviations.
enum class InitialWeights {
    GlorotUniform,
    GlorotNormal,
    HeUniform,
    HeNormal,
    SmallNormal,  ///< N(0, .005), not cut
};

/// Draws the weights of a convolution or dense layer; the bias becomes 0.
void initialise(torch::nn::Module& layer, InitialWeights how);

}  // namespace nscope::nn
