#include "core/nn/bert.h"

#include "core/nn/blocks.h"
#include "core/nn/conv_blocks.h"
#include "core/nn/kmer_tokens.h"

#include <limits>

namespace nscope::nn {

namespace {

constexpr double kBertNormEps = 1e-12;
constexpr double kInitialDeviation = 0.02;

torch::nn::LayerNorm bertNorm(std::int64_t dim) { return makeLayerNorm(int(dim), kBertNormEps); }

}  // namespace

BertEmbeddingsImpl::BertEmbeddingsImpl(const BertShape& shape) : m_dropout(shape.dropout)
{
    word_embeddings = register_module("word_embeddings", torch::nn::Embedding(shape.vocabulary, shape.dim));
    position_embeddings = register_module("position_embeddings", torch::nn::Embedding(shape.positions, shape.dim));
    token_type_embeddings = register_module("token_type_embeddings", torch::nn::Embedding(2, shape.dim));
    LayerNorm = register_module("LayerNorm", bertNorm(shape.dim));
}

torch::Tensor BertEmbeddingsImpl::words(const torch::Tensor& ids) const
{
    return at::embedding(word_embeddings->weight, ids, kPadToken);
}

torch::Tensor BertEmbeddingsImpl::forward(const torch::Tensor& words_NTD)
{
    const torch::Tensor positions = position_embeddings->weight.narrow(0, 0, words_NTD.size(1));
    const torch::Tensor sum = words_NTD + positions + token_type_embeddings->weight.select(0, 0);
    return at::dropout(layerNorm(sum, LayerNorm), m_dropout, is_training());
}

BertSelfAttentionImpl::BertSelfAttentionImpl(const BertShape& shape) : m_heads(shape.heads), m_dropout(shape.dropout)
{
    query = register_module("query", torch::nn::Linear(shape.dim, shape.dim));
    key = register_module("key", torch::nn::Linear(shape.dim, shape.dim));
    value = register_module("value", torch::nn::Linear(shape.dim, shape.dim));
}

torch::Tensor BertSelfAttentionImpl::forward(const torch::Tensor& x_NTD, const torch::Tensor& hidden,
                                             torch::Tensor* attention)
{
    const auto heads = [&](torch::nn::Linear& projection) {
        return projection->forward(x_NTD).view({x_NTD.size(0), x_NTD.size(1), m_heads, -1}).transpose(1, 2);
    };
    const torch::Tensor queries = heads(query) / std::sqrt(double(x_NTD.size(2) / m_heads));
    torch::Tensor scores_NHTT = at::matmul(queries, heads(key).transpose(2, 3));
    if (hidden.defined())
        scores_NHTT = scores_NHTT.masked_fill(hidden.unsqueeze(1).unsqueeze(2),
                                              -std::numeric_limits<double>::infinity());
    const torch::Tensor weights = at::dropout(at::softmax(scores_NHTT, -1), m_dropout, is_training());
    if (attention)
        *attention = weights;
    return at::matmul(weights, heads(value)).transpose(1, 2).flatten(2);
}

BertOutputImpl::BertOutputImpl(std::int64_t in, std::int64_t out, double dropout) : m_dropout(dropout)
{
    dense = register_module("dense", torch::nn::Linear(in, out));
    LayerNorm = register_module("LayerNorm", bertNorm(out));
}

torch::Tensor BertOutputImpl::forward(const torch::Tensor& y, const torch::Tensor& x)
{
    return layerNorm(at::dropout(dense->forward(y), m_dropout, is_training()) + x, LayerNorm);
}

BertAttentionImpl::BertAttentionImpl(const BertShape& shape)
{
    self = register_module("self", BertSelfAttention(shape));
    output = register_module("output", BertOutput(shape.dim, shape.dim, shape.dropout));
}

BertDenseImpl::BertDenseImpl(std::int64_t in, std::int64_t out)
{
    dense = register_module("dense", torch::nn::Linear(in, out));
}

BertLayerImpl::BertLayerImpl(const BertShape& shape)
{
    attention = register_module("attention", BertAttention(shape));
    intermediate = register_module("intermediate", BertDense(shape.dim, shape.feedForwardDim));
    output = register_module("output", BertOutput(shape.feedForwardDim, shape.dim, shape.dropout));
}

torch::Tensor BertLayerImpl::forward(const torch::Tensor& x_NTD, const torch::Tensor& hidden, torch::Tensor* weights)
{
    const torch::Tensor attended = attention->output->forward(attention->self->forward(x_NTD, hidden, weights), x_NTD);
    return output->forward(activated(intermediate->dense->forward(attended), Activation::Gelu), attended);
}

BertEncoderImpl::BertEncoderImpl(const BertShape& shape)
{
    layer = register_module("layer", torch::nn::ModuleList());
    for (int i = 0; i < shape.layers; ++i)
        layer->push_back(BertLayer(shape));
}

BertModelImpl::BertModelImpl(const BertShape& shape)
{
    embeddings = register_module("embeddings", BertEmbeddings(shape));
    encoder = register_module("encoder", BertEncoder(shape));
    if (shape.pooler)
        pooler = register_module("pooler", BertDense(shape.dim, shape.dim));
}

torch::Tensor BertModelImpl::forward(const torch::Tensor& words_NTD, const torch::Tensor& padding,
                                     const PassOptions& options, BertTrace* trace)
{
    torch::Tensor x = embeddings->forward(words_NTD);
    options.note("Embedding: k-mers, positions", x);
    if (trace && trace->keepHidden)
        trace->hidden.push_back(x);
    const bool weightsKept = trace && (trace->keepAttention || trace->keepClsAttention);
    for (std::size_t i = 0; i < encoder->layer->size(); ++i) {
        auto& layer = *encoder->layer->ptr<BertLayerImpl>(i);
        torch::Tensor weights;
        x = layer.forward(x, padding, weightsKept ? &weights : nullptr);
        options.note("Transformer layer " + std::to_string(i + 1), x);
        if (trace && trace->keepHidden)
            trace->hidden.push_back(x);
        if (trace && trace->keepClsAttention)
            trace->clsAttention.push_back(weights.select(2, 0).contiguous());
        if (trace && trace->keepAttention)
            trace->attention.push_back(weights);
    }
    return x;
}

torch::Tensor BertModelImpl::pooled(const torch::Tensor& cls_ND) { return at::tanh(pooler->dense->forward(cls_ND)); }

BertTransformImpl::BertTransformImpl(std::int64_t dim)
{
    dense = register_module("dense", torch::nn::Linear(dim, dim));
    LayerNorm = register_module("LayerNorm", bertNorm(dim));
}

BertPredictionsImpl::BertPredictionsImpl(std::int64_t dim, std::int64_t vocabulary)
{
    transform = register_module("transform", BertTransform(dim));
    bias = register_parameter("bias", torch::zeros({vocabulary}));
}

BertMaskedLmHeadImpl::BertMaskedLmHeadImpl(std::int64_t dim, std::int64_t vocabulary, bool biasTwice)
    : m_biasTwice(biasTwice)
{
    predictions = register_module("predictions", BertPredictions(dim, vocabulary));
}

torch::Tensor BertMaskedLmHeadImpl::forward(const torch::Tensor& hidden, const torch::Tensor& wordTable_VD)
{
    BertTransform& transform = predictions->transform;
    const torch::Tensor dense = transform->dense->forward(hidden);
    const torch::Tensor x = layerNorm(activated(dense, Activation::Gelu), transform->LayerNorm);
    const torch::Tensor logits = at::linear(x, wordTable_VD, predictions->bias);
    return m_biasTwice ? logits + predictions->bias : logits;
}

void initializeBert(torch::nn::Module& module)
{
    const at::NoGradGuard noGrad;
    module.apply([](torch::nn::Module& part) {
        if (auto* linear = part.as<torch::nn::Linear>()) {
            linear->weight.normal_(0.0, kInitialDeviation);
            linear->bias.zero_();
        } else if (auto* table = part.as<torch::nn::Embedding>()) {
            table->weight.normal_(0.0, kInitialDeviation);
        }
    });
}

}  // namespace nscope::nn
