#include "core/fit/fit_run.h"

#include "core/engine/metrics_delivery.h"
#include "core/fit/fit_network.h"
#include "core/models/weights.h"
#include "core/train/schedule.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace nscope::fit {

namespace {

constexpr std::int64_t kUnits = 10'000;  ///< of a run whose number of steps is not a setting
constexpr std::int64_t kUnknownWidth = 256;

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

}  // namespace

FitRun::FitRun(FitSettings settings, DatasetSource source, FitPlace place)
    : m_settings(std::move(settings)),
      m_source(std::move(source)),
      m_place(std::move(place)),
      m_folder(m_place.directory)
{
}

std::int64_t FitRun::totalUnits() const { return isFixedUnits() ? m_settings.limits.steps : kUnits; }

std::int64_t FitRun::doneUnits() const
{
    return isFixedUnits() ? m_now.step : std::int64_t(fraction() * double(kUnits));
}

double FitRun::fraction() const
{
    const FitLimits& limits = m_settings.limits;
    double part = 0.0;
    if (limits.steps > 0)
        part = double(m_now.step) / double(limits.steps);
    if (limits.epochs > 0 && m_now.epoch >= 0 && !m_plan.empty())
        part = std::max(part, (double(m_now.epoch) + double(m_now.nextBatch) / double(m_plan.size()))
                                  / double(limits.epochs));
    if (limits.minutes > 0.0)
        part = std::max(part, m_now.trainingSeconds / (60.0 * limits.minutes));
    return std::min(1.0, part);
}

Result<engine::StepReport> FitRun::step(std::stop_token stop)
{
    const c10::InferenceMode noInference(false);
    const torch::AutoGradMode gradients(true);
    nn::PassOptions options;
    options.stop = stop;
    Result<void> done;
    try {
        // Processes that train together stop together, between two steps.
        if (m_place.group && m_phase == Phase::Training) {
            options.stop = {};
            const auto stops = shallStop(stop.stop_requested());
            if (!stops)
                return fail(stops.error());
            if (*stops)
                throw nn::Cancelled();
        }
        options.poll();
        switch (m_phase) {
        case Phase::Loading: done = load(stop); break;
        case Phase::Preparing: done = prepare(options); break;
        case Phase::Training: done = trainMicroBatch(options); break;
        case Phase::Judging: done = judgeBatch(options); break;
        case Phase::Testing: done = testBatch(options); break;
        case Phase::Writing: done = writeResults(stop); break;
        case Phase::Done: break;
        }
    } catch (const nn::Cancelled&) {
        done = stopped();
    }
    if (!done)
        return fail(done.error());
    engine::StepReport report;
    report.finished = m_phase == Phase::Done;
    report.deliveries = std::exchange(m_deliveries, {});
    return report;
}

std::int64_t FitRun::modelDim() const
{
    for (const char* id : {"d_model", "dim"}) {
        const auto found = m_settings.model.options.find(id);
        if (found != m_settings.model.options.end() && std::holds_alternative<std::int64_t>(found->second))
            return std::get<std::int64_t>(found->second);
    }
    return kUnknownWidth;
}

double FitRun::rateOf(std::int64_t step, double fraction) const
{
    return train::learningRate(m_settings.schedule, modelDim(), step, fraction) * m_now.rateFactor;
}

void FitRun::beginOptimiserStep()
{
    m_stepFraction = fraction();
    m_optimiser->clearGradients();
    m_stepSums = {};
    m_stepSeconds = 0.0;
    if (m_now.epoch < 0 || m_now.nextBatch >= std::int64_t(m_plan.size())) {
        ++m_now.epoch;
        m_now.nextBatch = 0;
        m_plan = m_batches->plan(m_train, m_now.epoch);
    }
    // A step does not reach into the next epoch, so that epochs end between steps.
    m_ofStep = std::min(m_settings.accumulate, std::int64_t(m_plan.size()) - m_now.nextBatch);
}

void FitRun::startHelper(std::int64_t index)
{
    const std::int64_t epoch = m_now.epoch;
    if (index < std::int64_t(m_plan.size()))
        m_helper.start({epoch, index}, [this, epoch, index, entries = m_plan[std::size_t(index)]] {
            return m_batches->training(entries, epoch, index);
        });
}

FitBatch FitRun::nextBatch()
{
    startHelper(m_now.nextBatch);
    FitBatch batch = m_helper.take();
    startHelper(nextOwn(m_now.nextBatch + 1));
    return moved(std::move(batch), m_net->device(), m_net->scalarType());
}

Result<void> FitRun::trainMicroBatch(const nn::PassOptions& options)
{
    const auto start = Clock::now();
    if (m_accumulated == 0)
        beginOptimiserStep();
    const auto examples = std::int64_t(m_plan[std::size_t(m_now.nextBatch)].size());
    if (isOwn(m_now.nextBatch)) {
        if (auto learned = learn(options); !learned)
            return learned;
    }
    ++m_now.nextBatch;
    m_now.examples += examples;
    m_examplesSinceLine += examples;
    const bool complete = ++m_accumulated == m_ofStep;
    if (complete) {
        if (auto moved = moveWeights(); !moved)
            return moved;
    }
    m_stepSeconds += secondsSince(start);
    return complete ? finishOptimiserStep() : Result<void>{};
}

