// Validation and the end of a run (FitRun).
#include "core/fit/fit_run.h"

#include "core/fit/fit_network.h"
#include "core/fit/fit_report.h"
#include "core/io/atomic_file.h"
#include "core/models/weights.h"

#include <algorithm>
#include <cmath>

namespace nscope::fit {

namespace {

constexpr std::uint64_t kBootstrapStream = 25;

}  // namespace

void FitRun::beginJudging(Phase phase, const std::vector<std::int32_t>& rows)
{
    m_phase = phase;
    m_judge.emplace(m_data.task);
    m_judgingPlan = m_batches->judgingPlan(rows);
    m_nextJudged = 0;
    m_judged->eval();
}

Result<void> FitRun::judgeBatch(const nn::PassOptions& options)
{
    const torch::NoGradGuard noGrad;
    if (m_nextJudged < m_judgingPlan.size()) {
        const FitBatch batch =
            moved(m_batches->judging(m_judgingPlan[m_nextJudged]), m_judged->device(), m_judged->scalarType());
        const StepLoss loss = judgedLoss(*m_judged, batch, *m_loss, options);
        m_judge->add(batch, loss.raw, loss.loss.item<double>());
        ++m_nextJudged;
    }
    if (m_nextJudged < m_judgingPlan.size())
        return {};
    const bool last = m_phase == Phase::Testing;
    Judgement judgement = m_judge->result(last ? m_settings.validation.bootstrap : 0,
                                          std::uint64_t(m_settings.seed) + kBootstrapStream, [&] { options.poll(); });
    if (!last) {
        m_validated = std::move(judgement);
        return endValidation();
    }
    m_heldOut = std::move(judgement);
    m_phase = Phase::Writing;
    return {};
}

bool FitRun::isBetter(const Judgement& judgement, double& value) const
{
    const std::string& best = m_settings.validation.best;
    if (best == "last" || judgement.examples == 0) {
        value = double(m_now.step);
        return true;
    }
    const auto found = judgement.value(best);
    if (!found || !std::isfinite(*found)) {
        value = m_now.bestValue;
        return !m_now.hasBest;
    }
    value = lowerIsBetter(best) ? -*found : *found;
    return !m_now.hasBest || value > m_now.bestValue;
}

void FitRun::lowerRateOnPlateau(double loss)
{
    if (m_settings.schedule.kind != "plateau" || !std::isfinite(loss))
        return;
    if (m_now.validations == 0 || loss < m_now.lowestLoss) {
        m_now.lowestLoss = loss;
        m_now.plateau = 0;
    } else if (++m_now.plateau >= m_settings.plateau.patience) {
        m_now.plateau = 0;
        const double least = std::min(1.0, m_settings.plateau.minimumRate / std::max(1e-300, m_settings.schedule.rate));
        m_now.rateFactor = std::max(least, m_now.rateFactor * m_settings.plateau.factor);
    }
}

Result<void> FitRun::endValidation()
{
    const FitValidation& how = m_settings.validation;
    double value = 0.0;
    const bool better = isBetter(m_validated, value);
    if (better) {
        m_best = onCpu(models::stateOf(*m_judged));
        m_now.hasBest = true;
        m_now.bestValue = value;
        m_now.bestStep = m_now.step;
        m_now.withoutImprovement = 0;
    } else if (++m_now.withoutImprovement >= how.patience && how.patience > 0 && !m_now.ended) {
        m_now.ended = true;
        m_now.endReason = "No improvement in " + std::to_string(how.patience) + " validations.";
    }
    const double rate = rateOf(m_now.step, fraction());
    lowerRateOnPlateau(m_validated.loss);
    ++m_now.validations;
    m_now.validationDue = false;
    if (auto said = emit(validationLine(m_now, fraction(), rate, m_validated, better)); !said)
        return said;
    commit();
    if (auto saved = saveCheckpoint(); !saved)
        return saved;
    m_phase = Phase::Training;
    return m_now.ended ? beginFinish() : Result<void>{};
}

Result<void> FitRun::beginFinish()
{
    if (auto used = useWeights(m_best); !used)
        return used;
    beginJudging(Phase::Testing, m_test.empty() ? m_validation : m_test);
    return {};
}

Result<void> FitRun::writeResults()
{
    const FitReport report{m_settings, m_data, m_now, m_heldOut, m_test.empty() ? "validation rows" : "test rows"};
    auto line = writeModel(*m_judged, report, m_folder);
    if (!line)
        return fail(line.error());
    if (const std::string table = predictionTable(m_data, *m_judge); !table.empty()) {
        if (auto written = io::writeFileAtomically(m_folder.filePath("predictions.tsv"), table); !written)
            return written;
    }
    m_phase = Phase::Done;
    return emit(*line);
}

}  // namespace nscope::fit
