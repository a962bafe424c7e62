#include "core/fit/judging.h"

#include "core/fit/fit_lines.h"
#include "core/fit/fit_step.h"
#include "core/io/atomic_file.h"

#include <algorithm>
#include <array>

namespace nscope::fit {

namespace {

constexpr std::uint64_t kBootstrapStream = 25;
constexpr std::array kChangedShares{0.0, 0.01, 0.02, 0.05, 0.1, 0.2};  ///< of the letters

}  // namespace

Judging::Judging(const dataset::Task& task, const BatchMaker& batches, const FitLoss& loss,
                 const std::vector<std::int32_t>& rows, double changedShare)
    : m_batches(batches),
      m_loss(loss),
      m_changedShare(changedShare),
      m_plan(batches.judgingPlan(rows)),
      m_judge(task)
{
}

void Judging::step(nn::SequenceNet& net, const nn::PassOptions& options)
{
    const torch::NoGradGuard noGrad;
    const FitBatch batch =
        moved(m_batches.judging(m_plan[m_next], m_changedShare), net.device(), net.scalarType());
    const StepLoss loss = judgedLoss(net, batch, m_loss, options);
    m_judge.add(batch, loss.raw, loss.loss.item<double>());
    m_done += batch.size();
    ++m_next;
}

HeldOutTest::HeldOutTest(const dataset::Dataset& data, const BatchMaker& batches, const FitLoss& loss,
                         const FitSettings& settings)
    : m_data(data),
      m_batches(batches),
      m_loss(loss),
      m_settings(settings),
      m_rows(data.rows(dataset::Part::Test))
{
    m_hasTestRows = !m_rows.empty();
    if (!m_hasTestRows)
        m_rows = data.rows(dataset::Part::Validation);
    const bool isMasked = settings.task == dataset::TaskKind::MaskedLetters;
    const std::size_t most = isMasked ? 0 : std::size_t(settings.validation.robustnessExamples);
    const std::size_t count = std::min(m_rows.size(), most);
    for (std::size_t i = 0; i < count; ++i)
        m_disturbedRows.push_back(m_rows[i * m_rows.size() / count]);
    m_judging.emplace(data.task, batches, loss, m_rows);
}

std::size_t HeldOutTest::disturbances() const { return m_disturbedRows.empty() ? 0 : kChangedShares.size(); }

std::int64_t HeldOutTest::totalExamples() const
{
    return std::int64_t(m_rows.size() + disturbances() * m_disturbedRows.size());
}

void HeldOutTest::step(nn::SequenceNet& net, const nn::PassOptions& options)
{
    if (!m_judging->isDone())
        m_judging->step(net, options);
    if (m_judging->isDone())
        endPart(options);
}

void HeldOutTest::endPart(const nn::PassOptions& options)
{
    const auto poll = [&] { options.poll(); };
    const auto seed = std::uint64_t(m_settings.seed) + kBootstrapStream;
    Judgement judgement = m_judging->judge().result(m_judge ? 0 : m_settings.validation.bootstrap, seed, poll);
    if (m_judge) {
        m_disturbed.push_back({kChangedShares[m_disturbed.size()], std::move(judgement)});
    } else {
        m_result = std::move(judgement);
        m_judge = m_judging->judge();
    }
    m_done += m_judging->doneExamples();
    m_judging.reset();
    if (m_disturbed.size() < disturbances())
        m_judging.emplace(m_data.task, m_batches, m_loss, m_disturbedRows, kChangedShares[m_disturbed.size()]);
}

Result<std::string> HeldOutTest::write(nn::SequenceNet& net, const WeightsOrigin& origin,
                                       const train::RunFolder& folder, std::stop_token stop) const
{
    std::vector<dataset::BaselineNumber> baselines;
    if (const std::int64_t kmerNt = m_settings.validation.baselineKmerNt; kmerNt > 0) {
        const dataset::Part judged = m_hasTestRows ? dataset::Part::Test : dataset::Part::Validation;
        auto numbers = dataset::judgeBaselines(m_data, {.kmerNt = kmerNt, .judged = judged}, std::move(stop));
        if (!numbers)
            return fail(numbers.error());
        baselines = *std::move(numbers);
    }
    const FitReport report{.settings = m_settings,
                           .data = m_data,
                           .origin = origin,
                           .heldOut = m_result,
                           .disturbed = m_disturbed,
                           .baselines = baselines,
                           .heldOutRows = m_hasTestRows ? "test rows" : "validation rows"};
    auto line = writeModel(net, report, folder);
    if (!line)
        return line;
    if (const std::string table = predictionTable(m_data, *m_judge); !table.empty()) {
        if (auto written = io::writeFileAtomically(folder.filePath("predictions.tsv"), table); !written)
            return fail(written.error());
    }
    return line;
}

}  // namespace nscope::fit
