#include "core/nn/blocks.h"

#include "core/nn/packed_feed_forward.h"
#include "core/nn/precision.h"

#include <ATen/Dispatch.h>

namespace nscope::nn {

namespace {

constexpr std::int64_t kScoreBytes = std::int64_t(64) << 20;  ///< attention scores held at once
constexpr std::int64_t kPaddingId = 1;
constexpr std::int64_t kChunkRows = 512;                      ///< keeps the hidden layer of a chunk in the cache
constexpr std::int64_t kPackedRows = 256;                     ///< from here on packing the weights pays

/// Carries a stop token into a backward pass.
struct StopCapsule : torch::CustomClassHolder {
    explicit StopCapsule(std::stop_token token) : stop(std::move(token)) {}
    std::stop_token stop;
};

/// Feed-forward with constant weights: keeps only its input for the backward pass and recomputes the hidden layer
/// (L×2048, the bulk of the memory of an explanation) row chunk by row chunk.
class FrozenFeedForward : public torch::autograd::Function<FrozenFeedForward> {
public:
    static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& y,
                                 const torch::Tensor& normWeight, const torch::Tensor& normBias,
                                 const torch::Tensor& w1, const torch::Tensor& b1, const torch::Tensor& w2,
                                 const torch::Tensor& b2, std::int64_t rows, const std::stop_token& stop)
    {
        context->save_for_backward({y, normWeight, normBias, w1, b1, w2});
        context->saved_data["rows"] = rows;
        context->saved_data["stop"] = c10::IValue::make_capsule(c10::make_intrusive<StopCapsule>(stop));
        PassOptions options;
        options.stop = stop;
        torch::Tensor out = y.clone();
        const std::int64_t dim = y.size(-1);
        torch::Tensor flat = out.view({-1, dim});
        const torch::Tensor in = y.reshape({-1, dim});
        for (std::int64_t row = 0; row < flat.size(0); row += rows) {
            options.poll();
            const std::int64_t count = std::min(rows, flat.size(0) - row);
            const torch::Tensor n = torch::layer_norm(in.narrow(0, row, count), {dim}, normWeight, normBias, kNormEps);
            flat.narrow(0, row, count).add_(at::linear(at::linear(n, w1, b1).relu_(), w2, b2));
        }
        return out;
    }

    static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::tensor_list gradients)
    {
        const auto saved = context->get_saved_variables();
        const torch::Tensor &normWeight = saved[1], &normBias = saved[2], &w1 = saved[3], &b1 = saved[4], &w2 = saved[5];
        const std::int64_t rows = context->saved_data["rows"].toInt();
        PassOptions options;
        options.stop = c10::static_intrusive_pointer_cast<StopCapsule>(context->saved_data["stop"].toCapsule())->stop;
        const std::int64_t dim = saved[0].size(-1);
        const torch::Tensor y = saved[0].reshape({-1, dim});
        const torch::Tensor outer = gradients[0].reshape({-1, dim});
        torch::Tensor inner = outer.clone();
        for (std::int64_t row = 0; row < y.size(0); row += rows) {
            options.poll();
            const std::int64_t count = std::min(rows, y.size(0) - row);
            const torch::Tensor part = y.narrow(0, row, count);
            const auto [n, mean, rstd] = at::native_layer_norm(part, {dim}, normWeight, normBias, kNormEps);
            const torch::Tensor before = at::linear(n, w1, b1);
            const torch::Tensor hidden = at::threshold_backward(at::mm(outer.narrow(0, row, count), w2), before, 0);
            const auto toInput = at::native_layer_norm_backward(at::mm(hidden, w1), part, {dim}, mean, rstd, normWeight,
                                                                normBias, {true, false, false});
            inner.narrow(0, row, count).add_(std::get<0>(toInput));
        }
        return {inner.view(gradients[0].sizes()), {}, {}, {}, {}, {}, {}, {}, {}};
    }
};

}  // namespace

torch::nn::LayerNorm makeLayerNorm(int dim, double eps)
{
    return torch::nn::LayerNorm(torch::nn::LayerNormOptions({dim}).eps(eps));
}

