#include "core/interpret/path_job.h"

#include <algorithm>

namespace nscope::interpret {

namespace {

constexpr std::int64_t kProgressUnits = 100;  ///< per group of paths
/// Rounding of single precision; a smaller gap says nothing.
constexpr double kRounding = 1e-6;

std::int64_t pointCount(const PathGroup& group)
{
    std::int64_t count = 0;
    for (const PathPanel& panel : group.panels)
        count += std::int64_t(panel.points.size());
    return count;
}

}  // namespace

torch::Tensor PathGroup::sum_LC() const
{
    torch::Tensor sum = panels.front().sum_LC;
    for (std::size_t i = 1; i < panels.size(); ++i)
        sum = sum + panels[i].sum_LC;
    return sum;
}

PathPlan PathPlan::of(const ExplainOrder& order)
{
    const auto nodes = order.option<std::int64_t>("nodes");
    return {pathRuleNamed(order.option<std::string>("rule")), nodes, order.option<double>("gap"),
            std::max(nodes, order.option<std::int64_t>("max_nodes"))};
}

std::vector<engine::OptionSpec> PathPlan::options()
{
    return {pathRuleOption(),
            {"nodes", "Points", "Gradients on each path to begin with", std::int64_t(8), 1.0, 4096.0, {}},
            {"gap", "Completeness gap",
             "While the values miss the difference they explain by more than this share of it, there are more points, "
             "where the path is rough; 0: never",
             0.01, 0.0, 1.0, {}},
            {"max_nodes", "Most points", "Points of a path that are kept at most", std::int64_t(64), 1.0, 65536.0, {}}};
}

PathJob::PathJob(ExplainOrder order, Mixtures mixtures, PathPlan plan, std::vector<PathGroup> groups)
    : m_order(std::move(order)), m_mixtures(std::move(mixtures)), m_plan(plan), m_groups(std::move(groups)),
      m_pace(m_mixtures.rowsPerPass(true))
{
}

std::int64_t PathJob::totalUnits() const { return std::int64_t(m_groups.size()) * kProgressUnits; }

Result<engine::StepReport> PathJob::step(std::stop_token stop)
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
    if (std::ranges::all_of(group.panels, &PathPanel::isDone) && isComplete(group, options))
        ++m_next;
    countUnits();
    if (m_next == m_groups.size()) {
        report.deliveries.push_back({0, finished(), false});
        report.finished = true;
    }
    return report;
}

torch::Tensor PathJob::pointOf(const torch::Tensor& baseline_LC, double alpha) const
{
    return baseline_LC + alpha * (m_mixtures.sequence_LC() - baseline_LC);
}

void PathJob::score(const nn::PassOptions& options)
{
    m_score = m_mixtures.scores(m_mixtures.sequence_LC().unsqueeze(0), options).front();
    for (PathGroup& group : m_groups) {
        group.baselineScore = 0.0;
        const double share = 1.0 / double(group.baseline_LC.size());
        std::vector<double> starts;
        for (const torch::Tensor& baseline_LC : group.baseline_LC) {
            const double from = m_mixtures.scores(baseline_LC.unsqueeze(0), options).front();
            group.baselineScore += from;
            starts.push_back(from);
        }
        group.baselineScore *= share;
        begin(group, m_plan.nodes);
        for (PathPanel& panel : group.panels) {
            panel.fromScore = starts[panel.baseline];
            panel.rise = group.panels.size() == 1 ? group.difference(m_score) : (m_score - panel.fromScore) * share;
        }
    }
    m_scored = true;
}

/// A panel per path if panels may be halved, or one for all.
void PathJob::begin(PathGroup& group, std::int64_t nodes)
{
    group.panels.clear();
    if (!group.fixedPoints.empty()) {
        group.panels.push_back({.points = group.fixedPoints});
        return;
    }
    const bool isHalved = m_plan.rule == PathRule::GaussLegendre && m_plan.gap > 0.0;
    for (std::size_t b = 0; b < group.baseline_LC.size(); ++b) {
        if (b == 0 || isHalved)
            group.panels.push_back({.baseline = b, .points = {}});
        for (const PathPoint& point : pointsOn(group, b, 0.0, 1.0, nodes))
            group.panels.back().points.push_back(point);
    }
}

std::vector<PathPoint> PathJob::pointsOn(const PathGroup& group, std::size_t baseline, double from, double to,
                                         std::int64_t nodes) const
{
    std::vector<PathPoint> points;
    const double share = (to - from) / double(group.baseline_LC.size());
    for (const PathNode& node : pathNodes(m_plan.rule, nodes))
        points.push_back({baseline, {from + (to - from) * node.alpha, share * node.weight}});
    return points;
}

