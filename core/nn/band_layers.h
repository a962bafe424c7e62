// Purpose: the band layers of convolution networks: convolutions (also dilated, transposed and of one tap), scales,
// activations, functions of the channels, upsampling. References are [P,C], contiguous.
// Thread: as band.h.
#pragma once

#include "core/nn/band.h"

namespace nscope::nn {

/// Where the taps of a linear layer put what they read: input position i, tap t → output position i·stride + shift[t].
struct TapRule {
    std::vector<std::int64_t> shift{};
    std::int64_t stride = 1;
    std::int64_t inPositions = 0;
    std::int64_t outPositions = 0;
};

TapRule tapsOfConv(std::int64_t taps, std::int64_t dilation, Padding padding, std::int64_t positions);
/// As transposedConvolved().
TapRule tapsOfTransposedConv(std::int64_t taps, std::int64_t stride, std::int64_t positions);

template <class Scalar>
struct BandFactory {
    /// weight_TCD: per tap from input channels to output channels.
    static BandLayerPtr<Scalar> taps(const TapRule& rule, const torch::Tensor& weight_TCD);
    /// Every channel times its factor: batch norm.
    static BandLayerPtr<Scalar> scale(const torch::Tensor& factor_C);
    /// Any but softmax. reference_PC: what the function is applied to.
    static BandLayerPtr<Scalar> activation(Activation function, const torch::Tensor& reference_PC);
    /// A function of every position's channels, [rows,C] → [rows,C]: layer norm, softmax.
    static BandLayerPtr<Scalar> rowFunction(std::function<torch::Tensor(const torch::Tensor&)> rows,
                                            const torch::Tensor& reference_PC);
    /// Repeats every position.
    static BandLayerPtr<Scalar> upsample(std::int64_t factor);
};

}  // namespace nscope::nn
