// Purpose: pre-norm transformer decoder with relative positions and key/value caches (spec/models.md 1.4).
// Submodule names equal the authors' state_dict keys. Axes as in sequence_net.h.
#pragma once

#include "core/nn/blocks.h"

namespace nscope::nn {

struct DecoderLayerCache {
    KeyValueCache self;     ///< grows by one token a step
    KeyValueCache context;  ///< projected memory, filled at the first step
};
struct DecoderCache {
    std::vector<DecoderLayerCache> layers;
    std::int64_t decodedTokens = 0;

    /// Reorders the hypotheses (rows of the self caches).
    void select(const torch::Tensor& rows);
};

class TransformerDecoderLayerImpl : public torch::nn::Module {
public:
    TransformerDecoderLayerImpl(int dim, int heads, int hiddenDim, double dropout, int maxRelativePosition);
    torch::Tensor forward(const torch::Tensor& x_NQD, const torch::Tensor& memory_NLD, const torch::Tensor& selfMask,
                          const torch::Tensor& sourceMask, const PassOptions& options, DecoderLayerCache* cache,
                          torch::Tensor* attention_NHQL);

    /// The two halves around the attention on the memory, for callers that hold the memory in another form.
    torch::Tensor beforeContext(const torch::Tensor& x_NQD, const torch::Tensor& selfMask, const PassOptions& options,
                                KeyValueCache* cache);
    torch::Tensor afterContext(const torch::Tensor& context, const torch::Tensor& query, const PassOptions& options);

    MultiHeadedAttention self_attn{nullptr}, context_attn{nullptr};
    PositionwiseFeedForward feed_forward{nullptr};
    torch::nn::LayerNorm layer_norm_1{nullptr}, layer_norm_2{nullptr};

private:
    double m_dropout;
};
TORCH_MODULE(TransformerDecoderLayer);

class TransformerDecoderImpl : public torch::nn::Module {
public:
    TransformerDecoderImpl(int vocabularySize, std::int64_t padId, int dim, int layers, int heads, int hiddenDim,
                           double dropout, int maxRelativePosition);

    /// Hidden states [N,Q,D] of decoder inputs [N,Q]; without a cache the inputs start at position 0 and see only
    /// what stands before them, with one they continue it. `attention` receives "attention.<layer>" [N,H,Q,L].
    torch::Tensor forward(const torch::Tensor& ids_NQ, const torch::Tensor& memory_NLD,
                          const torch::Tensor& sourcePad_NL, const PassOptions& options, DecoderCache* cache = nullptr,
                          NamedTensors* attention = nullptr);

    Embeddings embeddings{nullptr};
    torch::nn::ModuleList transformer_layers{nullptr};
    torch::nn::LayerNorm layer_norm{nullptr};

private:
    std::int64_t m_padId;
};
TORCH_MODULE(TransformerDecoder);

}  // namespace nscope::nn
