#include "core/fit/fit_step.h"

#include "core/nn/precision.h"

#include <algorithm>

namespace nscope::fit {

namespace {

using torch::Tensor;

/// One-hot letters, mixed with those of the partner, plus noise in the channels of the bases.
nn::NetInput changedInput(nn::SequenceNet& net, const FitBatch& batch, const RegulariseSettings& regularise)
{
    nn::NetInput input = net.onehot(batch.input);
    if (batch.partner_N.defined()) {
        const auto mixed = [&](const Tensor& x) {
            return batch.mix * x + (1.0 - batch.mix) * x.index_select(0, batch.partner_N);
        };
        input.onehot_NLC = mixed(input.onehot_NLC);
        for (auto& [id, values] : input.features)
            values = mixed(values);
        const Tensor partners = batch.partner_N.to(torch::kCPU);
        const std::vector<std::int64_t> lengths = input.lengths;
        for (std::size_t n = 0; n < lengths.size(); ++n)
            input.lengths[n] = std::max(lengths[n], lengths[std::size_t(partners.data_ptr<std::int64_t>()[n])]);
    }
    if (regularise.inputNoise > 0.0) {
        const std::array<int, 4> bases = net.baseChannels();
        const Tensor channels =
            torch::tensor(std::vector<std::int64_t>(bases.begin(), bases.end()), torch::kInt64).to(net.device());
        const Tensor noise_NLC =
            regularise.inputNoise
            * torch::randn({input.batch(), input.length(), std::int64_t(bases.size())}, input.onehot_NLC.options());
        input.onehot_NLC = input.onehot_NLC.index_add(2, channels, noise_NLC);
    }
    return input;
}

/// L1 and L2 of matrices and filters.
Tensor weightPenalty(const nn::SequenceNet& net, const RegulariseSettings& regularise)
{
    Tensor sum;
    for (const Tensor& weight : net.parameters()) {
        if (weight.dim() < 2 || !weight.requires_grad())
            continue;
        for (const auto& [factor, part] :
             {std::pair{regularise.l1, &at::Tensor::abs}, std::pair{regularise.l2, &at::Tensor::square}}) {
            if (factor > 0.0) {
                const Tensor term = factor * (weight.*part)().sum();
                sum = sum.defined() ? sum + term : term;
            }
        }
    }
    return sum;
}

/// What the loss is taken of, always in float32.
struct Pass {
    torch::Tensor raw;
    nn::NamedTensors outputs;
};

Pass passOf(nn::SequenceNet& net, const FitBatch& batch, const nn::NetInput& input, nn::Precision precision,
            const nn::PassOptions& options)
{
    const nn::PrecisionScope scope(net.device(), precision);
    if (batch.tokens_NT.defined()) {
        auto& masked = dynamic_cast<nn::MaskedLetterNet&>(net);
        return {nn::float32(masked.tokenLogits_MV(batch.tokens_NT, batch.places_M, options)), {}};
    }
    nn::NamedTensors outputs = net.forward(input, options);
    for (auto& [name, tensor] : outputs)
        tensor = nn::float32(tensor);
    torch::Tensor raw = rawOutput(outputs);
    return {std::move(raw), std::move(outputs)};
}

void add(Tensor& sum, const Tensor& term) { sum = sum.defined() ? sum + term : term; }

}  // namespace

StepLoss trainingLoss(nn::SequenceNet& net, const FitBatch& batch, const FitLoss& loss, const FitSettings& settings,
                      const nn::PassOptions& options)
{
    const RegulariseSettings& regularise = settings.regularise;
    const bool changed = !batch.tokens_NT.defined() && (batch.partner_N.defined() || regularise.inputNoise > 0.0);
    nn::PassOptions how = options;
    how.keepAttention = regularise.attentionOrthogonality > 0.0;
    const Pass pass = passOf(net, batch, changed ? changedInput(net, batch, regularise) : batch.input,
                             nn::precisionNamed(settings.precision), how);
    StepLoss step;
    step.raw = pass.raw;
    step.loss = loss(pass.raw, pass.outputs, batch.target);
    if (batch.partner_N.defined())
        step.loss = batch.mix * step.loss
                    + (1.0 - batch.mix) * loss(pass.raw, pass.outputs, batch.target.index_select(0, batch.partner_N));
    if (const Tensor overlap = how.keepAttention ? attentionOverlap(pass.outputs) : Tensor(); overlap.defined())
        add(step.penalty, regularise.attentionOrthogonality * overlap);
    if (const Tensor penalty = weightPenalty(net, regularise); penalty.defined())
        add(step.penalty, penalty);
    return step;
}

StepLoss judgedLoss(nn::SequenceNet& net, const FitBatch& batch, const FitLoss& loss, const nn::PassOptions& options)
{
    const Pass pass = passOf(net, batch, batch.input, nn::Precision::Float32, options);
    StepLoss step;
    step.raw = pass.raw;
    step.loss = loss(pass.raw, pass.outputs, batch.target);
    return step;
}

}  // namespace nscope::fit
