// Purpose: self-attention of models over tokens, brought to the letters: how the token that speaks for the sequence
// ([CLS]) looks at every nucleotide. Source: Yang et al., eq. 8; spec/models.md 3.4. Thread: any.
#pragma once

#include "core/interpret/method_list.h"

namespace nscope::interpret {

/// Sum over all heads and the layers first..last of the outputs "summary.<layer>", [N,T].
torch::Tensor tokenScores_NT(const nn::NamedTensors& outputs, int firstLayer, int lastLayer);

/// Mean of the tokens that cover each letter: [...,T] → [...,lengthNt]; token i covers `tokenLetters` letters from i on.
/// Letters that no token covers get 0.
torch::Tensor nucleotideScores(const torch::Tensor& scores, std::int64_t tokenLetters, std::int64_t lengthNt);

/// Divided by the L2 norm over the letters (the last axis).
torch::Tensor unitNorm(const torch::Tensor& scores);

/// The scores as an attribution, at the sequence's own letters.
Method attentionScoreMethod();

}  // namespace nscope::interpret
