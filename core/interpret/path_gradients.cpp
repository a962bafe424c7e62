#include "core/interpret/path_gradients.h"

#include "core/data/alphabet.h"
#include "core/interpret/baselines.h"
#include "core/interpret/draws.h"
#include "core/interpret/quadrature.h"

#include <algorithm>

namespace nscope::interpret {

namespace {

constexpr std::int64_t kProgressUnits = 100;  ///< per group of paths
/// Rounding of single precision; a smaller gap says nothing.
constexpr double kRounding = 1e-6;

struct PathPoint {
    std::size_t baseline = 0;
    PathNode node;
};

/// Paths whose values are summed; the gap is that of the sum.
struct PathGroup {
    std::string name;                       ///< suffix of the diagnostics, may be empty
    std::vector<torch::Tensor> baseline_LC;
    double baselineScore = 0.0;             ///< mean
    std::vector<PathPoint> points;          ///< of the present round; weights sum to 1
    std::size_t done = 0;
    torch::Tensor sum_LC;                   ///< Σ w (x − baseline) ⊙ ∇S, CPU float64
    double gap = 0.0;

    double difference(double score) const { return score - baselineScore; }
};

/// How many points, and when there are enough.
struct PathPlan {
    PathRule rule = PathRule::GaussLegendre;
    std::int64_t nodes = 8;
    double gap = 0.0;           ///< share of the difference that is good enough; 0: never more nodes
    std::int64_t mostNodes = 8;

    static PathPlan of(const ExplainOrder& order)
    {
        const auto nodes = order.option<std::int64_t>("nodes");
        return {pathRuleNamed(order.option<std::string>("rule")), nodes, order.option<double>("gap"),
                std::max(nodes, order.option<std::int64_t>("max_nodes"))};
    }
};

std::vector<engine::OptionSpec> planOptions()
{
    return {pathRuleOption(),
            {"nodes", "Points", "Gradients on each path to begin with", std::int64_t(8), 1.0, 4096.0, {}},
            {"gap", "Completeness gap",
             "While the values miss the difference they explain by more than this share of it, the points are doubled; "
             "0: never",
             0.01, 0.0, 1.0, {}},
            {"max_nodes", "Most points", "Doubling ends here", std::int64_t(32), 1.0, 65536.0, {}}};
}

std::vector<PathPoint> pointsOf(const PathPlan& plan, std::size_t baselines)
{
    std::vector<PathPoint> points;
    for (std::size_t b = 0; b < baselines; ++b) {
        for (const PathNode& node : pathNodes(plan.rule, plan.nodes))
            points.push_back({b, {node.alpha, node.weight / double(baselines)}});
    }
    return points;
}

class PathJob : public StepJob {
public:
    PathJob(ExplainOrder order, Mixtures mixtures, PathPlan plan, std::vector<PathGroup> groups)
        : m_order(std::move(order)), m_mixtures(std::move(mixtures)), m_plan(plan), m_groups(std::move(groups)),
          m_pace(m_mixtures.rowsPerPass(true))
    {
    }

    std::int64_t totalUnits() const override { return std::int64_t(m_groups.size()) * kProgressUnits; }
    std::int64_t doneUnits() const override { return m_doneUnits; }
    bool halve() override { return m_pace.halve(); }

    Result<engine::StepReport> step(std::stop_token stop) override
    {
        const c10::InferenceMode notInference(false);
        const at::NoGradGuard noGrad;
        nn::PassOptions options;
        options.stop = stop;
        options.poll();
        engine::StepReport report;
        if (!m_scored) {
            score(options);
            return report;
        }
        PathGroup& group = m_groups[m_next];
        takePoints(group, options);
        if (group.done == group.points.size() && isComplete(group))
            ++m_next;
        countUnits();
        if (m_next == m_groups.size()) {
            report.deliveries.push_back({0, finished(), false});
            report.finished = true;
        }
        return report;
    }

protected:
    /// Values, meaning and method from the groups' sums.
    virtual data::Attribution described() const = 0;

    const ExplainOrder& order() const { return m_order; }
    const std::vector<PathGroup>& groups() const { return m_groups; }

private:
    torch::Tensor pointOf(const torch::Tensor& baseline_LC, double alpha) const
    {
        return baseline_LC + alpha * (m_mixtures.sequence_LC() - baseline_LC);
    }

