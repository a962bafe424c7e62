#include "core/interpret/gradient.h"

#include "core/interpret/one_step_job.h"

namespace nscope::interpret {

namespace {

/// What is made of the gradient.
struct Reading {
    std::string meaning;
    std::vector<float> values_LC;
};
using Read = Reading (*)(const ExplainOrder& order, const torch::Tensor& gradient_LC);

/// The whole computation is one step.
class GradientJob : public OneStepJob {
public:
    GradientJob(ExplainOrder order, std::string method, Read read)
        : OneStepJob(std::move(order)), m_method(std::move(method)), m_read(read)
    {
    }

private:
    engine::Payload compute(nn::PassOptions options) override
    {
        const InputGradient computed = inputGradient(*m_order.net, m_order.letters, m_order.target, options,
                                                     m_order.features);
        auto attribution = std::make_shared<data::Attribution>(emptyAttribution(m_order, m_method));
        attribution->referenceScore = computed.score;
        Reading reading = m_read(m_order, computed.gradient_LC);
        attribution->meaning = std::move(reading.meaning);
        setWantedRows(*attribution, m_order, std::move(reading.values_LC));
        return std::shared_ptr<const data::Attribution>(std::move(attribution));
    }

    std::string m_method;
    Read m_read;
};

Reading readSaliency(const ExplainOrder& order, const torch::Tensor& gradient_LC)
{
    return {"Change of the target per unit of this base's input channel (gradient).",
            baseValues(*order.net, gradient_LC)};
}

Reading readTaylor(const ExplainOrder& order, const torch::Tensor& gradient_LC)
{
    const bool paper = order.option<std::string>("form") == "paper";
    return {paper ? "Estimated change of the target if the base were put here, in the target's units (first-order Taylor)."
                  : "Gradient of the target to this base, 0 at the sequence's own base (the authors' code).",
            taylorValues(*order.net, order.letters, gradient_LC, paper ? TaylorForm::Paper : TaylorForm::Code,
                         order.wanted())};
}

Reading readTimesInput(const ExplainOrder& order, const torch::Tensor& gradient_LC)
{
    return {"Gradient of the target at the sequence's own base; the other bases are 0.",
            ownBasesOnly(order.letters, baseValues(*order.net, gradient_LC))};
}

/// Centred over the four bases: the part of the gradient along which one-hot letters can change.
Reading readCorrected(const ExplainOrder& order, const torch::Tensor& gradient_LC)
{
    std::vector<float> values = baseValues(*order.net, gradient_LC);
    for (std::size_t i = 0; i < values.size(); i += 4) {
        const double mean = (double(values[i]) + values[i + 1] + values[i + 2] + values[i + 3]) / 4.0;
        for (std::size_t base = 0; base < 4; ++base)
            values[i + base] = float(values[i + base] - mean);
    }
    if (order.option<bool>("times_input"))
        return {"Gradient of the target at the sequence's own base, less the mean of the position; the other bases are 0.",
                ownBasesOnly(order.letters, std::move(values))};
    return {"Gradient of the target to this base, less the mean of the position.", std::move(values)};
}

std::int64_t gradientBytes(const ExplainOrder& order) { return order.net->passBytes(1, order.length(), true); }

}  // namespace

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
                return std::make_unique<GradientJob>(std::move(order), "gradient", readSaliency);
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
                return std::make_unique<GradientJob>(std::move(order), "taylor", readTaylor);
            },
            gradientBytes};
}

Method gradientInputMethod()
{
    engine::MethodSpec spec;
    spec.id = "gradient-input";
    spec.name = "Gradient × input";
    spec.help = "The gradient at the sequence's own bases";
    spec.citation = "Shrikumar et al. 2016";
    return {spec,
            [](ExplainOrder order) -> Result<std::unique_ptr<StepJob>> {
                return std::make_unique<GradientJob>(std::move(order), "gradient-input", readTimesInput);
            },
            gradientBytes};
}

Method gradientCorrectedMethod()
{
    engine::MethodSpec spec;
    spec.id = "gradient-corrected";
    spec.name = "Corrected gradient";
    spec.help = "The gradient less its mean over the bases of each position, which no change of letters can follow";
    spec.citation = "Majdandzic et al. 2023";
    spec.options = {{"times_input", "At own bases only", "Times the input, as the gLM evaluation draws it", false, {}, {}, {}}};
    return {spec,
            [](ExplainOrder order) -> Result<std::unique_ptr<StepJob>> {
                return std::make_unique<GradientJob>(std::move(order), "gradient-corrected", readCorrected);
            },
            gradientBytes};
}

}  // namespace nscope::interpret
