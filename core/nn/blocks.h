// Purpose: blocks that the encoders and the decoder share: embeddings with sinusoidal positions, the position-wise
// feed-forward block and multi-headed attention with relative positions. Source: spec/models.md 1.2–1.4 (OpenNMT).
// Submodule names equal the authors' state_dict keys. Axes as in sequence_net.h. Thread: one at a time.
#pragma once

#include "core/nn/sequence_net.h"

namespace nscope::nn {

inline constexpr double kNormEps = 1e-6;        ///< OpenNMT's layer norms
inline constexpr double kLfnetNormEps = 1e-12;  ///< LFNet's own

torch::nn::LayerNorm makeLayerNorm(int dim, double eps);

/// Layer norm without going through the module's options each time.
torch::Tensor layerNorm(const torch::Tensor& x, const torch::nn::LayerNorm& norm);

/// Sinusoid positions 0 … rows − 1 in `dim` (even) channels, sine and cosine in turn: [rows,dim], float32.
torch::Tensor sinusoids_LD(std::int64_t rows, std::int64_t dim);

/// Tensors made here may later be saved for a backward pass, whatever mode the caller runs in.
class PersistentTensors {
    c10::InferenceMode m_mode{false};
    at::NoGradGuard m_noGrad;
};

struct MakeEmbeddingImpl : torch::nn::Module {
    MakeEmbeddingImpl(int vocabularySize, int dim);
    torch::nn::ModuleList emb_luts{nullptr};
};
TORCH_MODULE(MakeEmbedding);

/// E[token]·sqrt(d) + PE(position). Positions are computed by formula, so any length works. The row of the padding
/// symbol (id 1 in both vocabularies) gets no gradient from lookups.
class EmbeddingsImpl : public torch::nn::Module {
public:
    EmbeddingsImpl(int vocabularySize, int dim);

    /// Ids or one-hot → [N,L,D].
    torch::Tensor forward(const NetInput& input);
    /// Ids [N,Q] of which the first stands at `firstPosition`.
    torch::Tensor forward(const torch::Tensor& ids_NQ, std::int64_t firstPosition);
    const torch::Tensor& table() const { return m_lookup->weight; }
    /// Sinusoid table rows [first, first + count) × D in the weights' type.
    torch::Tensor positions(std::int64_t first, std::int64_t count);

    MakeEmbedding make_embedding{nullptr};

private:
    int m_dim;
    torch::nn::Embedding m_lookup{nullptr};
    torch::Tensor m_positions_LD;  ///< grown on demand
};
TORCH_MODULE(Embeddings);

/// y + Drop(W2·Drop(ReLU(W1·LN(y)+b1))+b2), in row chunks when nothing is trained.
class PositionwiseFeedForwardImpl : public torch::nn::Module {
public:
    PositionwiseFeedForwardImpl(int dim, int hiddenDim, double dropout);
    torch::Tensor forward(const torch::Tensor& y, const PassOptions& options);

    torch::nn::Linear w_1{nullptr}, w_2{nullptr};
    torch::nn::LayerNorm layer_norm{nullptr};

private:
    torch::Tensor withoutGradient(const torch::Tensor& in_RD, const PassOptions& options);

    double m_dropout;
};
TORCH_MODULE(PositionwiseFeedForward);

/// Keys and values of what was decoded so far (self) or of the encoder memory (context), [N,H,L,d_head].
struct KeyValueCache {
    torch::Tensor keys;
    torch::Tensor values;
};

/// Scaled dot-product attention; with relative positions one table [2·max+1, d_head] serves keys and values.
class MultiHeadedAttentionImpl : public torch::nn::Module {
public:
    MultiHeadedAttentionImpl(int heads, int dim, double dropout, int maxRelativePosition);

    /// Self-attention of x [N,L,D]; `mask` (true = hidden) broadcasts to [N,1,Q,K] or is undefined.
    /// With a cache, x holds the new tokens only and the cache grows.
    torch::Tensor self(const torch::Tensor& x, const torch::Tensor& mask, const PassOptions& options,
                       KeyValueCache* cache = nullptr);
    /// Attention of queries [N,Q,D] on the memory [N,L,D]; the cache keeps the projected memory between calls.
    torch::Tensor context(const torch::Tensor& query, const torch::Tensor& memory_NLD, const torch::Tensor& mask,
                          const PassOptions& options, KeyValueCache* cache = nullptr,
                          torch::Tensor* attention_NHQL = nullptr);

    int headCount() const { return m_heads; }
    /// [N,L,D] → [N,H,L,d_head].
    torch::Tensor splitHeads(const torch::Tensor& x) const;

    torch::nn::Linear linear_keys{nullptr}, linear_values{nullptr}, linear_query{nullptr}, final_linear{nullptr};
    torch::nn::Embedding relative_positions_embeddings{nullptr};

private:
    torch::Tensor attend(const torch::Tensor& query, const torch::Tensor& keys, const torch::Tensor& values,
                         const torch::Tensor& mask, std::int64_t firstQuery, bool relative,
                         torch::Tensor* attention) const;
    torch::Tensor attendInChunks(const torch::Tensor& query, const KeyValueCache& kv, const torch::Tensor& mask,
                                 std::int64_t firstQuery, bool relative, const PassOptions& options,
                                 torch::Tensor* attention);

    int m_heads;
    int m_headDim;
    double m_dropout;
    int m_maxRelative;
};
TORCH_MODULE(MultiHeadedAttention);

}  // namespace nscope::nn
