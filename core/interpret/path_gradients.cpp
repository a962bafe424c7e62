#include "core/interpret/path_gradients.h"

#include "core/data/alphabet.h"
#include "core/interpret/baselines.h"
#include "core/interpret/draws.h"
#include "core/interpret/path_job.h"

#include <algorithm>

namespace nscope::interpret {

namespace {

/// Integrated or expected gradients: one group.
class BaselinePathJob : public PathJob {
public:
    BaselinePathJob(ExplainOrder order, Mixtures mixtures, PathPlan plan, PathGroup group, std::string method)
        : PathJob(std::move(order), std::move(mixtures), plan, {std::move(group)}), m_method(std::move(method))
    {
    }

private:
    data::Attribution described() const override
    {
        data::Attribution attribution = emptyAttribution(order(), m_method);
        const auto& form = order().option<std::string>("form");
        torch::Tensor values_LC = groups().front().sum_LC();
        if (form != "attribution") {
            std::vector<std::int64_t> own;
            for (const char letter : order().letters)
                own.push_back(order().net->idOf(letter));
            const torch::Tensor own_L1 = torch::tensor(own, torch::kInt64).unsqueeze(1);
            values_LC = form == "paper" ? values_LC - values_LC.gather(1, own_L1)
                                        : -values_LC.scatter(1, own_L1, 0.0);
        }
        attribution.meaning =
            form == "attribution" ? "Share of this base in the difference between the target and its baseline value."
            : form == "paper" ? "Estimated change of the target if the base were put here (difference of path gradients)."
                              : "Path gradient of this base with its sign turned, 0 at the sequence's own base (the "
                                "authors' code).";
        setWantedRows(attribution, order(), baseValues(*order().net, values_LC));
        return attribution;
    }

    std::string m_method;
};

/// MDIG: a group per destination.
class MutationDirectedJob : public PathJob {
public:
    using PathJob::PathJob;

private:
    data::Attribution described() const override
    {
        data::Attribution attribution = emptyAttribution(order(), "mdig");
        const bool paper = order().option<std::string>("form") == "paper";
        attribution.meaning = paper ? "Path gradient of this base towards a sequence of nothing else (paper, eq. 4)."
                                    : "Estimated change of the target on the way to a sequence of nothing but this base.";
        std::vector<float> values(order().letters.size() * 4, 0.0f);
        for (std::size_t base = 0; base < groups().size(); ++base) {
            const torch::Tensor sum_LC = groups()[base].sum_LC();
            const torch::Tensor value_L =
                -(paper ? sum_LC.select(1, order().net->baseChannels()[base]) : sum_LC.sum(1)).contiguous();
            const double* const value = value_L.data_ptr<double>();
            for (std::size_t i = 0; i < order().letters.size(); ++i)
                values[i * 4 + base] = float(value[i]);
        }
        setWantedRows(attribution, order(), std::move(values));
        return attribution;
    }
};

engine::OptionSpec formOption()
{
    return {"form", "Form",
            "attribution: as it is; paper and code: read as mutagenesis, as the paper does or as its authors' code",
            std::string("attribution"), {}, {}, {"attribution", "paper", "code"}};
}

Result<std::unique_ptr<StepJob>> startIntegrated(ExplainOrder order)
{
    Mixtures mixtures(order);
    auto baselines = baselines_LC(order, mixtures);
    if (!baselines)
        return fail(baselines.error());
    const PathPlan plan = PathPlan::of(order);
    PathGroup group;
    group.baseline_LC = std::move(*baselines);
    return std::make_unique<BaselinePathJob>(std::move(order), std::move(mixtures), plan, std::move(group),
                                             "integrated-gradients");
}

/// One draw of α in every stratum of [0, 1), the shuffles in turn: the estimate of the paper with less noise.
Result<std::unique_ptr<StepJob>> startExpected(ExplainOrder order)
{
    Mixtures mixtures(order);
    const auto samples = order.option<std::int64_t>("samples"), seed = order.option<std::int64_t>("seed");
    const auto shuffles = std::min(order.option<std::int64_t>("shuffles"), samples);
    auto baselines = shuffledBaselines_LC(order, mixtures, shuffles);
    if (!baselines)
        return fail(baselines.error());
    PathGroup group;
    group.baseline_LC = std::move(*baselines);
    Draws draws(std::uint64_t(seed), 1);
    for (std::int64_t i = 0; i < samples; ++i)
        group.fixedPoints.push_back({std::size_t(i % shuffles),
                                {(double(i) + draws.uniform()) / double(samples), 1.0 / double(samples)}});
    return std::make_unique<BaselinePathJob>(std::move(order), std::move(mixtures), PathPlan{}, std::move(group),
                                             "expected-gradients");
}

Result<std::unique_ptr<StepJob>> startMutationDirected(ExplainOrder order)
{
    Mixtures mixtures(order);
    const PathPlan plan = PathPlan::of(order);
    const double beta = order.option<double>("beta");
    std::vector<PathGroup> groups;
    for (const char base : data::kBases) {
        const torch::Tensor destination_LC = mixtures.letters_LC(std::string(order.letters.size(), base));
        PathGroup group;
        group.name = base;
        {
            const c10::InferenceMode notInference(false);
            group.baseline_LC = {mixtures.sequence_LC() + beta * (destination_LC - mixtures.sequence_LC())};
        }
        groups.push_back(std::move(group));
    }
    return std::make_unique<MutationDirectedJob>(std::move(order), std::move(mixtures), plan, std::move(groups));
}

std::int64_t pathBytes(const ExplainOrder& order) { return mixtureBytes(order, true); }

}  // namespace

Method integratedGradientsMethod()
{
    engine::MethodSpec spec;
    spec.id = "integrated-gradients";
    spec.name = "Integrated gradients";
    spec.help = "Gradients along the way from a baseline to the sequence; their sum is the difference of the target";
    spec.citation = "Sundararajan et al. 2017";
    spec.options = baselineOptions();
    for (engine::OptionSpec& option : PathPlan::options())
        spec.options.push_back(std::move(option));
    spec.options.push_back(formOption());
    return {spec, startIntegrated, pathBytes};
}

Method expectedGradientsMethod()
{
    engine::MethodSpec spec;
    spec.id = "expected-gradients";
    spec.name = "Expected gradients";
    spec.help = "Gradients at random points between shuffles of the sequence and the sequence";
    spec.citation = "Erion et al. 2021";
    spec.options = {{"samples", "Samples", "Gradients taken", std::int64_t(100), 1.0, 100000.0, {}},
                    shuffleKindOption()};
    for (engine::OptionSpec& option : shuffleOptions(20))
        spec.options.push_back(std::move(option));
    spec.options.push_back(formOption());
    return {spec, startExpected, pathBytes};
}

Method mutationDirectedMethod()
{
    engine::MethodSpec spec;
    spec.id = "mdig";
    spec.name = "Mutation-directed IG";
    spec.help = "Mutagenesis estimated from gradients on the way to a sequence of nothing but the new base";
    spec.citation = "Valencia & Hendrix, eq. 4";
    spec.options = {{"beta", "β", "How far towards that sequence: 0.5 suits bioseq2seq, 0.1 EDC", 0.5, 0.001, 1.0, {}}};
    for (engine::OptionSpec& option : PathPlan::options())
        spec.options.push_back(std::move(option));
    spec.options.push_back({"form", "Form",
                            "code: change of all bases of the position (it adds up); paper: of the new base alone",
                            std::string("code"), {}, {}, {"code", "paper"}});
    return {spec, startMutationDirected, pathBytes};
}

}  // namespace nscope::interpret
