// Purpose: the memory-bound steps of the short-time Fourier transform as single passes. A frame x[0..W) of even length
// is kept folded about its middle: rows 0..H hold x[n] + x[W−n] (rows 0 and H hold x itself), rows H+1..W−1 hold
// x[n] − x[W−n] for n = 1..H−1, where H = W/2. Cosines see only the first part and sines only the second, which halves
// the Fourier products. Cutting and spreading are each other's transpose, so each is the other's gradient.
// CPU float32 and float64; other devices take the same sums through ATen. Axes: P = (T+1)·H rows, T frames, D channels.
#pragma once

#include "core/nn/torch_prelude.h"

namespace nscope::nn {

/// [N,P,D] → folded frames [W,N,T,D]; frame t covers rows t·H .. t·H+W. No gradient is recorded.
torch::Tensor cutFolded(const torch::Tensor& x_NPD, std::int64_t hop);

/// Unfolds frames [W,N,T,D] and adds them up where they overlap → [N,P,D]. No gradient is recorded.
torch::Tensor spreadFolded(const torch::Tensor& frames_WNTD, std::int64_t hop);

/// spectrum [2F,N,T,D] (real rows, then imaginary) times the filter F×D, soft-shrunk part by part. Gradients flow.
torch::Tensor filterAndShrink(const torch::Tensor& spectrum, const torch::Tensor& real_FD, const torch::Tensor& imag_FD,
                              double lambda);

}  // namespace nscope::nn
