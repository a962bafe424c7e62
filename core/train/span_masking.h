// Purpose: masked-token pre-training of k-mer language models: whole spans are hidden, for a single masked k-mer could
// be read off its neighbours. Source: spec/models.md 3.2 (3UTRBERT, after DNABERT). Thread: any.
//
// Centres are drawn with probability fraction/k and extended by the offsets of k, so that a span hides k tokens; spans
// may overlap and stop at the ends of the sequence, which leaves a little less than `fraction` of the tokens hidden. Of
// the hidden tokens 80 % become [MASK], 10 % any k-mer, 10 % stay as they are. Where the paper and DNABERT's code
// differ (the code also draws special tokens as substitutes), this is the paper.
#pragma once

#include "core/nn/kmer_tokens.h"
#include "core/train/random.h"

#include <cstdint>
#include <span>
#include <vector>

namespace nscope::train {

/// Label of a token that is not to be predicted, as cross-entropy knows it.
inline constexpr std::int64_t kNotPredicted = -100;

struct SpanMasking {
    int k = 3;                  ///< 1 (single letters), 3–6
    double fraction = 0.15;     ///< of the tokens, about
    double masked = 0.8;        ///< of the hidden tokens
    double substituted = 0.1;   ///< of the hidden tokens; the rest stays
    std::int64_t maskToken = nn::kMaskToken;
    std::int64_t specialTokens = nn::kSpecialTokens;  ///< the k-mers come after them
};

struct MaskedTokens {
    std::vector<std::int64_t> input;
    std::vector<std::int64_t> labels;  ///< the true token where it is to be predicted, else kNotPredicted
};

/// Places relative to a centre that are hidden with it; the centre itself is 0.
std::span<const int> spanOffsets(int k);

/// `tokens` with [CLS] and [SEP]; special tokens, [UNK] among them, are neither hidden nor predicted.
MaskedTokens maskSpans(std::span<const std::int64_t> tokens, const SpanMasking& how, RandomStream& random);

}  // namespace nscope::train
