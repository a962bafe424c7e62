// Purpose: attention that sums up a sequence of steps in one vector: α = softmax_t(s), s_t = v·tanh(W·h_t + b), or in
// the form printed in RNATracker's paper s_t = tanh(w·h_t + b). Submodule names are those of the public PyTorch port.
// Source: spec/models.md 2.2, 2.9. Axes: N sequences, T steps, D features. Thread: one at a time.
#pragma once

#include "core/nn/torch_prelude.h"

namespace nscope::nn {

class AdditiveAttentionImpl : public torch::nn::Module {
public:
    /// `units` of W; 0: the paper's one-layer form.
    AdditiveAttentionImpl(std::int64_t dim, std::int64_t units);

    /// α [N,T]. Steps where `keep_NT` is false get no weight; undefined: every step counts.
    torch::Tensor weights_NT(const torch::Tensor& h_NTD, const torch::Tensor& keep_NT);

    torch::nn::Linear attention_w{nullptr}, attention_w2{nullptr};
};
TORCH_MODULE(AdditiveAttention);

/// Σ_t α_t·h_t → [N,D].
torch::Tensor weightedSum_ND(const torch::Tensor& weights_NT, const torch::Tensor& h_NTD);

}  // namespace nscope::nn
