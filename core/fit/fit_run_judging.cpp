// Validation and the end of a run (FitRun).
#include "core/fit/fit_run.h"

#include "core/fit/fit_network.h"
#include "core/fit/fit_report.h"
#include "core/io/atomic_file.h"
#include "core/models/weights.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace nscope::fit {

namespace {

constexpr std::uint64_t kBootstrapStream = 25;
constexpr std::array kChangedShares{0.0, 0.01, 0.02, 0.05, 0.1, 0.2};  ///< of the letters

}  // namespace

void FitRun::beginJudging(Phase phase, const std::vector<std::int32_t>& rows)
{
    m_phase = phase;
    m_judge.emplace(m_data.task);
    m_judgingPlan = m_batches->judgingPlan(rows);
    m_nextJudged = 0;
    m_judged->eval();
}

Result<void> FitRun::validate()
{
    if (auto used = useWeights(averagedState()); !used)
        return used;
    if (m_validation.empty())
        return endValidation();
    beginJudging(Phase::Judging, m_validation);
    return {};
}

Result<void> FitRun::judgeBatch(const nn::PassOptions& options)
{
    const torch::NoGradGuard noGrad;
    if (m_nextJudged < m_judgingPlan.size()) {
        const double changed = m_phase == Phase::Disturbing ? kChangedShares[m_disturbed.size()] : 0.0;
        const FitBatch batch = moved(m_batches->judging(m_judgingPlan[m_nextJudged], changed), m_judged->device(),
                                     m_judged->scalarType());
        const StepLoss loss = judgedLoss(*m_judged, batch, *m_loss, options);
        m_judge->add(batch, loss.raw, loss.loss.item<double>());
        ++m_nextJudged;
    }
    if (m_nextJudged < m_judgingPlan.size())
        return {};
    Judgement judgement =
        m_judge->result(m_phase == Phase::Testing ? m_settings.validation.bootstrap : 0,
                        std::uint64_t(m_settings.seed) + kBootstrapStream, [&] { options.poll(); });
    if (m_phase == Phase::Judging) {
        m_validated = std::move(judgement);
        return endValidation();
    }
    endJudging(std::move(judgement));
    return {};
}

/// Of held-out rows: as they are, then with more and more letters changed.
void FitRun::endJudging(Judgement judgement)
{
    if (m_phase == Phase::Testing) {
        m_heldOut = std::move(judgement);
        m_heldOutJudge = std::move(m_judge);
    } else {
        m_disturbed.push_back({kChangedShares[m_disturbed.size()], std::move(judgement)});
    }
    disturb();
}

void FitRun::disturb()
{
    const bool isMasked = m_settings.task == dataset::TaskKind::MaskedLetters;
    const auto most = std::size_t(m_settings.validation.robustnessExamples);
    if (most == 0 || isMasked || m_disturbed.size() == kChangedShares.size()) {
        m_phase = Phase::Writing;
        return;
    }
    const std::vector<std::int32_t>& held = m_test.empty() ? m_validation : m_test;
    const std::size_t count = std::min(held.size(), most);
    std::vector<std::int32_t> rows;
    for (std::size_t i = 0; i < count; ++i)
        rows.push_back(held[i * held.size() / count]);
    beginJudging(Phase::Disturbing, rows);
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
    if (!m_validation.empty()) {
        if (auto said = emit(validationLine(m_now, fraction(), rate, m_validated, better)); !said)
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
    beginJudging(Phase::Testing, m_test.empty() ? m_validation : m_test);
    return {};
}

Result<void> FitRun::writeResults(std::stop_token stop)
{
    std::vector<dataset::BaselineNumber> baselines;
    if (const std::int64_t kmerNt = m_settings.validation.baselineKmerNt; kmerNt > 0) {
        const dataset::Part judged = m_test.empty() ? dataset::Part::Validation : dataset::Part::Test;
        auto numbers = dataset::judgeBaselines(m_data, {.kmerNt = kmerNt, .judged = judged}, std::move(stop));
        if (!numbers)
            return fail(numbers.error());
        baselines = *std::move(numbers);
    }
    const FitReport report{.settings = m_settings,
                           .data = m_data,
                           .progress = m_now,
                           .heldOut = m_heldOut,
                           .disturbed = m_disturbed,
                           .baselines = baselines,
                           .heldOutRows = m_test.empty() ? "validation rows" : "test rows"};
    auto line = writeModel(*m_judged, report, m_folder);
    if (!line)
        return fail(line.error());
    if (const std::string table = predictionTable(m_data, *m_heldOutJudge); !table.empty()) {
        if (auto written = io::writeFileAtomically(m_folder.filePath("predictions.tsv"), table); !written)
            return written;
    }
    m_phase = Phase::Done;
    return emit(*line);
}

}  // namespace nscope::fit
