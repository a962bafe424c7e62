#include "core/models/deeplncloc.h"

#include "core/models/option_list.h"
#include "core/nn/conv_blocks.h"
#include "core/nn/kmers.h"
#include "core/nn/step_track.h"

namespace nscope::models {

using torch::Tensor;

PostNormBlockImpl::PostNormBlockImpl(std::int64_t dim, std::int64_t heads, std::int64_t feedForward, double dropout)
    : m_dropout(dropout)
{
    attention = register_module("attention", nn::MultiHeadedAttention(int(heads), int(dim), dropout, 0));
    norm1 = register_module("norm1", nn::makeLayerNorm(int(dim), nn::kNormEps));
    norm2 = register_module("norm2", nn::makeLayerNorm(int(dim), nn::kNormEps));
    feed_forward1 = register_module("feed_forward1", torch::nn::Linear(dim, feedForward));
    feed_forward2 = register_module("feed_forward2", torch::nn::Linear(feedForward, dim));
    for (const auto& layer : modules(/*include_self=*/false)) {
        if (layer->as<torch::nn::Linear>())
            nn::glorotUniform(*layer);
    }
}

Tensor PostNormBlockImpl::forward(const Tensor& x_NSD, const nn::PassOptions& options, Tensor* attention_NHQK)
{
    const auto dropped = [this](const Tensor& x) { return at::dropout(x, m_dropout, is_training()); };
    const Tensor mixed = attention->context(x_NSD, x_NSD, {}, options, nullptr, attention_NHQK);
    const Tensor y = nn::layerNorm(x_NSD + dropped(mixed), norm1);
    const Tensor hidden = at::relu(at::linear(y, feed_forward1->weight, feed_forward1->bias));
    return nn::layerNorm(y + dropped(at::linear(hidden, feed_forward2->weight, feed_forward2->bias)), norm2);
}

DeepLncLocImpl::DeepLncLocImpl(std::string_view architecture, const DeepLncLocOptions& options)
    : ZooNet(deepLncLocSpec(architecture), {HeadKind::Values, options.tasks}), m_options(options)
{
    options.input.describe(m_spec.input);
    // As word2vec starts; trained vectors come with setWordVectors or with the weights.
    const Tensor start = (torch::rand({kWords, options.embedding}) - 0.5) / double(options.embedding);
    word_vectors =
        options.trainEmbedding ? register_parameter("word_vectors", start) : register_buffer("word_vectors", start);
    std::int64_t width = options.embedding;
    if (options.transformer) {
        input_norm = register_module("input_norm", nn::makeKerasBatchNorm(options.embedding));
        block = register_module("block",
                                PostNormBlock(options.embedding, options.heads, options.feedForward, options.dropout));
    } else {
        width = options.lstmUnits;
        lstm = register_module("lstm", nn::KerasLstm(nn::LstmShape{.in = options.embedding, .units = width}));
    }
    width += options.input.featureCount();
    if (options.dense > 0) {
        dense = register_module("dense", torch::nn::Linear(width, options.dense));
        nn::glorotUniform(*dense);
        width = options.dense;
    }
    output = register_module("output", torch::nn::Linear(width, std::int64_t(options.tasks.size())));
    nn::glorotUniform(*output);
}

void DeepLncLocImpl::setWordVectors(const Tensor& vectors_KD)
{
    const at::NoGradGuard noGrad;
    word_vectors.copy_(vectors_KD);
}

Tensor DeepLncLocImpl::slices_NSD(const nn::NetInput& input) const
{
    const std::int64_t sliceNt = m_options.sliceNt();
    const Tensor letters = m_options.input.window_NLC(input, output->weight.options());
    const Tensor counts = nn::kmerCounts_NK(letters.reshape({-1, sliceNt, 4}), kWordNt) / double(sliceNt - kWordNt + 1);
    return at::matmul(counts, word_vectors).view({letters.size(0), m_options.slices, m_options.embedding});
}

Tensor DeepLncLocImpl::transformed_ND(Tensor x_NSD, const nn::NetInput& input, const nn::PassOptions& options,
                                      nn::NamedTensors& outputs)
{
    x_NSD = nn::batchNormed(x_NSD.transpose(1, 2), input_norm).transpose(1, 2);
    x_NSD = x_NSD + nn::sinusoids_LD(m_options.slices, m_options.embedding).to(x_NSD.options().requires_grad(false));
    options.note("Batch norm, sinusoid positions", x_NSD);
    Tensor attention_NHQK;
    x_NSD = block->forward(x_NSD, options, options.keepAttention ? &attention_NHQK : nullptr);
    options.note("Transformer block, " + std::to_string(m_options.heads) + " heads", x_NSD);
    if (options.keepAttention)
        outputs["attention.0"] = nn::lettersOfSteps_NHQL(
            attention_NHQK.mean(2), input, m_options.sliceNt(), [this](std::int64_t lengthNt, std::int64_t positionNt) {
                const std::int64_t inWindow = positionNt - m_options.input.startNt(lengthNt);
                return inWindow < 0 ? -1 : inWindow / m_options.sliceNt();
            });
    return x_NSD.mean(1);
}

nn::NamedTensors DeepLncLocImpl::forward(const nn::NetInput& input, const nn::PassOptions& options)
{
    nn::NamedTensors outputs;
    Tensor x = slices_NSD(input);
    options.note("Slices of " + std::to_string(m_options.sliceNt()) + " bp: mean of their 3-mers' vectors", x);
    if (m_options.transformer) {
        x = transformed_ND(x, input, options, outputs);
        options.note("Mean of the slices", x);
    } else {
        x = lstm->forward(x, {}).select(1, m_options.slices - 1);
        options.note("LSTM " + std::to_string(m_options.lstmUnits) + ", last state", x);
    }
    x = m_options.input.withFeatures(x, input);
    options.note("With further inputs", x);
    if (dense) {
        x = at::dropout(at::relu(at::linear(x, dense->weight, dense->bias)), m_options.dropout, is_training());
        options.note("Dense " + std::to_string(m_options.dense) + ", ReLU", x);
    }
    outputs["values_NT"] = at::linear(x, output->weight, output->bias);
    options.note("Dense, linear", outputs["values_NT"]);
    return outputs;
}

double DeepLncLocImpl::activations(std::int64_t) const
{
    const double slices = double(m_options.slices);
    const double letters = double(m_options.input.lengthNt) * 30.0;
    const double width = double(std::max(m_options.embedding, m_options.lstmUnits));
    return letters + slices * (2.0 * double(kWords) + 12.0 * width + double(m_options.feedForward))
           + (m_options.transformer ? 3.0 * double(m_options.heads) * slices * slices : 0.0);
}

Result<std::shared_ptr<nn::SequenceNet>> createDeepLncLoc(std::string_view architecture, const data::OptionMap& options)
{
    const auto parsed = DeepLncLocOptions::fromMap(architecture, options);
    if (!parsed)
        return fail(parsed.error());
    return std::make_shared<DeepLncLocImpl>(architecture, *parsed);
}

}  // namespace nscope::models
