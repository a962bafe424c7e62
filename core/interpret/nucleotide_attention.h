// Purpose: self-attention as one number per nucleotide: how what speaks for the sequence ([CLS]) looks at every letter,
// all heads together. Source: Yang et al., eq. 8; spec/models.md 3.4. Thread: any.
#pragma once

#include "core/interpret/method_list.h"

namespace nscope::interpret {

/// Sum over all heads and the layers first..last of the outputs "attention.<layer>" [N,H,1,L], [N,L].
torch::Tensor attentionScores_NL(const nn::NamedTensors& outputs, std::int64_t firstLayer, std::int64_t lastLayer);

/// Divided by the L2 norm over the letters (the last axis).
torch::Tensor unitNorm(const torch::Tensor& scores);

/// The scores as an attribution, at the sequence's own letters.
Method attentionScoreMethod();

}  // namespace nscope::interpret
