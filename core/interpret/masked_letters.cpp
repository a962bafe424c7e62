#include "core/interpret/masked_letters.h"

#include <cmath>

namespace nscope::interpret {

namespace {

constexpr double kLeastProbability = 1e-30;  ///< below it a logarithm says nothing in single precision

class MaskedLettersJob : public HiddenLettersJob {
public:
    using HiddenLettersJob::HiddenLettersJob;

private:
    data::Attribution described() const override
    {
        data::Attribution attribution = emptyAttribution(order(), "masked-letters");
        attribution.meaning = "Natural logarithm of the probability that the model gives this base when the letter is "
                              "hidden; it does not depend on the target.";
        std::vector<float> values_LC(order().letters.size() * 4, 0.0f);
        for (std::size_t p = 0; p < positions().size(); ++p) {
            for (std::size_t base = 0; base < 4; ++base)
                values_LC[std::size_t(positions()[p]) * 4 + base] =
                    float(std::log(std::max(kLeastProbability, probability_P4()[p * 4 + base])));
        }
        setWantedRows(attribution, order(), std::move(values_LC));
        return attribution;
    }
};

}  // namespace

Result<void> HiddenLettersJob::check(const ExplainOrder& order)
{
    if (!order.net->spec().outputs.maskedLetters)
        return fail(ErrorCode::Unsupported, "This model does not predict hidden letters; only masked language models "
                                            "such as 3UTRBERT's and GPN do.");
    return {};
}

HiddenLettersJob::HiddenLettersJob(ExplainOrder order)
    : m_order(std::move(order)), m_pace(Mixtures(m_order).rowsPerPass(false))
{
    const data::Interval wanted = m_order.wanted();
    for (std::int64_t i = wanted.startNt; i < wanted.endNt; ++i)
        m_positions.push_back(i);
}

Result<engine::StepReport> HiddenLettersJob::step(std::stop_token stop)
{
    nn::PassOptions options;
    options.stop = stop;
    options.poll();
    engine::StepReport report;
    if (!m_begun) {
        begin(options);
        m_begun = true;
    } else {
        const std::int64_t count = m_pace.next(totalUnits() - doneUnits());
        const auto batch = std::span(m_positions).subspan(std::size_t(doneUnits()), std::size_t(count));
        const torch::Tensor probability_P4 = m_order.net->maskedLetters_P4(m_order.letters, batch, options)
                                                 .to(torch::kCPU, torch::kFloat64).contiguous();
        const double* const value = probability_P4.data_ptr<double>();
        m_probability_P4.insert(m_probability_P4.end(), value, value + probability_P4.numel());
        m_pace.finished(count);
    }
    report.finished = doneUnits() == totalUnits();
    if (report.finished) {
        data::Attribution attribution = described();
        attribution.referenceScore = m_score;
        report.deliveries.push_back({0, std::make_shared<const data::Attribution>(std::move(attribution)), false});
    }
    return report;
}

void HiddenLettersJob::begin(const nn::PassOptions& options)
{
    const c10::InferenceMode inference;
    const nn::NamedTensors outputs = m_order.net->forward(m_order.net->encode(m_order.letters, m_order.features), options);
    m_score = m_order.net->score_N(outputs, m_order.target)[0].item<double>();
}

Method maskedLettersMethod()
{
    engine::MethodSpec spec;
    spec.id = "masked-letters";
    spec.name = "Hidden letters";
    spec.help = "What a masked language model expects at each hidden letter: log-probabilities of the four bases";
    spec.citation = "Yang et al. 2024 (3UTRBERT); Meier et al. 2021";
    return {spec,
            [](ExplainOrder order) -> Result<std::unique_ptr<StepJob>> {
                if (const auto offered = HiddenLettersJob::check(order); !offered)
                    return fail(offered.error());
                return std::make_unique<MaskedLettersJob>(std::move(order));
            },
            [](const ExplainOrder& order) { return mixtureBytes(order, false); }};
}

}  // namespace nscope::interpret
