#include "core/interpret/model_views.h"

#include "core/data/attention.h"
#include "core/interpret/one_step_job.h"

#include <numeric>

namespace nscope::interpret {

namespace {

std::int64_t layerOf(const ExplainOrder& order)
{
    const std::int64_t layer = order.option<std::int64_t>("layer");
    return layer < 0 ? order.net->attentionLayerCount() - 1 : layer;
}

constexpr const char* kTokenQueries = "tokens";

bool asksForTokens(const ExplainOrder& order) { return order.option<std::string>("queries") == kTokenQueries; }

std::vector<float> floatsOf(const torch::Tensor& tensor)
{
    const torch::Tensor values = tensor.to(torch::kCPU, torch::kFloat32).contiguous();
    return {values.data_ptr<float>(), values.data_ptr<float>() + values.numel()};
}

class AttentionJob : public OneStepJob {
public:
    using OneStepJob::OneStepJob;

private:
    /// A token stands at its middle letter; special tokens, at either end, are left out.
    void addTokens(data::AttentionMap& map, const nn::NamedTensors& outputs) const
    {
        const torch::Tensor all = outputs.at("token_attention." + std::to_string(map.layer))[0];
        const std::int64_t tokens = all.size(2) - 2;
        map.keyStartNt = (m_order.length() - tokens) / 2;
        map.keyCount = tokens;
        map.queries.clear();
        for (std::int64_t token = 0; token < tokens; ++token) {
            map.queryNt.push_back(map.keyStartNt + token);
            map.queries.push_back(std::to_string(map.queryNt.back() + 1));
        }
        map.weights_HQK = floatsOf(all.narrow(1, 1, tokens).narrow(2, 1, tokens));
    }

    engine::Payload compute(nn::PassOptions options) override
    {
        auto map = std::make_shared<data::AttentionMap>();
        map->modelHash = m_order.modelHash;
        map->layer = int(layerOf(m_order));
        map->heads.resize(std::size_t(m_order.net->headCount()));
        std::iota(map->heads.begin(), map->heads.end(), 0);
        map->queries = {m_order.net->attentionQuery()};
        const nn::NetInput input = m_order.net->encode(m_order.letters, m_order.features);
        if (asksForTokens(m_order)) {
            options.keepTokenAttention = true;
            addTokens(*map, m_order.net->forward(input, options));
            return std::shared_ptr<const data::AttentionMap>(std::move(map));
        }
        const bool decodes = m_order.net->decoderLayerCount() > 0;
        if (decodes && m_order.option<std::string>("queries") == "greedy") {
            const int limit = int(m_order.option<std::int64_t>("max_queries"));
            std::tie(options.decoderInput_NQ, map->queries) = m_order.net->decodedQueries(
                m_order.net->forward(input, options), limit, options);
        }
        options.keepAttention = true;
        const nn::NamedTensors outputs = m_order.net->forward(input, options);
        const data::Interval all{0, m_order.length()};
        const data::Interval keys = m_order.region ? m_order.region->intersected(all) : all;
        map->keyStartNt = keys.startNt;
        map->keyCount = keys.length();
        map->weights_HQK = floatsOf(
            outputs.at("attention." + std::to_string(map->layer))[0].narrow(2, keys.startNt, keys.length()));
        return std::shared_ptr<const data::AttentionMap>(std::move(map));
    }
};

class FiltersJob : public OneStepJob {
public:
    using OneStepJob::OneStepJob;

private:
    engine::Payload compute(nn::PassOptions) override
    {
        auto spectrum = std::make_shared<data::FilterSpectrum>();
        spectrum->modelHash = m_order.modelHash;
        spectrum->layers = m_order.net->filters();
        return std::shared_ptr<const data::FilterSpectrum>(std::move(spectrum));
    }
};

Result<std::unique_ptr<StepJob>> startAttention(ExplainOrder order)
{
    const std::int64_t layers = order.net->attentionLayerCount();
    if (layers == 0)
        return fail(ErrorCode::Unsupported, "This model has no attention on its input.");
    if (layerOf(order) >= layers)
        return fail(ErrorCode::InvalidArgument,
                    "The model has " + std::to_string(layers)
                        + " layers of attention; the option layer counts from 0 (−1: the last).");
    const nn::SequenceNet& net = *order.net;
    if (asksForTokens(order) && !net.spec().outputs.tokenAttention)
        return fail(ErrorCode::Unsupported, "This model has no attention between the tokens of a sequence.");
    if (asksForTokens(order) && order.length() > net.spec().input.receptiveFieldNt)
        return fail(ErrorCode::InvalidArgument, "Attention between tokens is there for sequences of at most "
                                                    + std::to_string(net.spec().input.receptiveFieldNt)
                                                    + " nt, which this model reads in one window.");
    return std::make_unique<AttentionJob>(std::move(order));
}

Result<std::unique_ptr<StepJob>> startFilters(ExplainOrder order)
{
    if (!order.net->spec().outputs.frequencyFilters)
        return fail(ErrorCode::Unsupported, "This model has no frequency filters; only the LFNet encoder learns them.");
    return std::make_unique<FiltersJob>(std::move(order));
}

std::int64_t attentionBytes(const ExplainOrder& order)
{
    const std::int64_t queries = asksForTokens(order) ? order.length()
                                 : order.option<std::string>("queries") == "greedy"
                                     ? order.option<std::int64_t>("max_queries")
                                     : 1;
    const std::int64_t maps = order.net->attentionLayerCount() + 3;
    return order.net->passBytes(1, order.length(), false) + maps * queries * order.net->headCount() * order.length() * 4;
}

}  // namespace

Method attentionMethod()
{
    engine::MethodSpec spec;
    spec.id = "attention";
    spec.name = "Attention";
    spec.help = "Which nucleotides each head of a layer looks at: of a decoder, or of self-attention";
    spec.citation = "Valencia & Hendrix, Fig. 3E/F; Yang et al. 2024 (3UTRBERT), Fig. 4c";
    spec.kind = engine::MethodKind::Attention;
    spec.options = {
        {"layer", "Layer", "Counted from 0; −1 is the last", std::int64_t(-1), -1.0, 63.0, {}},
        {"queries", "Queries",
         "With a decoder: the first step, or every step of the greedy translation. Of self-attention over tokens: the "
         "sequence as a whole (first), or every token",
         std::string("first"), {}, {}, {"first", "greedy", kTokenQueries}},
        {"max_queries", "Most steps", "Limit of steps along the translation", std::int64_t(64), 1.0, 400.0, {}},
    };
    return {spec, startAttention, attentionBytes};
}

Method filtersMethod()
{
    engine::MethodSpec spec;
    spec.id = "filters";
    spec.name = "Frequency filters";
    spec.help = "Magnitude and phase of the learned filters of every encoder layer";
    spec.citation = "Valencia & Hendrix, Fig. 3A–D";
    spec.kind = engine::MethodKind::Filters;
    return {spec, startFilters, [](const ExplainOrder&) -> std::int64_t { return std::int64_t(16) << 20; }};
}

}  // namespace nscope::interpret