void PathJob::takePoints(PathGroup& group, const nn::PassOptions& options)
{
    PathPanel& panel = *std::ranges::find_if_not(group.panels, &PathPanel::isDone);
    const auto count = m_pace.next(std::int64_t(panel.points.size() - panel.done));
    std::vector<torch::Tensor> rows, weights;
    for (std::size_t i = panel.done; i < panel.done + std::size_t(count); ++i) {
        const auto& [baseline, node] = panel.points[i];
        const torch::Tensor& from_LC = group.baseline_LC[baseline];
        rows.push_back(pointOf(from_LC, node.alpha));
        weights.push_back((m_mixtures.sequence_LC() - from_LC).to(torch::kCPU, torch::kFloat64) * node.weight);
    }
    const torch::Tensor part_LC = m_mixtures.weightedGradient_LC(at::stack(rows), at::stack(weights), options);
    panel.sum_LC = panel.sum_LC.defined() ? panel.sum_LC + part_LC : part_LC;
    panel.done += std::size_t(count);
    m_gradients += count;
    m_pace.finished(count);
}

/// True if the gap is small enough or there may be no more points; otherwise there are new ones.
bool PathJob::isComplete(PathGroup& group, const nn::PassOptions& options)
{
    const torch::Tensor sum_LC = group.sum_LC();
    group.gap = sum_LC.sum().item<double>() - group.difference(m_score);
    const double tolerated = std::max(m_plan.gap * std::abs(group.difference(m_score)),
                                      kRounding * sum_LC.abs().sum().item<double>());
    if (m_plan.gap == 0.0 || std::abs(group.gap) <= tolerated)
        return true;
    if (m_plan.rule == PathRule::GaussLegendre)
        return !refine(group, options);
    const std::int64_t doubled = 2 * pointCount(group) / std::int64_t(group.baseline_LC.size());
    if (doubled > m_plan.mostNodes)
        return true;
    begin(group, doubled);
    group.panels.front().rise = group.difference(m_score);
    return false;
}

/// Halves the panels that miss most, as far as there may be more points.
bool PathJob::refine(PathGroup& group, const nn::PassOptions& options)
{
    std::vector<std::pair<double, std::size_t>> missed;
    for (std::size_t i = 0; i < group.panels.size(); ++i)
        missed.emplace_back(std::abs(group.panels[i].gap()), i);
    std::ranges::sort(missed, std::greater<>());
    const std::int64_t most = m_plan.mostNodes * std::int64_t(group.baseline_LC.size());
    constexpr double kLike = 0.5;  // of the worst: these are as much to blame
    bool isRefined = false;
    for (const auto& [gap, panel] : missed) {
        const auto added = 2 * m_plan.nodesOfHalf() - std::int64_t(group.panels[panel].points.size());
        if (gap < kLike * missed.front().first || pointCount(group) + added > most)
            break;
        halvePanel(group, panel, options);
        isRefined = true;
    }
    return isRefined;
}

void PathJob::halvePanel(PathGroup& group, std::size_t index, const nn::PassOptions& options)
{
    PathPanel& first = group.panels[index];
    const double middle = 0.5 * (first.from + first.to), share = 1.0 / double(group.baseline_LC.size());
    const double middleScore =
        m_mixtures.scores(pointOf(group.baseline_LC[first.baseline], middle).unsqueeze(0), options).front();
    const double rise = (middleScore - first.fromScore) * share;
    const std::int64_t nodes = m_plan.nodesOfHalf();
    PathPanel second{.baseline = first.baseline, .from = middle, .to = first.to, .fromScore = middleScore,
                     .rise = first.rise - rise, .points = pointsOn(group, first.baseline, middle, first.to, nodes)};
    first = {.baseline = first.baseline, .from = first.from, .to = middle, .fromScore = first.fromScore, .rise = rise,
             .points = pointsOn(group, first.baseline, first.from, middle, nodes)};
    group.panels.push_back(std::move(second));
}

void PathJob::countUnits()
{
    std::int64_t units = std::int64_t(m_next) * kProgressUnits;
    if (m_next < m_groups.size()) {
        std::int64_t done = 0;
        for (const PathPanel& panel : m_groups[m_next].panels)
            done += std::int64_t(panel.done);
        units += kProgressUnits * done / pointCount(m_groups[m_next]);
    }
    m_doneUnits = std::max(m_doneUnits, units);
}

engine::Payload PathJob::finished() const
{
    auto attribution = std::make_shared<data::Attribution>(described());
    attribution->referenceScore = m_score;
    for (const PathGroup& group : m_groups) {
        const std::string suffix = group.name.empty() ? "" : "_" + group.name;
        attribution->diagnostics.push_back({"completeness_gap" + suffix, group.gap});
        if (const double difference = group.difference(m_score); difference != 0.0)
            attribution->diagnostics.push_back({"completeness_gap_share" + suffix, std::abs(group.gap / difference)});
        double apart = 0.0;
        for (const PathPanel& panel : group.panels)
            apart += std::abs(panel.gap());
        if (const double difference = group.difference(m_score); difference != 0.0 && group.panels.size() > 1)
            attribution->diagnostics.push_back({"panel_gap_share" + suffix, apart / std::abs(difference)});
    }
    attribution->diagnostics.push_back({"gradient_points", double(m_gradients)});
    return std::shared_ptr<const data::Attribution>(std::move(attribution));
}

}  // namespace nscope::interpret
