#include "core/nn/conv_blocks.h"

namespace nscope::nn {

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

}  // namespace nscope::nn
