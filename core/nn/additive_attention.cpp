#include "core/nn/additive_attention.h"

#include <limits>

namespace nscope::nn {

AdditiveAttentionImpl::AdditiveAttentionImpl(std::int64_t dim, std::int64_t units)
{
    attention_w = register_module("attention_w", torch::nn::Linear(dim, units > 0 ? units : 1));
    if (units > 0)
        attention_w2 =
            register_module("attention_w2", torch::nn::Linear(torch::nn::LinearOptions(units, 1).bias(false)));
}

torch::Tensor AdditiveAttentionImpl::weights_NT(const torch::Tensor& h_NTD, const torch::Tensor& keep_NT)
{
    torch::Tensor scores = at::tanh(at::linear(h_NTD, attention_w->weight, attention_w->bias));
    if (attention_w2)
        scores = at::linear(scores, attention_w2->weight);
    scores = scores.squeeze(2);
    if (keep_NT.defined())
        scores = scores.masked_fill(keep_NT.logical_not(), -std::numeric_limits<double>::infinity());
    return at::softmax(scores, 1);
}

torch::Tensor weightedSum_ND(const torch::Tensor& weights_NT, const torch::Tensor& h_NTD)
{
    return at::bmm(weights_NT.unsqueeze(1), h_NTD).squeeze(1);
}

}  // namespace nscope::nn
