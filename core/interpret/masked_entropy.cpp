#include "core/interpret/masked_entropy.h"

#include "core/interpret/gradient.h"
#include "core/interpret/mixtures.h"

#include <algorithm>
#include <cmath>

namespace nscope::interpret {

namespace {

constexpr double kMostBits = 2.0;
constexpr const char* kSequence = "sequence";
constexpr const char* kAlphabet = "alphabet";

class MaskedEntropyJob : public StepJob {
public:
    explicit MaskedEntropyJob(ExplainOrder order)
        : m_order(std::move(order)), m_pace(Mixtures(m_order).rowsPerPass(false)), m_norm_L(m_order.letters.size(), 1.0)
    {
        const data::Interval wanted = m_order.wanted();
        for (std::int64_t i = wanted.startNt; i < wanted.endNt; ++i)
            m_positions.push_back(i);
    }

    std::int64_t totalUnits() const override { return std::int64_t(m_positions.size()); }
    std::int64_t doneUnits() const override { return std::int64_t(m_entropy.size()); }
    bool halve() override { return m_pace.halve(); }

    Result<engine::StepReport> step(std::stop_token stop) override
    {
        nn::PassOptions options;
        options.stop = stop;
        options.poll();
        engine::StepReport report;
        if (!m_graded) {
            grade(options);
        } else {
            const std::int64_t count = m_pace.next(totalUnits() - doneUnits());
            const auto batch = std::span(m_positions).subspan(m_entropy.size(), std::size_t(count));
            const std::vector<double> bits = entropyBits(m_order.net->maskedLetters_P4(m_order.letters, batch, options));
            m_entropy.insert(m_entropy.end(), bits.begin(), bits.end());
            m_pace.finished(count);
        }
        report.finished = doneUnits() == totalUnits();
        if (report.finished)
            report.deliveries.push_back({0, finished(), false});
        return report;
    }

private:
    void grade(const nn::PassOptions& options)
    {
        m_graded = true;
        if (!m_order.option<bool>("times_gradient")) {
            const c10::InferenceMode inference;
            const nn::NamedTensors outputs =
                m_order.net->forward(m_order.net->encode(m_order.letters, m_order.features), options);
            m_score = m_order.net->score_N(outputs, m_order.target)[0].item<double>();
            return;
        }
        const InputGradient computed =
            inputGradient(*m_order.net, m_order.letters, m_order.target, options, m_order.features);
        m_score = computed.score;
        const std::vector<float> gradient = baseValues(*m_order.net, computed.gradient_LC);
        for (std::size_t i = 0; i < m_norm_L.size(); ++i) {
            double square = 0.0;
            for (std::size_t base = 0; base < 4; ++base)
                square += double(gradient[i * 4 + base]) * gradient[i * 4 + base];
            m_norm_L[i] = std::sqrt(square);
        }
    }

    engine::Payload finished() const
    {
        auto attribution = std::make_shared<data::Attribution>(emptyAttribution(m_order, "masked-entropy"));
        attribution->referenceScore = m_score;
        const bool graded = m_order.option<bool>("times_gradient");
        attribution->meaning = std::string("How much surer than ") +
            (m_order.option<std::string>("most") == kSequence ? "at its least certain position" : "by chance")
            + " the model is of this letter when it is hidden, in bits"
            + (graded ? ", times the length of the target's gradient." : "; it does not depend on the target.");
        double most = kMostBits;
        if (m_order.option<std::string>("most") == kSequence && !m_entropy.empty())
            most = *std::ranges::max_element(m_entropy);
        std::vector<double> value_L(m_order.letters.size(), 0.0);
        for (std::size_t p = 0; p < m_positions.size(); ++p)
            value_L[std::size_t(m_positions[p])] = (most - m_entropy[p]) * m_norm_L[std::size_t(m_positions[p])];
        setWantedRows(*attribution, m_order, ownBaseValues(m_order.letters, value_L));
        attribution->diagnostics.push_back({"largest_entropy_bits", most});
        return std::shared_ptr<const data::Attribution>(std::move(attribution));
    }

    ExplainOrder m_order;
    Pace m_pace;
    std::vector<std::int64_t> m_positions;
    std::vector<double> m_entropy;  ///< of the positions done
    std::vector<double> m_norm_L;   ///< of the gradient, or 1
    double m_score = 0.0;
    bool m_graded = false;
};

}  // namespace

std::vector<double> entropyBits(const torch::Tensor& probability_P4)
{
    const c10::InferenceMode inference;
    const torch::Tensor p = probability_P4.to(torch::kCPU, torch::kFloat64);
    const torch::Tensor bits_P = (-at::xlogy(p, p).sum(1) / std::log(2.0)).contiguous();
    return {bits_P.data_ptr<double>(), bits_P.data_ptr<double>() + bits_P.numel()};
}

Method maskedEntropyMethod()
{
    engine::MethodSpec spec;
    spec.id = "masked-entropy";
    spec.name = "Masked-letter certainty";
    spec.help = "How sure a masked language model is of each hidden letter, also times the target's gradient";
    spec.citation = "Tang, Somia, Yu & Koo 2025";
    spec.options = {
        {"times_gradient", "Times the gradient", "Multiply by the L2 norm of the target's gradient over the bases", false,
         {}, {}, {}},
        {"most", "Largest entropy", "sequence: of the sequence's own positions; alphabet: 2 bits",
         std::string(kSequence), {}, {}, {kSequence, kAlphabet}},
    };
    return {spec,
            [](ExplainOrder order) -> Result<std::unique_ptr<StepJob>> {
                if (!order.net->spec().outputs.maskedLetters)
                    return fail(ErrorCode::Unsupported, "This model does not predict hidden letters; only masked "
                                                        "language models such as 3UTRBERT's and GPN do.");
                return std::make_unique<MaskedEntropyJob>(std::move(order));
            },
            [](const ExplainOrder& order) {
                return mixtureBytes(order, order.option<bool>("times_gradient"));
            }};
}

}  // namespace nscope::interpret