    void score(const nn::PassOptions& options)
    {
        m_score = m_mixtures.scores(m_mixtures.sequence_LC().unsqueeze(0), options).front();
        for (PathGroup& group : m_groups) {
            group.baselineScore = 0.0;
            for (const torch::Tensor& baseline_LC : group.baseline_LC)
                group.baselineScore += m_mixtures.scores(baseline_LC.unsqueeze(0), options).front();
            group.baselineScore /= double(group.baseline_LC.size());
        }
        m_scored = true;
    }

    void takePoints(PathGroup& group, const nn::PassOptions& options)
    {
        const auto count = m_pace.next(std::int64_t(group.points.size() - group.done));
        std::vector<torch::Tensor> rows, weights;
        for (std::size_t i = group.done; i < group.done + std::size_t(count); ++i) {
            const auto& [baseline, node] = group.points[i];
            const torch::Tensor& from_LC = group.baseline_LC[baseline];
            rows.push_back(pointOf(from_LC, node.alpha));
            weights.push_back((m_mixtures.sequence_LC() - from_LC).to(torch::kCPU, torch::kFloat64) * node.weight);
        }
        const torch::Tensor part_LC =
            m_mixtures.weightedGradient_LC(at::stack(rows), at::stack(weights), options);
        group.sum_LC = group.sum_LC.defined() ? group.sum_LC + part_LC : part_LC;
        group.done += std::size_t(count);
        m_gradients += count;
        m_pace.finished(count);
    }

    /// True if the gap is small enough or there may be no more points; otherwise a round with twice the points begins.
    bool isComplete(PathGroup& group)
    {
        group.gap = group.sum_LC.sum().item<double>() - group.difference(m_score);
        const double tolerated = std::max(m_plan.gap * std::abs(group.difference(m_score)),
                                          kRounding * group.sum_LC.abs().sum().item<double>());
        PathPlan doubled = m_plan;
        doubled.nodes = 2 * std::int64_t(group.points.size() / group.baseline_LC.size());
        if (m_plan.gap == 0.0 || std::abs(group.gap) <= tolerated || doubled.nodes > m_plan.mostNodes)
            return true;
        group.points = pointsOf(doubled, group.baseline_LC.size());
        group.done = 0;
        group.sum_LC = torch::Tensor();
        return false;
    }

    void countUnits()
    {
        std::int64_t units = std::int64_t(m_next) * kProgressUnits;
        if (m_next < m_groups.size())
            units += kProgressUnits * std::int64_t(m_groups[m_next].done) / std::int64_t(m_groups[m_next].points.size());
        m_doneUnits = std::max(m_doneUnits, units);
    }

    engine::Payload finished() const
    {
        auto attribution = std::make_shared<data::Attribution>(described());
        attribution->referenceScore = m_score;
        for (const PathGroup& group : m_groups) {
            const std::string suffix = group.name.empty() ? "" : "_" + group.name;
            attribution->diagnostics.push_back({"completeness_gap" + suffix, group.gap});
            if (const double difference = group.difference(m_score); difference != 0.0)
                attribution->diagnostics.push_back({"completeness_gap_share" + suffix,
                                                    std::abs(group.gap / difference)});
        }
        attribution->diagnostics.push_back({"gradient_points", double(m_gradients)});
        return std::shared_ptr<const data::Attribution>(std::move(attribution));
    }

    ExplainOrder m_order;
    Mixtures m_mixtures;
    PathPlan m_plan;
    std::vector<PathGroup> m_groups;
    Pace m_pace;
    double m_score = 0.0;
    bool m_scored = false;
    std::size_t m_next = 0;  ///< group at work
    std::int64_t m_gradients = 0;
    std::int64_t m_doneUnits = 0;
};

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
        torch::Tensor values_LC = groups().front().sum_LC;
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
            const torch::Tensor& sum_LC = groups()[base].sum_LC;
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
    group.points = pointsOf(plan, group.baseline_LC.size());
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
        group.points.push_back({std::size_t(i % shuffles),
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
        group.points = pointsOf(plan, 1);
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
    for (engine::OptionSpec& option : planOptions())
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
    for (engine::OptionSpec& option : planOptions())
        spec.options.push_back(std::move(option));
    spec.options.push_back({"form", "Form",
                            "code: change of all bases of the position (it adds up); paper: of the new base alone",
                            std::string("code"), {}, {}, {"code", "paper"}});
    return {spec, startMutationDirected, pathBytes};
}

}  // namespace nscope::interpret