torch::Tensor layerNorm(const torch::Tensor& x, const torch::nn::LayerNorm& norm)
{
    // LibTorch 1.13 has no layer norm of bfloat16 with weights of float32 on the CPU.
    return torch::layer_norm(float32(x), norm->options.normalized_shape(), norm->weight, norm->bias, norm->options.eps());
}

torch::Tensor sinusoids_LD(std::int64_t rows, std::int64_t dim)
{
    // Single precision in the order of operations of bioseq2seq's authors, so that long positions round as theirs do.
    const torch::Tensor rate = torch::exp(torch::arange(0, dim, 2, torch::kFloat32)
                                          * -(std::log(10000.0) / double(dim)));
    const torch::Tensor angle = torch::arange(0, rows, torch::kFloat32).unsqueeze(1) * rate;
    torch::Tensor table = torch::empty({rows, dim}, torch::kFloat32);
    table.slice(1, 0, dim, 2).copy_(torch::sin(angle));
    table.slice(1, 1, dim, 2).copy_(torch::cos(angle));
    return table;
}

MakeEmbeddingImpl::MakeEmbeddingImpl(int vocabularySize, int dim)
{
    emb_luts = register_module("emb_luts", torch::nn::ModuleList());
    emb_luts->push_back(torch::nn::Embedding(vocabularySize, dim));
}

EmbeddingsImpl::EmbeddingsImpl(int vocabularySize, int dim) : m_dim(dim)
{
    make_embedding = register_module("make_embedding", MakeEmbedding(vocabularySize, dim));
    m_lookup = torch::nn::Embedding(make_embedding->emb_luts->ptr<torch::nn::EmbeddingImpl>(0));
}

torch::Tensor EmbeddingsImpl::positions(std::int64_t first, std::int64_t count)
{
    const torch::Tensor& weight = m_lookup->weight;
    if (!m_positions_LD.defined() || m_positions_LD.size(0) < first + count
        || m_positions_LD.scalar_type() != weight.scalar_type() || m_positions_LD.device() != weight.device()) {
        const PersistentTensors persistent;
        const std::int64_t rows = std::max<std::int64_t>(first + count, 2048);
        m_positions_LD = sinusoids_LD(rows, m_dim).to(weight.options().requires_grad(false));
    }
    return m_positions_LD.narrow(0, first, count);
}

torch::Tensor EmbeddingsImpl::forward(const NetInput& input)
{
    const torch::Tensor rows = input.onehot_NLC.defined() ? at::matmul(input.onehot_NLC, m_lookup->weight)
                                                          : at::embedding(m_lookup->weight, input.ids_NL, kPaddingId);
    return rows * std::sqrt(double(m_dim)) + positions(0, input.length());
}

torch::Tensor EmbeddingsImpl::forward(const torch::Tensor& ids_NQ, std::int64_t firstPosition)
{
    return at::embedding(m_lookup->weight, ids_NQ, kPaddingId) * std::sqrt(double(m_dim)) + positions(firstPosition, ids_NQ.size(1));
}

PositionwiseFeedForwardImpl::PositionwiseFeedForwardImpl(int dim, int hiddenDim, double dropout) : m_dropout(dropout)
{
    w_1 = register_module("w_1", torch::nn::Linear(dim, hiddenDim));
    w_2 = register_module("w_2", torch::nn::Linear(hiddenDim, dim));
    layer_norm = register_module("layer_norm", makeLayerNorm(dim, kNormEps));
}

