#include "core/interpret/nucleotide_attention.h"

#include "core/data/alphabet.h"
#include "core/interpret/one_step_job.h"

#include <limits>

namespace nscope::interpret {

namespace {

/// Layers from..to of the options, −1 being the last layer and, for `to`, the same as `from`.
struct LayerRange {
    std::int64_t first = 0;
    std::int64_t last = 0;
};

LayerRange layersOf(const ExplainOrder& order)
{
    const auto first = order.option<std::int64_t>("layer"), last = order.option<std::int64_t>("last_layer");
    LayerRange range;
    range.first = first < 0 ? order.net->attentionLayerCount() - 1 : first;
    range.last = last < 0 ? range.first : last;
    return range;
}

class AttentionScoreJob : public OneStepJob {
public:
    using OneStepJob::OneStepJob;

private:
    engine::Payload compute(nn::PassOptions options) override
    {
        options.keepAttention = true;
        const nn::NetInput input = m_order.net->encode(m_order.letters, m_order.features);
        const nn::NamedTensors outputs = m_order.net->forward(input, options);
        const LayerRange layers = layersOf(m_order);
        torch::Tensor scores = attentionScores_NL(outputs, layers.first, layers.last)[0];
        if (m_order.option<bool>("unit_norm"))
            scores = unitNorm(scores);
        auto attribution = std::make_shared<data::Attribution>(emptyAttribution(m_order, "attention-score"));
        attribution->meaning = "Attention on this nucleotide for the whole sequence, summed over heads and layers; "
                               "it does not depend on the target.";
        attribution->referenceScore = m_order.net->score_N(outputs, m_order.target)[0].item<double>();
        const data::Interval wanted = m_order.wanted();
        const torch::Tensor values = scores.to(torch::kCPU, torch::kFloat32).contiguous();
        for (std::int64_t i = wanted.startNt; i < wanted.endNt; ++i) {
            if (const int base = data::baseIndex(m_order.letters[std::size_t(i)]); base >= 0)
                attribution->values_LC[std::size_t(i) * 4 + std::size_t(base)] = values.data_ptr<float>()[i];
        }
        return std::shared_ptr<const data::Attribution>(std::move(attribution));
    }
};

Result<std::unique_ptr<StepJob>> startAttentionScore(ExplainOrder order)
{
    if (!order.net->spec().outputs.selfAttention)
        return fail(ErrorCode::Unsupported, "This model has no self-attention; its attention scores cannot be shown.");
    const std::int64_t layers = order.net->attentionLayerCount();
    const LayerRange range = layersOf(order);
    if (range.first >= layers || range.last >= layers || range.first > range.last)
        return fail(ErrorCode::InvalidArgument,
                    "The model has " + std::to_string(layers) + " layers of self-attention; the options layer and "
                        "last_layer count from 0 (−1: the last layer, and one layer alone).");
    return std::make_unique<AttentionScoreJob>(std::move(order));
}

std::int64_t attentionScoreBytes(const ExplainOrder& order)
{
    const std::int64_t maps = order.net->attentionLayerCount() * order.net->headCount() * order.length() * 4;
    return order.net->passBytes(1, order.length(), false) + 2 * maps;
}

}  // namespace

torch::Tensor attentionScores_NL(const nn::NamedTensors& outputs, std::int64_t firstLayer, std::int64_t lastLayer)
{
    torch::Tensor sum;
    for (std::int64_t layer = firstLayer; layer <= lastLayer; ++layer) {
        const torch::Tensor heads = outputs.at("attention." + std::to_string(layer)).sum({1, 2});
        sum = sum.defined() ? sum + heads : heads;
    }
    return sum;
}

torch::Tensor unitNorm(const torch::Tensor& scores)
{
    return scores / scores.square().sum(-1, true).sqrt().clamp_min(std::numeric_limits<float>::min());
}

Method attentionScoreMethod()
{
    engine::MethodSpec spec;
    spec.id = "attention-score";
    spec.name = "Attention score";
    spec.help = "How a model with self-attention looks at each nucleotide for the sequence as a whole";
    spec.citation = "Yang et al. 2024 (3UTRBERT), eq. 8";
    spec.needsSelfAttention = true;
    spec.options = {
        {"layer", "Layer", "The first layer of the sum, counted from 0; −1 is the last", std::int64_t(-1), -1.0, 63.0,
         {}},
        {"last_layer", "Last layer", "The last layer of the sum; −1: only one", std::int64_t(-1), -1.0, 63.0, {}},
        {"unit_norm", "Unit length", "Divide by the L2 norm over the sequence, so that sequences compare", false, {},
         {}, {}},
    };
    return {spec, startAttentionScore, attentionScoreBytes};
}

}  // namespace nscope::interpret
