#include "core/nn/encoder.h"

namespace nscope::nn {

namespace {

/// A complex parameter as two real ones, named `<name>.real` and `<name>.imag` in the state.
struct ComplexParameterImpl : torch::nn::Module {
    ComplexParameterImpl(std::int64_t rows, std::int64_t columns)
    {
        real = register_parameter("real", torch::randn({rows, columns}) * 0.02);
        imag = register_parameter("imag", torch::randn({rows, columns}) * 0.02);
    }
    torch::Tensor real, imag;
};

torch::Tensor keptPositions(const torch::Tensor& pad_NL, torch::ScalarType type)
{
    return pad_NL.defined() ? pad_NL.logical_not().to(type).unsqueeze(-1) : torch::Tensor();
}

}  // namespace

LfnetLayerImpl::LfnetLayerImpl(int dim, int hiddenDim, int windowNt, double lambda, double dropout)
    : m_filter(windowNt, lambda), m_dropout(dropout)
{
    const auto global = register_module("global_filter",
                                        std::make_shared<ComplexParameterImpl>(m_filter.bins(), dim));
    input_norm = register_module("input_norm", makeLayerNorm(dim, kLfnetNormEps));
    feed_forward = register_module("feed_forward", PositionwiseFeedForward(dim, hiddenDim, dropout));
    feed_forward_norm = register_module("feed_forward_norm", makeLayerNorm(dim, kLfnetNormEps));
    m_globalFilter = global;
}

const torch::Tensor& LfnetLayerImpl::filterReal() const
{
    return static_cast<const ComplexParameterImpl&>(*m_globalFilter).real;
}

const torch::Tensor& LfnetLayerImpl::filterImag() const
{
    return static_cast<const ComplexParameterImpl&>(*m_globalFilter).imag;
}

torch::Tensor LfnetLayerImpl::mix(const torch::Tensor& x_NLD, const torch::Tensor& keep_NL1) const
{
    torch::Tensor normed = layerNorm(x_NLD, input_norm);
    if (keep_NL1.defined())
        normed = normed * keep_NL1;
    return m_filter.mix(normed, filterReal(), filterImag());
}

torch::Tensor LfnetLayerImpl::afterMix(const torch::Tensor& mixed, const PassOptions& options)
{
    return feed_forward->forward(layerNorm(mixed, feed_forward_norm), options);
}

torch::Tensor LfnetLayerImpl::forward(const torch::Tensor& x_NLD, const torch::Tensor& keep_NL1,
                                      const PassOptions& options)
{
    options.poll();
    torch::Tensor added = at::dropout(afterMix(mix(x_NLD, keep_NL1), options), m_dropout, is_training());
    if (keep_NL1.defined())
        added = added * keep_NL1;
    return x_NLD + added;
}

LfnetEncoderImpl::LfnetEncoderImpl(int vocabularySize, int dim, int layers, int hiddenDim, int windowNt, double lambda,
                                   double dropout)
{
    embeddings = register_module("embeddings", Embeddings(vocabularySize, dim));
    fnet = register_module("fnet", torch::nn::ModuleList());
    for (int i = 0; i < layers; ++i)
        fnet->push_back(LfnetLayer(dim, hiddenDim, windowNt, lambda, dropout));
    layer_norm = register_module("layer_norm", makeLayerNorm(dim, kLfnetNormEps));
}

torch::Tensor LfnetEncoderImpl::encode(const NetInput& input, const torch::Tensor& pad_NL, const PassOptions& options)
{
    torch::Tensor x = embeddings->forward(input);
    options.note("Embedding and positions", x);
    const torch::Tensor keep = keptPositions(pad_NL, x.scalar_type());
    for (std::size_t i = 0; i < fnet->size(); ++i) {
        x = layer(i).forward(x, keep, options);
        options.note("LFNet block " + std::to_string(i + 1) + ", window "
                         + std::to_string(layer(i).filter().windowNt()) + " nt", x);
    }
    return layerNorm(x, layer_norm);
}

GatedConvImpl::GatedConvImpl(int dim, int kernelNt, std::int64_t dilation_, double dropout_)
    : dilation(dilation_), dropout(dropout_)
{
    conv = register_module("conv", torch::nn::Conv2d(torch::nn::Conv2dOptions(dim, 2 * dim, {kernelNt, 1})));
}

torch::Tensor GatedConvImpl::forward(const torch::Tensor& x_NDL)
{
    const std::int64_t total = (conv->weight.size(2) - 1) * dilation;
    const torch::Tensor padded = at::constant_pad_nd(at::dropout(x_NDL, dropout, is_training()),
                                                     {total / 2, total - total / 2});
    return at::glu(at::conv1d(padded, conv->weight.squeeze(-1), conv->bias, at::IntArrayRef{1}, at::IntArrayRef{0},
                              at::IntArrayRef{dilation}), 1);
}

StackedCnnImpl::StackedCnnImpl(int layerCount, int dim, int kernelNt, int dilationFactor, double dropout)
{
    layers = register_module("layers", torch::nn::ModuleList());
    std::int64_t dilation = 1;
    for (int i = 0; i < layerCount; ++i, dilation *= dilationFactor)
        layers->push_back(GatedConv(dim, kernelNt, dilation, dropout));
}

CnnEncoderImpl::CnnEncoderImpl(int vocabularySize, int dim, int layers, int kernelNt, int dilationFactor,
                               double dropout)
{
    embeddings = register_module("embeddings", Embeddings(vocabularySize, dim));
    linear = register_module("linear", torch::nn::Linear(dim, dim));
    cnn = register_module("cnn", StackedCnn(layers, dim, kernelNt, dilationFactor, dropout));
}

torch::Tensor CnnEncoderImpl::encode(const NetInput& input, const torch::Tensor&, const PassOptions& options)
{
    torch::Tensor x = linear->forward(embeddings->forward(input)).transpose(1, 2);
    options.note("Embedding and positions", x);
    for (std::size_t i = 0; i < cnn->layers->size(); ++i) {
        GatedConvImpl& block = cnn->layers->at<GatedConvImpl>(i);
        x = (x + block.forward(x)) * std::sqrt(0.5);
        options.note("Gated convolution " + std::to_string(i + 1) + ", k " + std::to_string(block.conv->weight.size(2))
                         + ", dilation " + std::to_string(block.dilation), x);
    }
    return x.transpose(1, 2).contiguous();
}

TransformerEncoderLayerImpl::TransformerEncoderLayerImpl(int dim, int heads, int hiddenDim, double dropout_,
                                                         int maxRelativePosition)
    : dropout(dropout_)
{
    self_attn = register_module("self_attn", MultiHeadedAttention(heads, dim, dropout, maxRelativePosition));
    feed_forward = register_module("feed_forward", PositionwiseFeedForward(dim, hiddenDim, dropout));
    layer_norm = register_module("layer_norm", makeLayerNorm(dim, kNormEps));
}

torch::Tensor TransformerEncoderLayerImpl::forward(const torch::Tensor& x_NLD, const torch::Tensor& mask,
                                                   const PassOptions& options)
{
    const torch::Tensor context = self_attn->self(layerNorm(x_NLD, layer_norm), mask, options);
    return feed_forward->forward(at::dropout(context, dropout, is_training()) + x_NLD, options);
}

TransformerEncoderImpl::TransformerEncoderImpl(int vocabularySize, int dim, int layers, int heads, int hiddenDim,
                                               double dropout, int maxRelativePosition)
{
    embeddings = register_module("embeddings", Embeddings(vocabularySize, dim));
    transformer = register_module("transformer", torch::nn::ModuleList());
    for (int i = 0; i < layers; ++i)
        transformer->push_back(TransformerEncoderLayer(dim, heads, hiddenDim, dropout, maxRelativePosition));
    layer_norm = register_module("layer_norm", makeLayerNorm(dim, kNormEps));
}

torch::Tensor TransformerEncoderImpl::encode(const NetInput& input, const torch::Tensor& pad_NL,
                                             const PassOptions& options)
{
    torch::Tensor x = embeddings->forward(input);
    options.note("Embedding and positions", x);
    const torch::Tensor mask = pad_NL.defined() ? pad_NL.unsqueeze(1).unsqueeze(1) : torch::Tensor();
    for (std::size_t i = 0; i < transformer->size(); ++i) {
        x = transformer->at<TransformerEncoderLayerImpl>(i).forward(x, mask, options);
        options.note("Transformer layer " + std::to_string(i + 1), x);
    }
    return layerNorm(x, layer_norm);
}

}  // namespace nscope::nn
