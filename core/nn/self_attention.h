// Purpose: multi-headed self-attention of many sequences of one length, for passes without gradients on the CPU: scores,
// softmax and weighted sum of a few queries at a time stay in cache, and nothing is transposed.
// Axes: N sequences, T tokens, H heads, D = H·E channels. float32 and float64. Thread: one at a time.
#pragma once

#include "core/nn/torch_prelude.h"

namespace nscope::nn {

/// Σ softmax(q·k/√E)·v per head, [N·T,D], of queries, keys and values side by side, [N·T,3·D] contiguous.
torch::Tensor selfAttention(const torch::Tensor& qkv_R3D, std::int64_t tokens, std::int64_t heads);

}  // namespace nscope::nn
