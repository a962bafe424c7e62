// Purpose: the score and its gradient at many inputs of one sequence's length that are no sequences themselves: points
// on a path, noisy or masked letters. As many run in one pass as memory allows; chunking changes nothing but rounding.
// Axes: R rows (inputs), L positions, C input channels. Thread: one at a time; callable in any gradient mode.
#pragma once

#include "core/interpret/explain_order.h"

#include <chrono>
#include <functional>

namespace nscope::interpret {

/// How many units the next step takes, so that it lasts about 40 ms and fits into memory.
class Pace {
public:
    explicit Pace(std::int64_t limit) : m_limit(std::max<std::int64_t>(1, limit)) {}

    /// Units of the next pass, at most `left`.
    std::int64_t next(std::int64_t left);
    /// The pass is over.
    void finished(std::int64_t units);
    /// False if one unit is already all that a pass takes.
    bool halve();

private:
    std::int64_t m_limit;
    std::int64_t m_units = 1;
    std::chrono::steady_clock::time_point m_started{};
};

class Mixtures {
public:
    explicit Mixtures(const ExplainOrder& order);

    /// The sequence itself, every channel, in the model's number type and on its device.
    const torch::Tensor& sequence_LC() const { return m_sequence_LC; }
    /// 0 everywhere.
    torch::Tensor nothing_LC() const;
    /// `share` of each of the four bases at every position.
    torch::Tensor evenBases_LC(double share) const;
    torch::Tensor letters_LC(std::string_view letters) const;

    /// Rows that one pass takes.
    std::int64_t rowsPerPass(bool gradient) const;

    /// S of every row.
    std::vector<double> scores(const torch::Tensor& rows_RLC, const nn::PassOptions& options) const;
    nn::NamedTensors outputs(const torch::Tensor& rows_RLC, const nn::PassOptions& options) const;
    /// Σ_r weight_r ⊙ ∂S/∂row_r: [L,C], CPU float64. `weight_RLC` may have 1 for any axis; it is CPU float64.
    torch::Tensor weightedGradient_LC(const torch::Tensor& rows_RLC, const torch::Tensor& weight_RLC,
                                      const nn::PassOptions& options) const;

private:
    nn::NetInput input(const torch::Tensor& rows_RLC) const;

    std::shared_ptr<nn::SequenceNet> m_net;
    nn::Target m_target;
    nn::NetInput m_encoded;
    torch::Tensor m_sequence_LC;
    PassCost m_plain, m_gradient;
    std::int64_t m_budgetBytes = 0;
};

/// Bytes of a job that runs mixtures within its budget.
std::int64_t mixtureBytes(const ExplainOrder& order, bool gradient);

}  // namespace nscope::interpret
