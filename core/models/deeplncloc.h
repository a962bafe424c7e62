// Purpose: networks on the DeepLncLoc embedding of a promoter: its slices, each the mean of its 3-mers' word vectors,
// read by a transformer (Transformer DeepLncLoc) or an LSTM → expression.
// Source: Pipoli et al. 2022, spec/models.md 5.2–5.3. The text gives no head count, feed-forward width, dense width or
// dropout: they are options, and their defaults are ours. Thread: one thread at a time.
#pragma once

#include "core/models/promoter_input.h"
#include "core/models/zoo_net.h"
#include "core/nn/blocks.h"
#include "core/nn/keras_lstm.h"

namespace nscope::models {

inline constexpr int kWordNt = 3;
inline constexpr std::int64_t kWords = 64;

struct DeepLncLocOptions {
    bool transformer = true;  ///< false: LSTM
    PromoterInput input;
    std::int64_t slices = 210;
    std::int64_t embedding = 64;     ///< size of a word vector
    bool trainEmbedding = false;     ///< true: word vectors are learned with the network ("Original Transformer")
    std::int64_t heads = 4;          ///< transformer
    std::int64_t feedForward = 128;  ///< transformer
    std::int64_t lstmUnits = 100;    ///< LSTM
    std::int64_t dense = 64;         ///< 0: straight to the output
    double dropout = 0.1;
    std::vector<std::string> tasks;

    static Result<DeepLncLocOptions> fromMap(std::string_view architecture, const data::OptionMap& options);
    std::int64_t sliceNt() const { return input.lengthNt / slices; }
};

/// `architecture`: "deeplncloc-transformer" or "deeplncloc-lstm".
engine::ModelSpec deepLncLocSpec(std::string_view architecture);
Result<std::shared_ptr<nn::SequenceNet>> createDeepLncLoc(std::string_view architecture,
                                                          const data::OptionMap& options);

/// Post-norm encoder block: x ← LN(x + Drop(attention(x))), x ← LN(x + Drop(W2·ReLU(W1·x))).
class PostNormBlockImpl : public torch::nn::Module {
public:
    PostNormBlockImpl(std::int64_t dim, std::int64_t heads, std::int64_t feedForward, double dropout);
    /// `attention_NHQK` is filled if not null.
    torch::Tensor forward(const torch::Tensor& x_NSD, const nn::PassOptions& options, torch::Tensor* attention_NHQK);

    nn::MultiHeadedAttention attention{nullptr};
    torch::nn::LayerNorm norm1{nullptr}, norm2{nullptr};
    torch::nn::Linear feed_forward1{nullptr}, feed_forward2{nullptr};

private:
    double m_dropout;
};
TORCH_MODULE(PostNormBlock);

class DeepLncLocImpl : public ZooNet {
public:
    DeepLncLocImpl(std::string_view architecture, const DeepLncLocOptions& options);

    /// Outputs "values_NT"; with keepAttention (transformer) "attention.0" [N,H,1,L]: what a slice gets on average.
    nn::NamedTensors forward(const nn::NetInput& input, const nn::PassOptions& options) override;

    /// Mean word vector of every slice: [N,S,D]. Words with N or padding count as zero vectors.
    torch::Tensor slices_NSD(const nn::NetInput& input) const;
    /// Word vectors [64,D], in alphabetical order of the words (AAA, AAC, … TTT).
    void setWordVectors(const torch::Tensor& vectors_KD);

    int encoderLayerCount() const override { return m_options.transformer ? 1 : 0; }
    int headCount() const override { return m_options.transformer ? int(m_options.heads) : 0; }

    torch::Tensor word_vectors;  ///< a buffer unless the embedding is trained
    torch::nn::BatchNorm1d input_norm{nullptr};
    PostNormBlock block{nullptr};
    nn::KerasLstm lstm{nullptr};
    torch::nn::Linear dense{nullptr}, output{nullptr};

protected:
    double activations(std::int64_t lengthNt) const override;

private:
    torch::Tensor transformed_ND(torch::Tensor x_NSD, const nn::NetInput& input, const nn::PassOptions& options,
                                 nn::NamedTensors& outputs);

    DeepLncLocOptions m_options;
};
TORCH_MODULE(DeepLncLoc);

}  // namespace nscope::models
