#include "core/nn/keras_lstm.h"

namespace nscope::nn {

KerasLstmImpl::KerasLstmImpl(const LstmShape& shape) : m_shape(shape)
{
    const std::int64_t gates = 4 * shape.units;
    weight_ih = register_parameter("weight_ih", torch::empty({gates, shape.in}));
    weight_hh = register_parameter("weight_hh", torch::empty({gates, shape.units}));
    bias = register_parameter("bias", torch::zeros({gates}));
    const at::NoGradGuard noGrad;
    torch::nn::init::xavier_uniform_(weight_ih);
    torch::nn::init::orthogonal_(weight_hh);
    bias.narrow(0, shape.units, shape.units).fill_(1.0);  // Keras' unit_forget_bias
}

torch::Tensor KerasLstmImpl::inputGates(const torch::Tensor& x_NTC) const
{
    if (!is_training() || m_shape.dropout == 0.0)
        return at::linear(x_NTC, weight_ih, bias);
    std::vector<torch::Tensor> gates;
    for (std::int64_t g = 0; g < 4; ++g) {
        const torch::Tensor ones = torch::ones({x_NTC.size(0), 1, x_NTC.size(2)}, x_NTC.options().requires_grad(false));
        gates.push_back(at::linear(x_NTC * at::dropout(ones, m_shape.dropout, true),
                                   weight_ih.narrow(0, g * m_shape.units, m_shape.units),
                                   bias.narrow(0, g * m_shape.units, m_shape.units)));
    }
    return at::cat(gates, 2);
}

torch::Tensor KerasLstmImpl::forward(const torch::Tensor& x_NTC, const torch::Tensor& keep_NT, bool reverse)
{
    ScanRule rule{m_shape.gates, reverse, keep_NT, {}};
    if (is_training() && m_shape.recurrentDropout > 0.0)
        rule.recurrentDrop_4NU =
            at::dropout(torch::ones({4, x_NTC.size(0), m_shape.units}, x_NTC.options().requires_grad(false)),
                        m_shape.recurrentDropout, true);
    return lstmScan(inputGates(x_NTC), weight_hh, rule);
}

BidirectionalLstmImpl::BidirectionalLstmImpl(const LstmShape& shape)
{
    m_forward = register_module("forward", KerasLstm(shape));
    m_backward = register_module("backward", KerasLstm(shape));
}

torch::Tensor BidirectionalLstmImpl::forward(const torch::Tensor& x_NTC, const torch::Tensor& keep_NT)
{
    return at::cat({m_forward->forward(x_NTC, keep_NT), m_backward->forward(x_NTC, keep_NT, true)}, 2);
}

torch::Tensor nonZeroSteps_NT(const torch::Tensor& x_NTC) { return x_NTC.ne(0).any(-1); }

}  // namespace nscope::nn
