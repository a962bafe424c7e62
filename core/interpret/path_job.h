// Purpose: gradients along straight paths that end at the sequence, until their sum explains the difference that it must
// (path_gradients.h has the methods). A path begins as one panel; where the gap is too large, panels are halved. The gap
// of every panel is known, since S is known at its ends, so that points go where the path is rough. Of equal steps, as
// published code takes them, the points are doubled instead.
// Axes: L positions, C input channels. Thread: one at a time.
#pragma once

#include "core/interpret/method_list.h"
#include "core/interpret/mixtures.h"
#include "core/interpret/quadrature.h"

namespace nscope::interpret {

struct PathPoint {
    std::size_t baseline = 0;
    PathNode node;
};

/// A stretch of one path, or points of several paths that count as a whole.
struct PathPanel {
    std::size_t baseline = 0;
    double from = 0.0, to = 1.0;      ///< shares of the way
    double fromScore = 0.0;           ///< S at its start
    double rise = 0.0;                ///< what the target gains on it, times the weight of the path
    std::vector<PathPoint> points;    ///< their weights count for the group as a whole
    std::size_t done = 0;
    torch::Tensor sum_LC{};           ///< Σ w (x − baseline) ⊙ ∇S, CPU float64

    bool isDone() const { return done == points.size(); }
    double gap() const { return sum_LC.sum().item<double>() - rise; }
};

/// Paths whose values are summed; the gap is that of the sum.
struct PathGroup {
    std::string name;                        ///< suffix of the diagnostics, may be empty
    std::vector<torch::Tensor> baseline_LC;
    std::vector<PathPoint> fixedPoints{};    ///< instead of those of the plan
    double baselineScore = 0.0;              ///< mean
    std::vector<PathPanel> panels{};
    double gap = 0.0;

    double difference(double score) const { return score - baselineScore; }
    torch::Tensor sum_LC() const;
};

/// How many points, and when there are enough.
struct PathPlan {
    PathRule rule = PathRule::GaussLegendre;
    std::int64_t nodes = 8;
    double gap = 0.0;           ///< share of the difference that is good enough; 0: never more nodes
    std::int64_t mostNodes = 8; ///< kept on a path

    static PathPlan of(const ExplainOrder& order);
    /// Two halves cost little more than their panel did: a step inside one of them is what the other has no need of.
    std::int64_t nodesOfHalf() const { return std::max<std::int64_t>(2, nodes / 2 + 1); }
    /// "rule", "nodes", "gap", "max_nodes".
    static std::vector<engine::OptionSpec> options();
};

class PathJob : public StepJob {
public:
    PathJob(ExplainOrder order, Mixtures mixtures, PathPlan plan, std::vector<PathGroup> groups);

    std::int64_t totalUnits() const override;
    std::int64_t doneUnits() const override { return m_doneUnits; }
    bool halve() override { return m_pace.halve(); }
    Result<engine::StepReport> step(std::stop_token stop) override;

protected:
    /// Values, meaning and method from the groups' sums.
    virtual data::Attribution described() const = 0;

    const ExplainOrder& order() const { return m_order; }
    const std::vector<PathGroup>& groups() const { return m_groups; }

private:
    torch::Tensor pointOf(const torch::Tensor& baseline_LC, double alpha) const;
    void score(const nn::PassOptions& options);
    void begin(PathGroup& group, std::int64_t nodes);
    std::vector<PathPoint> pointsOn(const PathGroup& group, std::size_t baseline, double from, double to,
                                    std::int64_t nodes) const;
    void takePoints(PathGroup& group, const nn::PassOptions& options);
    bool isComplete(PathGroup& group, const nn::PassOptions& options);
    bool refine(PathGroup& group, const nn::PassOptions& options);
    void halvePanel(PathGroup& group, std::size_t panel, const nn::PassOptions& options);
    void countUnits();
    engine::Payload finished() const;

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

}  // namespace nscope::interpret
