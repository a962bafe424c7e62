// Purpose: the two memory-bound steps of an LFNet layer as single passes with hand-written gradients: block spectra →
// filtered, shrunk frames; inverse frames → overlap-added blocks. Used where a whole batch is trained on the CPU.
// Layout: a sequence is cut into blocks of H = hop nucleotides; tensors are [rows, N, blocks, D] so that the Fourier
// transforms are one matrix product each. Frame t covers blocks t−1 and t; sequence n has frameCounts[n] frames, those
// of the unpadded sequence, and later frames are zero. Source: spec/models.md 1.3, steps 2–5.
#pragma once

#include "core/nn/torch_prelude.h"

namespace nscope::train {

/// spectra [2,2F,N,B,D]: transforms of each block as first and as second half of its frame (real rows, then imaginary).
/// filters F×D. Returns [2F,N,B+1,D] = softshrink(frame · filter), part by part.
torch::Tensor filterFrames(const torch::Tensor& spectra, const torch::Tensor& real_FD, const torch::Tensor& imag_FD,
                           const std::vector<std::int64_t>& frameCounts, double lambda);

/// halves [2,H,N,B+1,D]: first and second half of every inverse frame; inverseEnvelope [H,N,B] (0 at padding).
/// Returns [H,N,B,D] = (second half of frame b + first half of frame b+1) · inverseEnvelope.
torch::Tensor overlapBlocks(const torch::Tensor& halves, const torch::Tensor& inverseEnvelope_HNB);

}  // namespace nscope::train
