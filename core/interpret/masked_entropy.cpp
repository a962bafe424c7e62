#include "core/interpret/masked_entropy.h"

#include "core/interpret/gradient.h"
#include "core/interpret/masked_letters.h"

#include <algorithm>
#include <cmath>

namespace nscope::interpret {

namespace {

constexpr double kMostBits = 2.0;
constexpr const char* kSequence = "sequence";
constexpr const char* kAlphabet = "alphabet";

class MaskedEntropyJob : public HiddenLettersJob {
public:
    explicit MaskedEntropyJob(ExplainOrder explained)
        : HiddenLettersJob(std::move(explained)), m_norm_L(order().letters.size(), 1.0)
    {
    }

private:
    void begin(const nn::PassOptions& options) override
    {
        if (!order().option<bool>("times_gradient")) {
            HiddenLettersJob::begin(options);
            return;
        }
        const InputGradient computed =
            inputGradient(*order().net, order().letters, order().target, options, order().features);
        m_score = computed.score;
        const std::vector<float> gradient = baseValues(*order().net, computed.gradient_LC);
        for (std::size_t i = 0; i < m_norm_L.size(); ++i) {
            double square = 0.0;
            for (std::size_t base = 0; base < 4; ++base)
                square += double(gradient[i * 4 + base]) * gradient[i * 4 + base];
            m_norm_L[i] = std::sqrt(square);
        }
    }

    data::Attribution described() const override
    {
        data::Attribution attribution = emptyAttribution(order(), "masked-entropy");
        const bool graded = order().option<bool>("times_gradient");
        attribution.meaning = std::string("How much surer than ") +
            (order().option<std::string>("most") == kSequence ? "at its least certain position" : "by chance")
            + " the model is of this letter when it is hidden, in bits"
            + (graded ? ", times the length of the target's gradient." : "; it does not depend on the target.");
        const std::vector<double> entropy = entropyBits(
            torch::tensor(probability_P4(), torch::kFloat64).view({std::int64_t(positions().size()), 4}));
        double most = kMostBits;
        if (order().option<std::string>("most") == kSequence && !entropy.empty())
            most = *std::ranges::max_element(entropy);
        std::vector<double> value_L(order().letters.size(), 0.0);
        for (std::size_t p = 0; p < positions().size(); ++p)
            value_L[std::size_t(positions()[p])] = (most - entropy[p]) * m_norm_L[std::size_t(positions()[p])];
        setWantedRows(attribution, order(), ownBaseValues(order().letters, value_L));
        attribution.diagnostics.push_back({"largest_entropy_bits", most});
        return attribution;
    }

    std::vector<double> m_norm_L;  ///< of the gradient, or 1
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
                if (const auto offered = HiddenLettersJob::check(order); !offered)
                    return fail(offered.error());
                return std::make_unique<MaskedEntropyJob>(std::move(order));
            },
            [](const ExplainOrder& order) {
                return mixtureBytes(order, order.option<bool>("times_gradient"));
            }};
}

}  // namespace nscope::interpret
