#include "core/interpret/gradient.h"

#include "core/interpret/one_step_job.h"

namespace nscope::interpret {

namespace {

/// exact_L for rows computed in `wanted` only; empty if that is everything.
std::vector<std::uint8_t> exactInside(std::int64_t length, data::Interval wanted)
{
    if (wanted.length() == length)
        return {};
    std::vector<std::uint8_t> exact(std::size_t(length), 0);
    std::fill(exact.begin() + wanted.startNt, exact.begin() + wanted.endNt, std::uint8_t(1));
    return exact;
}

std::vector<float> saliencyValues(const nn::SequenceNet& net, const torch::Tensor& gradient_LC, data::Interval wanted)
{
    std::vector<float> values(std::size_t(gradient_LC.size(0)) * 4, 0.0f);
    const auto gradient = gradient_LC.accessor<double, 2>();
    for (std::int64_t i = wanted.startNt; i < wanted.endNt; ++i) {
        for (std::size_t base = 0; base < 4; ++base)
            values[std::size_t(i) * 4 + base] = float(gradient[i][net.baseChannels()[base]]);
    }
    return values;
}

/// Saliency or Taylor: the whole computation is one step.
class GradientJob : public OneStepJob {
public:
    GradientJob(ExplainOrder order, bool taylor) : OneStepJob(std::move(order)), m_taylor(taylor) {}

private:
    engine::Payload compute(nn::PassOptions options) override
    {
        const InputGradient computed = inputGradient(*m_order.net, m_order.letters, m_order.target, options,
                                                     m_order.features);
        auto attribution = std::make_shared<data::Attribution>(emptyAttribution(m_order, m_taylor ? "taylor" : "gradient"));
        const data::Interval wanted = m_order.wanted();
        attribution->referenceScore = computed.score;
        attribution->exact_L = exactInside(m_order.length(), wanted);
        if (m_taylor) {
            const bool paper = m_order.option<std::string>("form") == "paper";
            attribution->meaning = paper
                ? "Estimated change of the target if the base were put here, in the target's units (first-order Taylor)."
                : "Gradient of the target to this base, 0 at the sequence's own base (the authors' code).";
            attribution->values_LC = taylorValues(*m_order.net, m_order.letters, computed.gradient_LC,
                                                  paper ? TaylorForm::Paper : TaylorForm::Code, wanted);
        } else {
            attribution->meaning = "Change of the target per unit of this base's input channel (gradient).";
            attribution->values_LC = saliencyValues(*m_order.net, computed.gradient_LC, wanted);
        }
        return std::shared_ptr<const data::Attribution>(std::move(attribution));
    }

    bool m_taylor;
};

std::int64_t gradientBytes(const ExplainOrder& order) { return order.net->passBytes(1, order.length(), true); }

}  // namespace

data::Attribution emptyAttribution(const ExplainOrder& order, std::string_view method)
{
    data::Attribution attribution;
    attribution.method = std::string(method);
    attribution.target = order.target.id;
    for (const auto& [id, value] : order.options)
        attribution.options[id] = data::toText(value);
    attribution.modelHash = order.modelHash;
    attribution.values_LC.assign(order.letters.size() * 4, 0.0f);
    return attribution;
}

InputGradient inputGradient(nn::SequenceNet& net, std::string_view letters, const nn::Target& target,
                            const nn::PassOptions& options, const data::FeatureMap& features)
{
    const c10::InferenceMode notInference(false);
    const at::AutoGradMode withGradient(true);
    const nn::NetInput input = net.onehot(net.encode(letters, features));
    input.onehot_NLC.requires_grad_(true);
    const torch::Tensor score = net.score_N(net.forward(input, options), target).sum();
    const torch::Tensor gradient = torch::autograd::grad({score}, {input.onehot_NLC}).front();
    return {score.item<double>(), gradient.squeeze(0).to(torch::kCPU, torch::kFloat64).contiguous()};
}

std::vector<float> taylorValues(const nn::SequenceNet& net, std::string_view letters, const torch::Tensor& gradient_LC,
                                TaylorForm form, data::Interval wanted)
{
    std::vector<float> values(letters.size() * 4, 0.0f);
    const auto gradient = gradient_LC.accessor<double, 2>();
    for (std::int64_t i = wanted.startNt; i < wanted.endNt; ++i) {
        const std::int64_t own = net.idOf(letters[std::size_t(i)]);
        const double subtracted = form == TaylorForm::Paper ? gradient[i][own] : 0.0;
        for (std::size_t base = 0; base < 4; ++base) {
            const std::int64_t channel = net.baseChannels()[base];
            values[std::size_t(i) * 4 + base] = channel == own ? 0.0f : float(gradient[i][channel] - subtracted);
        }
    }
    return values;
}

Method gradientMethod()
{
    engine::MethodSpec spec;
    spec.id = "gradient";
    spec.name = "Gradient (saliency)";
    spec.help = "How strongly the target answers to each base, from one backward pass";
    spec.citation = "Simonyan et al. 2013";
    return {spec,
            [](ExplainOrder order) -> Result<std::unique_ptr<StepJob>> {
                return std::make_unique<GradientJob>(std::move(order), false);
            },
            gradientBytes};
}

Method taylorMethod()
{
    engine::MethodSpec spec;
    spec.id = "taylor";
    spec.name = "Taylor mutagenesis";
    spec.help = "Mutagenesis approximated from one backward pass: gradient of the new base minus that of the old one";
    spec.citation = "Valencia & Hendrix; Sasse et al. 2024";
    spec.options = {{"form", "Form", "The paper's difference, or what the authors' code computes", std::string("paper"),
                     {}, {}, {"paper", "code"}}};
    return {spec,
            [](ExplainOrder order) -> Result<std::unique_ptr<StepJob>> {
                return std::make_unique<GradientJob>(std::move(order), true);
            },
            gradientBytes};
}

}  // namespace nscope::interpret
