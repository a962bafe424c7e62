// Purpose: BERT as published: learned positions, post-norm layers, erf-GELU, layer norms with eps 1e-12. Submodule
// names are the state_dict keys of Hugging Face transformers. Source: spec/models.md 3.2; Devlin et al. 2019.
// Axes: N sequences, T tokens (special ones included), D width, H heads, V vocabulary. Thread: one at a time.
#pragma once

#include "core/nn/sequence_net.h"

namespace nscope::nn {

struct BertShape {
    std::int64_t vocabulary = 69;
    std::int64_t dim = 768;
    int layers = 12;
    int heads = 12;
    std::int64_t feedForwardDim = 3072;
    std::int64_t positions = 512;
    double dropout = 0.1;  ///< of hidden states and of attention weights
    bool pooler = true;
};

/// What a pass keeps beside its result.
struct BertTrace {
    bool keepHidden = false;
    bool keepAttention = false;
    bool keepClsAttention = false;
    std::vector<torch::Tensor> hidden{};        ///< [N,T,D]: the embedding, then every layer
    std::vector<torch::Tensor> attention{};     ///< [N,H,T,T] of every layer
    std::vector<torch::Tensor> clsAttention{};  ///< [N,H,T]: its first row, the attention of [CLS]
};

class BertEmbeddingsImpl : public torch::nn::Module {
public:
    explicit BertEmbeddingsImpl(const BertShape& shape);
    /// Adds positions and the first token type to the words [N,T,D]; norm, dropout.
    torch::Tensor forward(const torch::Tensor& words_NTD);
    /// Word vectors of ids; [PAD] gets no gradient.
    torch::Tensor words(const torch::Tensor& ids) const;

    torch::nn::Embedding word_embeddings{nullptr}, position_embeddings{nullptr}, token_type_embeddings{nullptr};
    torch::nn::LayerNorm LayerNorm{nullptr};

private:
    double m_dropout;
};
TORCH_MODULE(BertEmbeddings);

class BertSelfAttentionImpl : public torch::nn::Module {
public:
    explicit BertSelfAttentionImpl(const BertShape& shape);
    /// `hidden` keys (true, [N,T], or undefined) are not looked at. `attention` receives the weights [N,H,T,T].
    torch::Tensor forward(const torch::Tensor& x_NTD, const torch::Tensor& hidden, torch::Tensor* attention);

    int heads() const { return m_heads; }

    torch::nn::Linear query{nullptr}, key{nullptr}, value{nullptr};

private:
    int m_heads;
    double m_dropout;
};
TORCH_MODULE(BertSelfAttention);

/// LayerNorm(dropout(dense(y)) + x): the end of both halves of a layer.
class BertOutputImpl : public torch::nn::Module {
public:
    BertOutputImpl(std::int64_t in, std::int64_t out, double dropout);
    torch::Tensor forward(const torch::Tensor& y, const torch::Tensor& x);

    torch::nn::Linear dense{nullptr};
    torch::nn::LayerNorm LayerNorm{nullptr};

private:
    double m_dropout;
};
TORCH_MODULE(BertOutput);

struct BertAttentionImpl : torch::nn::Module {
    explicit BertAttentionImpl(const BertShape& shape);
    BertSelfAttention self{nullptr};
    BertOutput output{nullptr};
};
TORCH_MODULE(BertAttention);

/// A module with one linear layer called "dense".
struct BertDenseImpl : torch::nn::Module {
    BertDenseImpl(std::int64_t in, std::int64_t out);
    torch::nn::Linear dense{nullptr};
};
TORCH_MODULE(BertDense);

class BertLayerImpl : public torch::nn::Module {
public:
    explicit BertLayerImpl(const BertShape& shape);
    torch::Tensor forward(const torch::Tensor& x_NTD, const torch::Tensor& hidden, torch::Tensor* weights);

    BertAttention attention{nullptr};
    BertDense intermediate{nullptr};
    BertOutput output{nullptr};
};
TORCH_MODULE(BertLayer);

struct BertEncoderImpl : torch::nn::Module {
    explicit BertEncoderImpl(const BertShape& shape);
    torch::nn::ModuleList layer{nullptr};
};
TORCH_MODULE(BertEncoder);

class BertModelImpl : public torch::nn::Module {
public:
    explicit BertModelImpl(const BertShape& shape);
    /// Last hidden states [N,T,D] of words [N,T,D]; `padding` is true at padded tokens [N,T], or undefined.
    torch::Tensor forward(const torch::Tensor& words_NTD, const torch::Tensor& padding, const PassOptions& options,
                          BertTrace* trace = nullptr);
    /// tanh(dense([CLS])) of last hidden states of [CLS], [N,D].
    torch::Tensor pooled(const torch::Tensor& cls_ND);

    BertEmbeddings embeddings{nullptr};
    BertEncoder encoder{nullptr};
    BertDense pooler{nullptr};  ///< empty without BertShape::pooler
};
TORCH_MODULE(BertModel);

struct BertTransformImpl : torch::nn::Module {
    explicit BertTransformImpl(std::int64_t dim);
    torch::nn::Linear dense{nullptr};
    torch::nn::LayerNorm LayerNorm{nullptr};
};
TORCH_MODULE(BertTransform);

struct BertPredictionsImpl : torch::nn::Module {
    BertPredictionsImpl(std::int64_t dim, std::int64_t vocabulary);
    BertTransform transform{nullptr};
    torch::Tensor bias;
};
TORCH_MODULE(BertPredictions);

/// Masked-token head; its output layer is the word table itself (tied), so it owns only a bias. transformers 2.5, in
/// which DNABERT and 3UTRBERT were pre-trained, adds the bias twice: once in the decoder, to which it is linked, and
/// once after it. Later versions add it once.
class BertMaskedLmHeadImpl : public torch::nn::Module {
public:
    BertMaskedLmHeadImpl(std::int64_t dim, std::int64_t vocabulary, bool biasTwice);
    /// Logits [...,V] of hidden states [...,D].
    torch::Tensor forward(const torch::Tensor& hidden, const torch::Tensor& wordTable_VD);

    BertPredictions predictions{nullptr};

private:
    bool m_biasTwice;
};
TORCH_MODULE(BertMaskedLmHead);

/// The authors' initialisation: N(0, .02) for linear layers and tables, zero biases, layer norms of 1 and 0.
void initializeBert(torch::nn::Module& module);

}  // namespace nscope::nn
