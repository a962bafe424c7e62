#include "core/models/conv_mutants.h"

#include "core/nn/band_builder.h"

#include <ATen/Dispatch.h>

namespace nscope::models {

namespace {

template <class Scalar>
std::unique_ptr<nn::MutantScorer> make(ConvMutants net, std::int64_t budgetBytes, const nn::PassOptions& options)
{
    nn::BandBuilder<Scalar> builder(net.input.input_PC, [&options] { options.poll(); });
    for (const ConvMutants::Step& step : net.steps) {
        builder.conv(step.conv, net.padding);
        builder.activation(nn::Activation::Relu);
        builder.pool({nn::Pooling::Maximum, step.pool, nn::Padding::Valid});
    }
    if (net.recurrent)
        builder.recurrent(*net.recurrent);
    if (net.rectifiesStates)
        builder.activation(nn::Activation::Relu);
    using Ends = nn::BandEndFactory<Scalar>;
    auto end = net.attention ? Ends::attentionPool(*net.attention, builder.reference_PC())
                             : Ends::flattenedDense(net.dense_FX, net.bias_F, builder.reference_PC());
    return nn::makeBandMutants<Scalar>(std::move(net.input), builder.take(), std::move(end),
                                       {std::move(net.score_M), 0}, budgetBytes, options);
}

}  // namespace

nn::AttentionWeights attentionWeights(const nn::AdditiveAttentionImpl& attention)
{
    const torch::nn::Linear &hidden = attention.attention_w, &score = attention.attention_w2;
    const torch::Tensor one = torch::ones({1}, hidden->weight.options().requires_grad(false));
    return {hidden->weight, hidden->bias, score ? score->weight.flatten() : one};
}

std::unique_ptr<nn::MutantScorer> makeConvMutants(ConvMutants net, std::int64_t budgetBytes,
                                                  const nn::PassOptions& options)
{
    const c10::InferenceMode inference;
    if (!net.input.input_PC.is_cpu())
        return nullptr;
    std::unique_ptr<nn::MutantScorer> made;
    AT_DISPATCH_FLOATING_TYPES(net.input.input_PC.scalar_type(), "convMutants", [&] {
        made = make<scalar_t>(std::move(net), budgetBytes, options);
    });
    return made;
}

}  // namespace nscope::models
