// Purpose: a window of a batch of letter sequences as BERT reads it: word vectors of [CLS], k-mers, [SEP], padding.
// Differentiable with respect to NetInput::onehot_NLC. Axes as in kmer_tokens.h; tokens [N,T] include the frame.
// Thread: any.
#pragma once

#include "core/nn/bert.h"
#include "core/nn/kmer_tokens.h"
#include "core/nn/token_windows.h"

namespace nscope::nn {

struct KmerWindow {
    torch::Tensor words_NTD;
    torch::Tensor padding_NT;   ///< true where nothing stands; undefined if nothing is padded
    torch::Tensor ids_NT;       ///< of a batch of ids: the k-mers, without the frame
    torch::Tensor weights_NTV;  ///< of a batch of one-hot letters: the same as KmerTokens::weights_NTV
};

/// Special tokens around a window.
struct WindowFrame {
    std::int64_t opening = kClsToken;
    std::int64_t closing = kSepToken;
};

KmerWindow kmerWindow(const NetInput& input, const TokenWindow& window, const KmerTokens& tokens,
                      const BertEmbeddingsImpl& embeddings, WindowFrame frame = {});

/// k-mers of every sequence of a batch.
std::vector<std::int64_t> tokenCounts(const NetInput& input, const KmerTokens& tokens);

/// Mean of the k-mers that cover each letter: [N,H,L] from scores [N,H,T], of which row n has `counts`[n] (the rest is
/// 0). Letters that no k-mer covers get 0. Source: spec/models.md 3.4.
torch::Tensor letterMeans_NHL(const torch::Tensor& scores_NHT, const std::vector<std::int64_t>& counts,
                              const NetInput& input, int k);

}  // namespace nscope::nn
