#include "core/interpret/deeplift.h"

#include "core/interpret/baselines.h"
#include "core/nn/rescale.h"

namespace nscope::interpret {

namespace {

/// Passes follow the rule as long as this lives.
class RescalingScope {
public:
    explicit RescalingScope(nn::PairRescaling& net) : m_net(net) { m_net.setPairRescaling(true); }
    ~RescalingScope() { m_net.setPairRescaling(false); }
    RescalingScope(const RescalingScope&) = delete;
    RescalingScope& operator=(const RescalingScope&) = delete;

private:
    nn::PairRescaling& m_net;
};

/// One reference per step.
class DeepLiftJob : public StepJob {
public:
    DeepLiftJob(ExplainOrder order, Mixtures mixtures, std::vector<torch::Tensor> references)
        : m_order(std::move(order)), m_mixtures(std::move(mixtures)), m_references(std::move(references))
    {
    }

    std::int64_t totalUnits() const override { return std::int64_t(m_references.size()); }
    std::int64_t doneUnits() const override { return std::int64_t(m_done); }

    Result<engine::StepReport> step(std::stop_token stop) override
    {
        const c10::InferenceMode notInference(false);
        const at::NoGradGuard noGrad;
        nn::PassOptions options;
        options.stop = stop;
        options.poll();
        compareWith(m_references[m_done], options);
        ++m_done;
        engine::StepReport report;
        report.finished = m_done == m_references.size();
        if (report.finished)
            report.deliveries.push_back({0, finished(), false});
        return report;
    }

private:
    void compareWith(const torch::Tensor& reference_LC, const nn::PassOptions& options)
    {
        const torch::Tensor pair_RLC = at::stack({m_mixtures.sequence_LC(), reference_LC});
        const torch::Tensor difference_LC = (m_mixtures.sequence_LC() - reference_LC).to(torch::kCPU, torch::kFloat64);
        const torch::Tensor weight_RLC = at::stack({difference_LC, torch::zeros_like(difference_LC)});
        const std::vector<double> scores = m_mixtures.scores(pair_RLC, options);
        m_score = scores[0];
        m_difference += scores[0] - scores[1];
        const RescalingScope rule(dynamic_cast<nn::PairRescaling&>(*m_order.net));
        const torch::Tensor share_LC = m_mixtures.weightedGradient_LC(pair_RLC, weight_RLC, options);
        m_sum_LC = m_sum_LC.defined() ? m_sum_LC + share_LC : share_LC;
    }

    engine::Payload finished() const
    {
        const double count = double(m_references.size());
        const torch::Tensor share_LC = m_sum_LC / count;
        const double difference = m_difference / count, gap = share_LC.sum().item<double>() - difference;
        auto attribution = std::make_shared<data::Attribution>(emptyAttribution(m_order, "deeplift"));
        attribution->referenceScore = m_score;
        attribution->meaning = "Share of this base in the difference between the target and its value for the reference "
                               "(DeepLIFT, rescale rule).";
        setWantedRows(*attribution, m_order, baseValues(*m_order.net, share_LC));
        attribution->diagnostics.push_back({"completeness_gap", gap});
        if (difference != 0.0)
            attribution->diagnostics.push_back({"completeness_gap_share", std::abs(gap / difference)});
        return std::shared_ptr<const data::Attribution>(std::move(attribution));
    }

    ExplainOrder m_order;
    Mixtures m_mixtures;
    std::vector<torch::Tensor> m_references;
    double m_score = 0.0;
    double m_difference = 0.0;  ///< Σ over the references done
    torch::Tensor m_sum_LC;
    std::size_t m_done = 0;
};

Result<std::unique_ptr<StepJob>> startDeepLift(ExplainOrder order)
{
    const auto* net = dynamic_cast<const nn::PairRescaling*>(order.net.get());
    if (net == nullptr)
        return fail(ErrorCode::Unsupported, "DeepLIFT's rescale rule is defined here for stacks of convolutions, dense "
                                            "layers, pools and activations, which this model is not; use integrated "
                                            "gradients instead.");
    if (const auto defined = net->checkPairRescaling(); !defined)
        return fail(defined.error());
    if (order.target.kind == nn::Target::Kind::LogProbability)
        return fail(ErrorCode::Unsupported, "DeepLIFT's rescale rule is not defined for the log probability “"
                                                + order.target.id + "”; choose a target that starts with logit: or task:.");
    Mixtures mixtures(order);
    auto references = baselines_LC(order, mixtures);
    if (!references)
        return fail(references.error());
    return std::make_unique<DeepLiftJob>(std::move(order), std::move(mixtures), std::move(*references));
}

/// Pairs, and beside every activation its ratio.
std::int64_t deepLiftBytes(const ExplainOrder& order) { return 2 * order.net->passBytes(2, order.length(), true); }

}  // namespace

Method deepLiftMethod()
{
    engine::MethodSpec spec;
    spec.id = "deeplift";
    spec.name = "DeepLIFT / DeepSHAP";
    spec.help = "Shares of the difference from a reference by the rescale rule; shuffled references give DeepSHAP";
    spec.citation = "Shrikumar et al. 2017; Lundberg & Lee 2017";
    spec.options = baselineOptions();
    return {spec, startDeepLift, deepLiftBytes};
}

}  // namespace nscope::interpret