torch::Tensor PositionwiseFeedForwardImpl::forward(const torch::Tensor& y, const PassOptions& options)
{
    options.poll();
    if (!is_training() && at::GradMode::is_enabled() && y.requires_grad() && !w_1->weight.requires_grad())
        return FrozenFeedForward::apply(y, layer_norm->weight, layer_norm->bias, w_1->weight, w_1->bias, w_2->weight,
                                        w_2->bias, std::min(options.rowChunkNt, kChunkRows), options.stop);
    if (at::GradMode::is_enabled()) {
        torch::Tensor hidden = at::relu(at::linear(layerNorm(y, layer_norm), w_1->weight, w_1->bias));
        hidden = at::linear(at::dropout(hidden, m_dropout, is_training()), w_2->weight, w_2->bias);
        return y + at::dropout(hidden, m_dropout, is_training());
    }
    return withoutGradient(y.reshape({-1, y.size(-1)}), options).view(y.sizes());
}

torch::Tensor PositionwiseFeedForwardImpl::withoutGradient(const torch::Tensor& in_RD, const PassOptions& options)
{
    torch::Tensor out = torch::empty_like(in_RD);
    if (in_RD.is_cpu() && in_RD.size(0) >= kPackedRows) {
        AT_DISPATCH_FLOATING_TYPES(in_RD.scalar_type(), "feedForward", [&] {
            const PackedFeedForward<scalar_t> packed(w_1, w_2);
            out = packed.run(layerNorm(in_RD, layer_norm), [&options] { options.poll(); }).add_(in_RD);
        });
        return out;
    }
    const torch::Tensor w1 = w_1->weight.t(), w2 = w_2->weight.t();
    const std::int64_t rows = std::min(options.rowChunkNt, kChunkRows);
    for (std::int64_t row = 0; row < in_RD.size(0); row += rows) {
        options.poll();
        const std::int64_t count = std::min(rows, in_RD.size(0) - row);
        const torch::Tensor part = in_RD.narrow(0, row, count);
        const torch::Tensor hidden = at::addmm(w_1->bias, layerNorm(part, layer_norm), w1).relu_();
        torch::Tensor target = out.narrow(0, row, count);
        at::addmm_out(target, w_2->bias, hidden, w2);
        target.add_(part);
    }
    return out;
}

MultiHeadedAttentionImpl::MultiHeadedAttentionImpl(int heads, int dim, double dropout, int maxRelativePosition)
    : m_heads(heads), m_headDim(dim / heads), m_dropout(dropout), m_maxRelative(maxRelativePosition)
{
    linear_keys = register_module("linear_keys", torch::nn::Linear(dim, dim));
    linear_values = register_module("linear_values", torch::nn::Linear(dim, dim));
    linear_query = register_module("linear_query", torch::nn::Linear(dim, dim));
    final_linear = register_module("final_linear", torch::nn::Linear(dim, dim));
    if (maxRelativePosition > 0)
        relative_positions_embeddings = register_module("relative_positions_embeddings",
                                                        torch::nn::Embedding(2 * maxRelativePosition + 1, m_headDim));
}

torch::Tensor MultiHeadedAttentionImpl::splitHeads(const torch::Tensor& x) const
{
    return x.view({x.size(0), x.size(1), m_heads, m_headDim}).transpose(1, 2);
}

torch::Tensor MultiHeadedAttentionImpl::attend(const torch::Tensor& query, const torch::Tensor& keys,
                                               const torch::Tensor& values, const torch::Tensor& mask,
                                               std::int64_t firstQuery, bool relative, torch::Tensor* attention) const
{
    torch::Tensor scores = at::matmul(query, keys.transpose(2, 3));
    torch::Tensor bucket;
    if (relative) {
        const auto like = torch::TensorOptions().dtype(torch::kInt64).device(query.device());
        bucket = torch::arange(keys.size(2), like).unsqueeze(0)
                 - torch::arange(firstQuery, firstQuery + query.size(2), like).unsqueeze(1);
        bucket = bucket.clamp(-m_maxRelative, m_maxRelative).add_(m_maxRelative).expand(scores.sizes());
        scores = scores + at::matmul(query, relative_positions_embeddings->weight.t()).gather(-1, bucket);
    }
    if (mask.defined())
        scores = scores.masked_fill(mask, -1e18);
    const torch::Tensor weights = at::softmax(scores, -1);
    if (attention)
        *attention = weights;
    const torch::Tensor kept = at::dropout(weights, m_dropout, is_training());
    torch::Tensor context = at::matmul(kept, values);
    if (relative) {
        const torch::Tensor perBucket = torch::zeros({query.size(0), query.size(1), query.size(2),
                                                      2 * m_maxRelative + 1}, query.options()).scatter_add(-1, bucket, kept);
        context = context + at::matmul(perBucket, relative_positions_embeddings->weight);
    }
    return context;
}