Result<void> FitRun::learn(const nn::PassOptions& options)
{
    const FitBatch batch = nextBatch();
    setTraining(*m_net, m_settings.model.freeze);
    torch::manual_seed(batch.dropoutSeed);
    const StepLoss loss = trainingLoss(*m_net, batch, *m_loss, m_settings, options);
    options.poll();
    const torch::Tensor total = loss.penalty.defined() ? loss.loss + loss.penalty : loss.loss;
    (total / double(m_ofStep)).backward();
    m_stepSums.loss += loss.loss.item<double>();
    m_stepSums.penalty += loss.penalty.defined() ? loss.penalty.item<double>() : 0.0;
    ++m_stepSums.microBatches;
    return {};
}

Result<void> FitRun::moveWeights()
{
    if (m_place.group) {
        if (auto added = addUp(); !added)
            return added;
    }
    if (!std::isfinite(m_stepSums.loss + m_stepSums.penalty))
        return fail(ErrorCode::Internal, "The loss is no longer a number at step " + std::to_string(m_now.step + 1)
                                             + ". Lower optimiser.rate or set optimiser.clip_norm, and start anew; the "
                                               "Poisson loss needs a network whose profile is never below 0.");
    m_now.sums.loss += m_stepSums.loss;
    m_now.sums.penalty += m_stepSums.penalty;
    m_now.sums.microBatches += m_stepSums.microBatches;
    m_now.sums.gradientNorm += m_optimiser->clip();
    m_optimiser->step(rateOf(m_now.step + 1, m_stepFraction));
    return {};
}

void FitRun::setEnds()
{
    const FitValidation& how = m_settings.validation;
    const bool epochEnds = m_now.nextBatch == std::int64_t(m_plan.size());
    train::endAtLimit(m_now, fraction());
    const bool byEpoch = how.everyEpochs > 0 && epochEnds && (m_now.epoch + 1) % how.everyEpochs == 0;
    const bool byStep = how.everySteps > 0 && m_now.step % how.everySteps == 0;
    m_now.validationDue = byEpoch || byStep || m_now.ended;
}

Result<void> FitRun::finishOptimiserStep()
{
    m_accumulated = 0;
    ++m_now.step;
    ++m_now.sums.optimiserSteps;
    m_now.trainingSeconds += m_stepSeconds;
    m_secondsSinceLine += m_stepSeconds;
    m_secondsSinceCheckpoint += m_stepSeconds;
    if (m_now.step % m_settings.logEverySteps == 0) {
        const double speed = m_secondsSinceLine > 0.0 ? double(m_examplesSinceLine) / m_secondsSinceLine : 0.0;
        if (auto said = emit(trainingLine(m_now, rateOf(m_now.step, m_stepFraction), fraction(), speed)); !said)
            return said;
        m_now.sums = {};
        m_examplesSinceLine = 0;
        m_secondsSinceLine = 0.0;
    }
    setEnds();
    m_statistics = runningStatistics(*m_net);
    commit();
    return !writes() && m_now.validationDue ? followFirst() : saveOrJudge();
}

Result<void> FitRun::saveOrJudge()
{
    if (m_now.validationDue)
        return validate();
    if (m_settings.checkpointMinutes > 0.0 && m_secondsSinceCheckpoint > 60.0 * m_settings.checkpointMinutes)
        return saveCheckpoint();
    return {};
}

void FitRun::commit()
{
    m_now.metricsBytes = m_folder.metricsBytes();
    m_committed = m_now;
}

models::StateDict FitRun::averagedState() const
{
    models::StateDict state = models::stateOf(*m_net);
    if (m_optimiser->averages()) {
        for (const auto& [name, tensor] : onCpu(m_optimiser->averagedWeights()))
            state[name] = tensor;
    }
    return state;
}

Result<void> FitRun::useWeights(const models::StateDict& weights) { return models::applyState(*m_judged, weights); }

Result<void> FitRun::saveCheckpoint()
{
    m_secondsSinceCheckpoint = 0.0;
    if (!writes())
        return {};
    train::CheckpointFiles files;
    files.stateJson = toJson(m_committed);
    files.weights = models::stateOf(*m_net);
    for (const auto& [name, tensor] : m_statistics)
        files.weights[name] = tensor;
    files.optimiser = onCpu(m_optimiser->state());
    files.best = m_best;
    auto saved = m_folder.writeFiles(files);
    if (!saved && m_folder.hasCheckpoint())
        return fail(saved.error().code(),
                    saved.error().message()
                        + " The checkpoint before it is kept: make room, then "
                          "resume the run.",
                    saved.error().where());
    return saved;
}

Result<void> FitRun::stopped()
{
    // Weights only change together with m_committed, so that a partly accumulated step is simply done again later.
    if (m_net && m_committed.step > 0) {
        if (auto saved = saveCheckpoint(); !saved)
            return saved;
    }
    return fail(train::stoppedAt(m_committed));
}

Result<void> FitRun::emit(const std::string& json)
{
    if (!writes())
        return {};
    m_deliveries.push_back(engine::metricsDelivery(json));
    return m_folder.appendMetrics(json);
}

}  // namespace nscope::fit
