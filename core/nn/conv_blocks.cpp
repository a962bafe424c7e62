#include "core/nn/conv_blocks.h"

#include <limits>

namespace nscope::nn {

namespace {

/// Positions that "same" pooling adds before and after L positions.
std::pair<std::int64_t, std::int64_t> poolingMargins(std::int64_t positions, std::int64_t width)
{
    const std::int64_t missing = (width - positions % width) % width;
    return {missing / 2, missing - missing / 2};
}

/// Normal numbers within two standard deviations of 0, by inversion of the cumulative distribution. Keras widens the
/// distribution (.8796 is the deviation of the cut standard normal), so that `deviation` is what comes out.
void truncatedNormal(torch::Tensor weight, double deviation)
{
    const double edge = std::erf(std::sqrt(2.0));
    weight.uniform_(-edge, edge).erfinv_().mul_(std::sqrt(2.0) * deviation / 0.87962566103423978);
}

}  // namespace

torch::Tensor activated(const torch::Tensor& x, Activation activation)
{
    switch (activation) {
    case Activation::None: return x;
    case Activation::Relu: return at::relu(x);
    case Activation::Exponential: return at::exp(x);
    case Activation::Gelu: return at::gelu(x);
    case Activation::BasenjiGelu: return x * at::sigmoid(1.702 * x);
    case Activation::Sigmoid: return at::sigmoid(x);
    case Activation::Softplus: return at::softplus(x);
    case Activation::Tanh: return at::tanh(x);
    case Activation::Silu: return at::silu(x);
    case Activation::Softmax: return at::softmax(x, 1);
    }
    return x;
}

torch::nn::Conv1d makeConv(const ConvShape& shape)
{
    return torch::nn::Conv1d(torch::nn::Conv1dOptions(shape.in, shape.out, shape.kernelNt)
                                 .dilation(shape.dilation)
                                 .bias(shape.bias));
}

torch::Tensor convolved(const torch::Tensor& x_NCL, const torch::nn::Conv1d& conv, Padding padding)
{
    const std::int64_t dilation = conv->options.dilation()->front();
    const std::int64_t total = padding == Padding::Same ? (conv->weight.size(2) - 1) * dilation : 0;
    const std::int64_t left = total / 2;
    const bool even = total % 2 == 0;
    const torch::Tensor x = even ? x_NCL : at::constant_pad_nd(x_NCL, {left, total - left});
    return at::conv1d(x, conv->weight, conv->bias, 1, at::IntArrayRef{even ? left : 0}, dilation,
                      conv->options.groups());
}

torch::Tensor convolvedInChunks(const torch::Tensor& x_NCL, const torch::nn::Conv1d& conv, Padding padding,
                                std::int64_t chunkNt, const std::function<void()>& poll)
{
    const std::int64_t dilation = conv->options.dilation()->front();
    const std::int64_t reach = (conv->weight.size(2) - 1) * dilation;
    const std::int64_t total = padding == Padding::Same ? reach : 0;
    const std::int64_t positions = x_NCL.size(2) + total - reach;
    if (positions <= chunkNt)
        return convolved(x_NCL, conv, padding);
    const torch::Tensor padded = at::constant_pad_nd(x_NCL, {total / 2, total - total / 2});
    std::vector<torch::Tensor> pieces;
    for (std::int64_t first = 0; first < positions; first += chunkNt) {
        poll();
        const std::int64_t count = std::min(chunkNt, positions - first);
        pieces.push_back(at::conv1d(padded.narrow(2, first, count + reach), conv->weight, conv->bias, 1,
                                    at::IntArrayRef{0}, dilation, conv->options.groups()));
    }
    return at::cat(pieces, 2);
}

torch::nn::ConvTranspose1d makeTransposedConv(const ConvShape& shape, std::int64_t stride)
{
    return torch::nn::ConvTranspose1d(
        torch::nn::ConvTranspose1dOptions(shape.in, shape.out, shape.kernelNt).stride(stride).bias(shape.bias));
}

torch::Tensor transposedConvolved(const torch::Tensor& x_NCL, const torch::nn::ConvTranspose1d& conv)
{
    const std::int64_t stride = conv->options.stride()->front();
    const std::int64_t surplus = conv->weight.size(2) - stride;
    const torch::Tensor whole = at::conv_transpose1d(x_NCL, conv->weight, conv->bias, stride);
    return whole.narrow(2, surplus / 2, x_NCL.size(2) * stride);
}

torch::Tensor denseAtPositions(const torch::Tensor& x, const torch::nn::Linear& dense)
{
    if (x.dim() == 2)
        return at::linear(x, dense->weight, dense->bias);
    const torch::Tensor y = at::matmul(dense->weight, x);
    return dense->bias.defined() ? y + dense->bias.unsqueeze(1) : y;
}

torch::Tensor maxPooled(const torch::Tensor& x_NCL, std::int64_t width, Padding padding)
{
    if (width == 1)
        return x_NCL;
    const auto [before, after] = poolingMargins(x_NCL.size(2), width);
    if (padding == Padding::Valid || before + after == 0)
        return at::max_pool1d(x_NCL, {width}, {width});
    const double never = -std::numeric_limits<double>::infinity();
    return at::max_pool1d(at::constant_pad_nd(x_NCL, {before, after}, never), {width}, {width});
}

torch::Tensor averagePooled(const torch::Tensor& x_NCL, std::int64_t width, Padding padding)
{
    if (width == 1)
        return x_NCL;
    const auto [before, after] = poolingMargins(x_NCL.size(2), width);
    if (padding == Padding::Valid || before + after == 0)
        return at::avg_pool1d(x_NCL, {width}, {width});
    const auto pooled = [&](const torch::Tensor& x) {
        return at::avg_pool1d(at::constant_pad_nd(x, {before, after}), {width}, {width});
    };
    return pooled(x_NCL) / pooled(at::ones({1, 1, x_NCL.size(2)}, x_NCL.options().requires_grad(false)));
}

torch::nn::BatchNorm1d makeKerasBatchNorm(std::int64_t channels, double kerasMomentum)
{
    return torch::nn::BatchNorm1d(torch::nn::BatchNorm1dOptions(channels).eps(1e-3).momentum(1.0 - kerasMomentum));
}

torch::Tensor batchNormed(const torch::Tensor& x_NCL, const torch::nn::BatchNorm1d& norm)
{
    return at::batch_norm(x_NCL, norm->weight, norm->bias, norm->running_mean, norm->running_var, norm->is_training(),
                          norm->options.momentum().value(), norm->options.eps(), false);
}

void glorotUniform(torch::nn::Module& layer)
{
    const at::NoGradGuard noGrad;
    for (auto& item : layer.named_parameters(/*recurse=*/false)) {
        if (item.value().dim() > 1)
            torch::nn::init::xavier_uniform_(item.value());
        else if (item.key() == "bias")
            torch::nn::init::zeros_(item.value());
    }
}

void initialise(torch::nn::Module& layer, InitialWeights how)
{
    glorotUniform(layer);  // and the bias
    const at::NoGradGuard noGrad;
    torch::Tensor weight = layer.named_parameters(/*recurse=*/false)["weight"];
    const double kernel = weight.dim() > 2 ? double(weight.size(2)) : 1.0;
    const double fanIn = kernel * double(weight.size(1)), fanOut = kernel * double(weight.size(0));
    switch (how) {
    case InitialWeights::GlorotUniform: break;
    case InitialWeights::GlorotNormal: truncatedNormal(weight, std::sqrt(2.0 / (fanIn + fanOut))); break;
    case InitialWeights::HeUniform: weight.uniform_(-std::sqrt(6.0 / fanIn), std::sqrt(6.0 / fanIn)); break;
    case InitialWeights::HeNormal: truncatedNormal(weight, std::sqrt(2.0 / fanIn)); break;
    case InitialWeights::SmallNormal: weight.normal_(0.0, 0.005); break;
    }
}

}  // namespace nscope::nn
