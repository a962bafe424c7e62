#include "core/nn/decoder.h"

namespace nscope::nn {

void DecoderCache::select(const torch::Tensor& rows)
{
    for (DecoderLayerCache& layer : layers) {
        layer.self.keys = layer.self.keys.index_select(0, rows);
        layer.self.values = layer.self.values.index_select(0, rows);
    }
}

TransformerDecoderLayerImpl::TransformerDecoderLayerImpl(int dim, int heads, int hiddenDim, double dropout,
                                                         int maxRelativePosition)
    : m_dropout(dropout)
{
    self_attn = register_module("self_attn", MultiHeadedAttention(heads, dim, dropout, maxRelativePosition));
    context_attn = register_module("context_attn", MultiHeadedAttention(heads, dim, dropout, 0));
    feed_forward = register_module("feed_forward", PositionwiseFeedForward(dim, hiddenDim, dropout));
    layer_norm_1 = register_module("layer_norm_1", makeLayerNorm(dim, kNormEps));
    layer_norm_2 = register_module("layer_norm_2", makeLayerNorm(dim, kNormEps));
}

torch::Tensor TransformerDecoderLayerImpl::beforeContext(const torch::Tensor& x_NQD, const torch::Tensor& selfMask,
                                                         const PassOptions& options, KeyValueCache* cache)
{
    options.poll();
    const torch::Tensor own = self_attn->self(layerNorm(x_NQD, layer_norm_1), selfMask, options, cache);
    return at::dropout(own, m_dropout, is_training()) + x_NQD;
}

torch::Tensor TransformerDecoderLayerImpl::afterContext(const torch::Tensor& context, const torch::Tensor& query,
                                                        const PassOptions& options)
{
    return feed_forward->forward(at::dropout(context, m_dropout, is_training()) + query, options);
}

torch::Tensor TransformerDecoderLayerImpl::forward(const torch::Tensor& x_NQD, const torch::Tensor& memory_NLD,
                                                   const torch::Tensor& selfMask, const torch::Tensor& sourceMask,
                                                   const PassOptions& options, DecoderLayerCache* cache,
                                                   torch::Tensor* attention_NHQL)
{
    const torch::Tensor query = beforeContext(x_NQD, selfMask, options, cache ? &cache->self : nullptr);
    const torch::Tensor context = context_attn->context(layerNorm(query, layer_norm_2), memory_NLD, sourceMask, options,
                                                        cache ? &cache->context : nullptr, attention_NHQL);
    return afterContext(context, query, options);
}

TransformerDecoderImpl::TransformerDecoderImpl(int vocabularySize, std::int64_t padId, int dim, int layers, int heads,
                                               int hiddenDim, double dropout, int maxRelativePosition)
    : m_padId(padId)
{
    embeddings = register_module("embeddings", Embeddings(vocabularySize, dim));
    transformer_layers = register_module("transformer_layers", torch::nn::ModuleList());
    for (int i = 0; i < layers; ++i)
        transformer_layers->push_back(TransformerDecoderLayer(dim, heads, hiddenDim, dropout, maxRelativePosition));
    layer_norm = register_module("layer_norm", makeLayerNorm(dim, kNormEps));
}

torch::Tensor TransformerDecoderImpl::forward(const torch::Tensor& ids_NQ, const torch::Tensor& memory_NLD,
                                              const torch::Tensor& sourcePad_NL, const PassOptions& options,
                                              DecoderCache* cache, NamedTensors* attention)
{
    const std::int64_t first = cache ? cache->decodedTokens : 0;
    torch::Tensor x = embeddings->forward(ids_NQ, first);
    torch::Tensor selfMask;
    if (!cache && ids_NQ.size(1) > 1) {
        const torch::Tensor future = torch::ones({ids_NQ.size(1), ids_NQ.size(1)},
                                                 torch::TensorOptions().dtype(torch::kBool).device(ids_NQ.device()))
                                         .triu(1);
        selfMask = ids_NQ.eq(m_padId).unsqueeze(1).unsqueeze(1).logical_or(future);
    }
    TORCH_CHECK(!cache || ids_NQ.size(1) == 1, "A cached decoder takes one token at a time.");
    const torch::Tensor sourceMask = sourcePad_NL.defined() ? sourcePad_NL.unsqueeze(1).unsqueeze(1) : torch::Tensor();
    if (cache)
        cache->layers.resize(transformer_layers->size());
    for (std::size_t i = 0; i < transformer_layers->size(); ++i) {
        torch::Tensor map;
        x = transformer_layers->at<TransformerDecoderLayerImpl>(i).forward(
            x, memory_NLD, selfMask, sourceMask, options, cache ? &cache->layers[i] : nullptr, attention ? &map : nullptr);
        if (attention)
            (*attention)["attention." + std::to_string(i)] = map;
    }
    if (cache)
        ++cache->decodedTokens;
    return layerNorm(x, layer_norm);
}

}  // namespace nscope::nn
