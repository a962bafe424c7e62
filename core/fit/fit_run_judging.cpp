// Validation and the end of a run (FitRun).
#include "core/fit/fit_run.h"

#include "core/fit/fit_network.h"
#include "core/models/weights.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace nscope::fit {

Result<void> FitRun::validate()
{
    if (auto used = useWeights(averagedState()); !used)
        return used;
    if (m_validation.empty())
        return endValidation();
    m_phase = Phase::Judging;
    m_judging.emplace(m_data.task, *m_batches, *m_loss, m_validation);
    m_judged->eval();
    return {};
}

Result<void> FitRun::judgeBatch(const nn::PassOptions& options)
{
    if (!m_judging->isDone())
        m_judging->step(*m_judged, options);
    if (!m_judging->isDone())
        return {};
    m_validated = m_judging->judge().result(0, 0, [] {});
    return endValidation();
}

bool FitRun::isBetter(const Judgement& judgement, double& value) const
{
    const std::string& best = m_settings.validation.best;
    if (best == "last") {
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
    double value = 0.0;
    const bool better = isBetter(m_validated, value);
    if (better)
        m_best = onCpu(models::stateOf(*m_judged));
    train::noteValidation(m_now, better, value, m_settings.validation.patience);
    const double rate = rateOf(m_now.step, fraction());
    lowerRateOnPlateau(m_validated.loss);
    ++m_now.validations;
    m_now.validationDue = false;
    if (m_judging) {
        const nlohmann::json examples = examplesJson(m_data, m_judging->judge());
        m_judging.reset();
        if (auto said = emit(validationLine(m_now, fraction(), rate, m_validated, better, examples)); !said)
            return said;
    }
    commit();
    if (auto saved = saveCheckpoint(); !saved)
        return saved;
    if (m_place.group) {
        if (auto told = m_place.group->textOfFirst(toJson(m_now)); !told)
            return fail(told.error());
    }
    m_phase = Phase::Training;
    return m_now.ended ? beginFinish() : Result<void>{};
}

Result<void> FitRun::beginFinish()
{
    if (auto used = useWeights(m_best); !used)
        return used;
    m_phase = Phase::Testing;
    m_heldOutTest.emplace(m_data, *m_batches, *m_loss, m_settings);
    m_judged->eval();
    return {};
}

Result<void> FitRun::testBatch(const nn::PassOptions& options)
{
    m_heldOutTest->step(*m_judged, options);
    if (m_heldOutTest->isDone())
        m_phase = Phase::Writing;
    return {};
}

Result<void> FitRun::writeResults(std::stop_token stop)
{
    const WeightsOrigin origin{procedureText(m_settings, m_data.task, m_now, m_judged->device()), m_now.bestValue};
    const auto line = m_heldOutTest->write(*m_judged, origin, m_folder, std::move(stop));
    if (!line)
        return fail(line.error());
    m_phase = Phase::Done;
    return emit(*line);
}

}  // namespace nscope::fit
