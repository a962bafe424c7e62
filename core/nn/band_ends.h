// Purpose: what makes of a band the numbers that a network reads from all positions together: a mean of a profile,
// global pooling, attention pooling, a dense layer on the flattened positions. References are [P,C], contiguous.
// Thread: as band.h.
#pragma once

#include "core/nn/band.h"
#include "core/nn/layers.h"

namespace nscope::nn {

/// Weights of α = softmax over the positions of score·tanh(hidden·x + bias).
struct AttentionWeights {
    torch::Tensor hidden_HC, bias_H;
    torch::Tensor score_H;
};

template <class Scalar>
struct BandEndFactory {
    using Ptr = std::unique_ptr<BandEnd<Scalar>>;

    /// Mean of one channel over these positions; its reference is 0, so it gives the change.
    static Ptr profileMean(std::int64_t channel, data::Interval positions);
    static Ptr globalPool(Pooling pooling, const torch::Tensor& reference_PC);
    static Ptr attentionPool(const AttentionWeights& weights, const torch::Tensor& reference_PC);
    /// weight_FX on the positions laid side by side, X = P·C; bias_F may be undefined.
    static Ptr flattenedDense(const torch::Tensor& weight_FX, const torch::Tensor& bias_F,
                              const torch::Tensor& reference_PC);
    /// The positions laid side by side.
    static Ptr flattened(const torch::Tensor& reference_PC);
};

}  // namespace nscope::nn
