// Purpose: what a masked language model expects at every hidden letter: natural log-probabilities of A, C, G, T/U, one
// position hidden at a time. Masked log-odds of a variant are value(alternative) − value(reference).
// Source: spec/models.md 3.6; Meier et al. 2021 (masked marginals).
#pragma once

#include "core/interpret/method_list.h"
#include "core/interpret/mixtures.h"

namespace nscope::interpret {

/// Hides the wanted positions in turn, as many in one pass as memory allows.
class HiddenLettersJob : public StepJob {
public:
    /// Refuses models that predict no hidden letters.
    static Result<void> check(const ExplainOrder& order);

    explicit HiddenLettersJob(ExplainOrder order);

    std::int64_t totalUnits() const override { return std::int64_t(m_positions.size()); }
    std::int64_t doneUnits() const override { return std::int64_t(m_probability_P4.size() / 4); }
    bool halve() override { return m_pace.halve(); }
    Result<engine::StepReport> step(std::stop_token stop) override;

protected:
    /// The first step: the target of the sequence itself.
    virtual void begin(const nn::PassOptions& options);
    /// Called once all positions are done.
    virtual data::Attribution described() const = 0;

    const ExplainOrder& order() const { return m_order; }
    const std::vector<std::int64_t>& positions() const { return m_positions; }
    /// Of A, C, G, T/U at every position that was hidden.
    const std::vector<double>& probability_P4() const { return m_probability_P4; }

    double m_score = 0.0;

private:
    ExplainOrder m_order;
    Pace m_pace;
    std::vector<std::int64_t> m_positions;
    std::vector<double> m_probability_P4;
    bool m_begun = false;
};

Method maskedLettersMethod();

}  // namespace nscope::interpret