torch::Tensor MultiHeadedAttentionImpl::attendInChunks(const torch::Tensor& query, const KeyValueCache& kv,
                                                       const torch::Tensor& mask, std::int64_t firstQuery,
                                                       bool relative, const PassOptions& options,
                                                       torch::Tensor* attention)
{
    const torch::Tensor scaled = query / std::sqrt(double(m_headDim));
    const std::int64_t bytesPerQuery = query.size(0) * m_heads * kv.keys.size(2) * std::int64_t(query.element_size());
    const std::int64_t rows = std::max<std::int64_t>(1, kScoreBytes / std::max<std::int64_t>(1, bytesPerQuery));
    std::vector<torch::Tensor> contexts, maps;
    for (std::int64_t row = 0; row < query.size(2); row += rows) {
        options.poll();
        const std::int64_t count = std::min(rows, query.size(2) - row);
        const torch::Tensor partMask = mask.defined() && mask.size(2) > 1 ? mask.narrow(2, row, count) : mask;
        torch::Tensor map;
        contexts.push_back(attend(scaled.narrow(2, row, count), kv.keys, kv.values, partMask, firstQuery + row, relative,
                                  attention ? &map : nullptr));
        maps.push_back(map);
    }
    if (attention)
        *attention = maps.size() == 1 ? maps.front() : at::cat(maps, 2);
    const torch::Tensor context = contexts.size() == 1 ? contexts.front() : at::cat(contexts, 2);
    const torch::Tensor merged = context.transpose(1, 2).reshape({query.size(0), query.size(2), m_heads * m_headDim});
    return final_linear->forward(merged);
}

torch::Tensor MultiHeadedAttentionImpl::self(const torch::Tensor& x, const torch::Tensor& mask,
                                             const PassOptions& options, KeyValueCache* cache)
{
    KeyValueCache kv{splitHeads(linear_keys->forward(x)), splitHeads(linear_values->forward(x))};
    if (cache && cache->keys.defined()) {
        kv.keys = at::cat({cache->keys, kv.keys}, 2);
        kv.values = at::cat({cache->values, kv.values}, 2);
    }
    if (cache)
        *cache = kv;
    const std::int64_t firstQuery = kv.keys.size(2) - x.size(1);
    return attendInChunks(splitHeads(linear_query->forward(x)), kv, mask, firstQuery, m_maxRelative > 0, options, nullptr);
}

torch::Tensor MultiHeadedAttentionImpl::context(const torch::Tensor& query, const torch::Tensor& memory_NLD,
                                                const torch::Tensor& mask, const PassOptions& options,
                                                KeyValueCache* cache, torch::Tensor* attention_NHQL)
{
    KeyValueCache kv;
    if (cache && cache->keys.defined())
        kv = *cache;
    else
        kv = {splitHeads(linear_keys->forward(memory_NLD)), splitHeads(linear_values->forward(memory_NLD))};
    if (cache)
        *cache = kv;
    // Hypotheses that share one memory are so many queries of it: nothing is repeated.
    const bool shared = kv.keys.size(0) == 1 && query.size(0) > 1;
    const torch::Tensor rows = shared ? query.reshape({1, -1, query.size(2)}) : query;
    torch::Tensor map;
    const torch::Tensor result = attendInChunks(splitHeads(linear_query->forward(rows)), kv, mask, 0, false, options,
                                                attention_NHQL ? &map : nullptr);
    if (attention_NHQL)
        *attention_NHQL = shared ? map.view({m_heads, query.size(0), query.size(1), -1}).transpose(0, 1) : map;
    return result.view(query.sizes());
}

}  // namespace nscope::nn
