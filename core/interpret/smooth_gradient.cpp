#include "core/interpret/smooth_gradient.h"

#include "core/interpret/draws.h"
#include "core/interpret/mixtures.h"

namespace nscope::interpret {

namespace {

class SmoothGradientJob : public StepJob {
public:
    explicit SmoothGradientJob(ExplainOrder order)
        : m_order(std::move(order)), m_mixtures(m_order), m_samples(m_order.option<std::int64_t>("samples")),
          m_pace(m_mixtures.rowsPerPass(true))
    {
    }

    std::int64_t totalUnits() const override { return m_samples; }
    std::int64_t doneUnits() const override { return m_done; }
    bool halve() override { return m_pace.halve(); }

    Result<engine::StepReport> step(std::stop_token stop) override
    {
        const c10::InferenceMode notInference(false);
        const at::NoGradGuard noGrad;
        nn::PassOptions options;
        options.stop = stop;
        options.poll();
        engine::StepReport report;
        if (!m_sum_LC.defined()) {
            m_score = m_mixtures.scores(m_mixtures.sequence_LC().unsqueeze(0), options).front();
            m_sum_LC = torch::zeros_like(m_mixtures.sequence_LC(), torch::TensorOptions(torch::kCPU).dtype(torch::kFloat64));
            return report;
        }
        const std::int64_t count = m_pace.next(m_samples - m_done);
        std::vector<torch::Tensor> rows;
        for (std::int64_t i = m_done; i < m_done + count; ++i)
            rows.push_back(noisy_LC(i));
        const torch::Tensor weight = torch::full({1, 1, 1}, 1.0 / double(m_samples), torch::kFloat64);
        m_sum_LC = m_sum_LC + m_mixtures.weightedGradient_LC(at::stack(rows), weight, options);
        m_done += count;
        m_pace.finished(count);
        report.finished = m_done == m_samples;
        if (report.finished)
            report.deliveries.push_back({0, finished(), false});
        return report;
    }

private:
    /// The noise of a sample depends on its number alone, so that chunks do not change it.
    torch::Tensor noisy_LC(std::int64_t sample) const
    {
        const double sigma = m_order.option<double>("sigma");
        Draws draws(std::uint64_t(m_order.option<std::int64_t>("seed")), std::uint64_t(sample));
        torch::Tensor noise_LC = torch::zeros({m_order.length(), m_order.net->channelCount()}, torch::kFloat64);
        auto noise = noise_LC.accessor<double, 2>();
        for (std::int64_t i = 0; i < m_order.length(); ++i) {
            for (const int channel : m_order.net->baseChannels())
                noise[i][channel] = sigma * draws.normal();
        }
        return m_mixtures.sequence_LC() + noise_LC.to(m_mixtures.sequence_LC());
    }

    engine::Payload finished() const
    {
        auto attribution = std::make_shared<data::Attribution>(emptyAttribution(m_order, "smoothgrad"));
        attribution->referenceScore = m_score;
        std::vector<float> values = baseValues(*m_order.net, m_sum_LC);
        const bool own = m_order.option<bool>("times_input");
        attribution->meaning = own ? "Mean gradient of noisy copies at the sequence's own base; the other bases are 0."
                                   : "Change of the target per unit of this base's input channel, mean of noisy copies.";
        setWantedRows(*attribution, m_order, own ? ownBasesOnly(m_order.letters, std::move(values)) : std::move(values));
        return std::shared_ptr<const data::Attribution>(std::move(attribution));
    }

    ExplainOrder m_order;
    Mixtures m_mixtures;
    std::int64_t m_samples = 0;
    Pace m_pace;
    double m_score = 0.0;
    torch::Tensor m_sum_LC;
    std::int64_t m_done = 0;
};

}  // namespace

Method smoothGradientMethod()
{
    engine::MethodSpec spec;
    spec.id = "smoothgrad";
    spec.name = "SmoothGrad";
    spec.help = "The gradient averaged over copies of the letters with noise";
    spec.citation = "Smilkov et al. 2017";
    spec.options = {
        {"samples", "Copies", "Gradients averaged", std::int64_t(50), 1.0, 100000.0, {}},
        {"sigma", "σ", "Standard deviation of the noise; a letter is 1", 0.1, 0.0, 10.0, {}},
        {"seed", "Seed", "Of the noise", std::int64_t(0), 0.0, 2147483647.0, {}},
        {"times_input", "At own bases only", "Times the input", false, {}, {}, {}},
    };
    return {spec,
            [](ExplainOrder order) -> Result<std::unique_ptr<StepJob>> {
                return std::make_unique<SmoothGradientJob>(std::move(order));
            },
            [](const ExplainOrder& order) { return mixtureBytes(order, true); }};
}

}  // namespace nscope::interpret
