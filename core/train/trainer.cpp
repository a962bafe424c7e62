#include "core/train/trainer.h"

#include "core/engine/metrics_delivery.h"
#include "core/nn/precision.h"
#include "core/train/filter_init.h"
#include "core/train/metrics_lines.h"
#include "core/train/model_report.h"
#include "core/train/random.h"
#include "core/train/schedule.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <utility>

namespace nscope::train {
namespace {

constexpr std::uint64_t kDropoutStream = 2;
constexpr std::uint64_t kThresholdStream = 3;
constexpr std::int64_t kScoringTokens = 16384;
constexpr std::int64_t kUnitsOfTimedRun = 10000;

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

models::StateDict withPrefix(const std::string& prefix, const models::StateDict& state)
{
    models::StateDict all;
    for (const auto& [name, tensor] : state)
        all[prefix + name] = tensor;
    return all;
}

models::StateDict withoutPrefix(const std::string& prefix, const models::StateDict& state)
{
    models::StateDict part;
    for (const auto& [name, tensor] : state) {
        if (name.starts_with(prefix))
            part[name.substr(prefix.size())] = tensor;
    }
    return part;
}

models::StateDict copied(const models::StateDict& state)
{
    models::StateDict copy;
    for (const auto& [name, tensor] : state)
        copy[name] = tensor.detach().clone();
    return copy;
}

torch::OrderedDict<std::string, torch::Tensor> trainedParameters(models::Bioseq2Seq& net, AuxiliaryHead& head)
{
    torch::OrderedDict<std::string, torch::Tensor> all;
    for (const auto& item : net->named_parameters())
        all.insert("net." + item.key(), item.value());
    for (const auto& item : head->named_parameters())
        all.insert("head." + item.key(), item.value());
    return all;
}

}  // namespace

TrainingRun::TrainingRun(TrainConfig config, std::string directory, bool resume)
    : m_config(std::move(config)), m_folder(std::move(directory)), m_resume(resume)
{
}

std::int64_t TrainingRun::totalUnits() const
{
    return m_config.limits.maxMinutes > 0.0 ? kUnitsOfTimedRun : m_config.limits.maxSteps;
}

std::int64_t TrainingRun::doneUnits() const
{
    return m_config.limits.maxMinutes > 0.0 ? std::int64_t(fraction() * kUnitsOfTimedRun) : m_now.step;
}

double TrainingRun::fraction() const
{
    double part = 0.0;
    if (m_config.limits.maxSteps > 0)
        part = double(m_now.step) / double(m_config.limits.maxSteps);
    if (m_config.limits.maxMinutes > 0.0)
        part = std::max(part, m_now.trainingSeconds / (60.0 * m_config.limits.maxMinutes));
    return std::min(1.0, part);
}

Result<engine::StepReport> TrainingRun::step(std::stop_token stop)
{
    const c10::InferenceMode noInference(false);
    const torch::AutoGradMode gradients(true);
    nn::PassOptions options;
    options.stop = stop;
    Result<void> done;
    try {
        options.poll();
        switch (m_phase) {
        case Phase::Loading: done = load(stop); break;
        case Phase::Training: done = trainMicroBatch(options); break;
        case Phase::Validating:
        case Phase::Calibrating:
        case Phase::Testing: done = score(options); break;
        case Phase::Writing: done = writeResults(options); break;
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

Result<void> TrainingRun::load(std::stop_token stop)
{
    if (m_config.threads > 0)
        at::set_num_threads(int(m_config.threads));
    auto data = readTrainingData(m_config.data, stop);
    if (!data)
        return fail(data.error());
    m_data = std::move(*data);
    m_lengthsNt = m_data.labelled.lengthsNt();
    if (auto built = buildNetworks(); !built)
        return built;
    if (m_resume) {
        if (auto restored = restore(); !restored)
            return restored;
    } else if (auto made = m_folder.create(toJson(m_config)); !made) {
        return made;
    }
    m_phase = Phase::Training;
    if (auto said = emit(startLine(m_config, m_data, *m_net, m_now)); !said)
        return said;
    if (m_now.validationDue)
        beginScoring(Phase::Validating, m_data.rows.validation);
    else if (m_now.ended)
        return beginFinish();
    return {};
}

Result<void> TrainingRun::buildNetworks()
{
    auto options = models::Bioseq2SeqOptions::fromMap(m_config.model.options);
    if (!options)
        return fail(options.error());
    torch::manual_seed(std::uint64_t(m_config.seed));
    m_net = models::Bioseq2Seq(m_config.model.architecture, *options);
    m_net->initialize();
    if (m_config.model.filterInit == "comb")
        initCombFilters(m_net);
    m_head = AuxiliaryHead(options->modelDim);
    m_judged = models::Bioseq2Seq(m_config.model.architecture, *options);
    if (!m_config.model.initialWeights.empty()) {
        auto state = models::readState(m_config.model.initialWeights);
        if (!state)
            return fail(state.error());
        if (auto applied = models::applyState(*m_net, *state); !applied)
            return fail(applied.error().at({.file = m_config.model.initialWeights}));
    }
    m_encoder = std::make_unique<BatchEncoder>(m_net);
    m_optimiser = std::make_unique<Optimiser>(trainedParameters(m_net, m_head), m_config.optimiser);
    return {};
}

Result<void> TrainingRun::restore()
{
    auto checkpoint = m_folder.read();
    if (!checkpoint)
        return fail(checkpoint.error());
    auto done = models::applyState(*m_net, withoutPrefix("net.", checkpoint->weights));
    if (done)
        done = models::applyState(*m_head, withoutPrefix("head.", checkpoint->weights));
    if (done)
        done = m_optimiser->restore(checkpoint->optimiser, checkpoint->progress.step);
    if (done)
        done = m_folder.truncateMetrics(checkpoint->progress.metricsBytes);
    if (!done)
        return done;
    m_best = std::move(checkpoint->best);
    m_now = m_committed = checkpoint->progress;
    if (m_now.epoch >= 0) {
        m_plan = planEpoch({m_data.rows.trainCoding, m_data.rows.trainNoncoding, m_lengthsNt, m_now.capNt,
                            std::uint64_t(m_config.seed), m_now.epoch}, m_config.batches);
    }
    return {};
}

void TrainingRun::nextMicroBatch()
{
    const std::int64_t cap = capAt(m_config.batches.lengthCaps, m_stepFraction);
    if (m_now.epoch >= 0 && cap == m_now.capNt && m_now.nextBatch < std::int64_t(m_plan.size()))
        return;
    ++m_now.epoch;
    m_now.nextBatch = 0;
    m_now.capNt = cap;
    m_plan = planEpoch({m_data.rows.trainCoding, m_data.rows.trainNoncoding, m_lengthsNt, cap,
                        std::uint64_t(m_config.seed), m_now.epoch}, m_config.batches);
}

LossParts TrainingRun::lossOf(const MicroBatch& batch, const nn::PassOptions& options)
{
    const ObjectiveConfig& objective = m_config.objective;
    LossParts parts;
    const bool guided = objective.attentionWeight > 0.0;
    nn::NamedTensors attention;
    EncodedBatch encoded;
    torch::Tensor logits_NQV;
    {
        const nn::PrecisionScope scope(m_net->device(), nn::precisionNamed(m_config.precision));
        encoded = m_encoder->encode(batch.ids_NL, batch.lengths, options);
        logits_NQV = m_net->decode(batch.decoderInput_NQ.to(m_net->device()), encoded.memory_NKD, encoded.pad_NK, options,
                                   guided ? &attention : nullptr);
    }
    encoded.memory_NKD = nn::float32(encoded.memory_NKD);
    logits_NQV = nn::float32(logits_NQV);
    for (auto& [name, map] : attention)
        map = nn::float32(map);
    const double ramp = 1.0 - (1.0 - objective.auxiliaryEnd) * m_stepFraction;
    parts.total = tokenLoss(logits_NQV, batch, objective, parts)
        + ramp * (nucleotideLoss(m_head, encoded, batch, objective, parts)
                  + codonLoss(m_head, encoded, batch, objective, parts));
    if (guided) {
        const std::string last = "attention." + std::to_string(m_net->decoderLayerCount() - 1);
        parts.total = parts.total
            + objective.attentionWeight * guidedAttentionLoss(attention.at(last), encoded, batch, parts);
    }
    return parts;
}

Result<void> TrainingRun::trainMicroBatch(const nn::PassOptions& options)
{
    const auto start = Clock::now();
    if (m_accumulated == 0) {
        m_stepFraction = fraction();
        m_optimiser->clearGradients();
    }
    nextMicroBatch();
    const ObjectiveConfig& objective = m_config.objective;
    MicroBatchRules rules;
    rules.translations = m_config.model.architecture == "bioseq2seq";
    rules.translationLength = objective.translationLength;
    rules.capNt = m_now.capNt;
    rules.cdsLabels = objective.cdsWeight > 0.0;
    rules.orfLabels = objective.orfWeight > 0.0;
    rules.codonLabels = objective.residueWeight + objective.codonNumberWeight > 0.0;
    rules.attentionGuides = rules.translations && objective.attentionWeight > 0.0;
    const MicroBatch batch = makeMicroBatch(m_plan[std::size_t(m_now.nextBatch)], m_data.labelled, rules);

    m_net->train();
    if (m_net->options().dropout > 0.0) {
        RandomStream stream{std::uint64_t(m_config.seed), kDropoutStream, std::uint64_t(m_now.epoch),
                            std::uint64_t(m_now.nextBatch)};
        torch::manual_seed(stream.bits());
    }
    const LossParts parts = lossOf(batch, options);
    options.poll();
    (parts.total / double(m_config.batches.accumulate)).backward();
    const double total = parts.total.item<double>();
    if (!std::isfinite(total))
        return fail(ErrorCode::Internal, "The loss is no longer a number at step " + std::to_string(m_now.step + 1)
                        + ". Lower schedule.rate or set optimiser.clip_norm, and start anew.");

    LossSums& sums = m_now.sums;
    sums.total += total;
    sums.classToken += parts.classToken;
    sums.translation += parts.translation;
    sums.cds += parts.cds;
    sums.orf += parts.orf;
    sums.codon += parts.codon;
    sums.attention += parts.attention;
    sums.correct += parts.classCorrect;
    ++sums.microBatches;
    ++m_now.nextBatch;
    m_now.seenNt += batch.sourceNt;
    m_ntSinceLine += batch.sourceNt;
    const bool complete = ++m_accumulated == m_config.batches.accumulate;
    if (complete) {
        m_now.sums.gradientNorm += m_optimiser->clip();
        m_optimiser->step(learningRate(m_config.schedule, modelDim(), m_now.step + 1, m_stepFraction));
    }
    const double seconds = secondsSince(start);
    m_now.trainingSeconds += seconds;
    m_secondsSinceLine += seconds;
    m_secondsSinceCheckpoint += seconds;
    return complete ? finishOptimiserStep() : Result<void>{};
}

Result<void> TrainingRun::finishOptimiserStep()
{
    const double before = m_stepFraction;
    m_accumulated = 0;
    ++m_now.step;
    ++m_now.sums.optimiserSteps;
    const double after = fraction();
    if (m_now.step % m_config.logEverySteps == 0) {
        const double speed = m_secondsSinceLine > 0.0 ? double(m_ntSinceLine) / m_secondsSinceLine : 0.0;
        const double rate = learningRate(m_config.schedule, modelDim(), m_now.step, before);
        if (auto said = emit(trainingLine(m_now, rate, after, speed)); !said)
            return said;
        m_now.sums = {};
        m_ntSinceLine = 0;
        m_secondsSinceLine = 0.0;
    }
    const ValidationConfig& validation = m_config.validation;
    endAtLimit(m_now, after);
    const bool byStep = validation.everySteps > 0 && m_now.step % validation.everySteps == 0;
    const bool byFraction = validation.everyFraction > 0.0
        && std::floor(after / validation.everyFraction) > std::floor(before / validation.everyFraction);
    m_now.validationDue = byStep || byFraction || m_now.ended;
    m_now.metricsBytes = m_folder.metricsBytes();
    m_committed = m_now;
    if (m_now.validationDue) {
        if (auto used = useWeights(withoutPrefix("net.", m_optimiser->averagedWeights())); !used)
            return used;
        beginScoring(Phase::Validating, m_data.rows.validation);
    } else if (m_config.checkpointMinutes > 0.0 && m_secondsSinceCheckpoint > 60.0 * m_config.checkpointMinutes) {
        return saveCheckpoint();
    }
    return {};
}

Result<void> TrainingRun::useWeights(const models::StateDict& weights)
{
    return models::applyState(*m_judged, weights);
}

void TrainingRun::beginScoring(Phase phase, const std::vector<std::int32_t>& rows)
{
    m_phase = phase;
    m_scorer = std::make_unique<RecordScorer>(m_judged, m_data.labelled, rows, kScoringTokens);
}

Result<void> TrainingRun::score(const nn::PassOptions& options)
{
    if (m_phase == Phase::Validating && m_scorer->rows().empty())
        return judgeValidation();
    m_scorer->step(options);
    if (!m_scorer->finished())
        return {};
    if (m_phase == Phase::Validating)
        return judgeValidation();
    if (m_phase == Phase::Calibrating)
        return calibrate();
    m_phase = Phase::Writing;
    return {};
}

Result<void> TrainingRun::judgeValidation()
{
    const ValidationConfig& how = m_config.validation;
    const auto labels = m_data.labelled.labels(m_scorer->rows());
    const double threshold = how.threshold == "zero" ? 0.0 : bestThreshold(m_scorer->scores(), labels);
    const ClassMetrics metrics = classMetrics(m_scorer->scores(), labels, threshold);
    const double loss = meanLogLoss(m_scorer->scores(), labels);
    const double value = how.best == "auroc" ? metrics.auroc
        : how.best == "accuracy"             ? metrics.accuracy
        : how.best == "loss"                 ? -loss
        : how.best == "last"                 ? double(m_now.step)
                                             : metrics.mcc;
    const bool better = !m_now.hasBest || value > m_now.bestValue;
    if (better)
        m_best = copied(models::stateOf(*m_judged));
    noteValidation(m_now, better, value, how.patience);
    ++m_now.validations;
    m_now.validationDue = false;
    if (auto said = emit(validationLine(m_now, fraction(), metrics, loss, better)); !said)
        return said;
    m_now.metricsBytes = m_folder.metricsBytes();
    m_committed = m_now;
    if (auto saved = saveCheckpoint(); !saved)
        return saved;
    m_phase = Phase::Training;
    return m_now.ended ? beginFinish() : Result<void>{};
}

Result<void> TrainingRun::beginFinish()
{
    if (auto used = useWeights(m_best); !used)
        return used;
    if (m_config.validation.threshold == "zero")
        beginScoring(Phase::Testing, m_data.rows.test);
    else
        beginScoring(Phase::Calibrating, thresholdRows());
    return {};
}

std::vector<std::int32_t> TrainingRun::thresholdRows() const
{
    const std::string& from = m_config.validation.threshold;
    std::vector<std::int32_t> rows;
    if (from != "validation") {
        rows = m_data.rows.train;
        RandomStream random{std::uint64_t(m_config.seed), kThresholdStream};
        random.shuffle(rows);
        rows.resize(std::min(rows.size(), std::size_t(m_config.validation.thresholdRows)));
    }
    if (from != "train")
        rows.insert(rows.end(), m_data.rows.validation.begin(), m_data.rows.validation.end());
    return rows;
}

double TrainingRun::negativeWeight(std::span<const std::uint8_t> labels) const
{
    const auto positives = double(std::count_if(labels.begin(), labels.end(), [](std::uint8_t l) { return l != 0; }));
    const double negatives = double(labels.size()) - positives;
    const double inTraining = double(m_data.rows.trainNoncoding.size()) / double(m_data.rows.trainCoding.size());
    return negatives > 0.0 ? inTraining * positives / negatives : 1.0;
}

Result<void> TrainingRun::calibrate()
{
    // The decision threshold moves into the bias of the class tokens, so that log-odds 0 decides everywhere.
    const auto labels = m_data.labelled.labels(m_scorer->rows());
    const std::span<const double> scores = m_scorer->scores();
    const std::size_t ofValidation = m_config.validation.threshold == "train" ? 0 : m_data.rows.validation.size();
    const std::size_t ofTraining = scores.size() - ofValidation;
    double sum = 0.0;
    int sets = 0;
    for (const auto& [from, count] : {std::pair{std::size_t{0}, ofTraining}, std::pair{ofTraining, ofValidation}}) {
        if (count > 0) {
            const auto part = std::span(labels).subspan(from, count);
            sum += smoothedThreshold(scores.subspan(from, count), part, negativeWeight(part));
            ++sets;
        }
    }
    m_threshold = sum / sets;
    {
        const torch::NoGradGuard noGrad;
        torch::Tensor bias = m_judged->generator->proj->bias;
        bias[models::kPcId] -= 0.5 * m_threshold;
        bias[models::kNcId] += 0.5 * m_threshold;
    }
    beginScoring(Phase::Testing, m_data.rows.test);
    return {};
}

Result<void> TrainingRun::writeResults(const nn::PassOptions& options)
{
    const ModelReport report{m_config, m_data, m_now, m_threshold, m_scorer->scores()};
    auto line = writeModel(m_judged, report, m_folder, options);
    if (!line)
        return fail(line.error());
    m_phase = Phase::Done;
    return emit(*line);
}

Result<void> TrainingRun::saveCheckpoint()
{
    m_secondsSinceCheckpoint = 0.0;
    Checkpoint checkpoint;
    checkpoint.progress = m_committed;
    checkpoint.weights = withPrefix("net.", models::stateOf(*m_net));
    checkpoint.weights.merge(withPrefix("head.", models::stateOf(*m_head)));
    checkpoint.optimiser = m_optimiser->state();
    checkpoint.best = m_best;
    return m_folder.write(checkpoint);
}

Result<void> TrainingRun::stopped()
{
    // Weights only change together with m_committed, so a partly accumulated step is simply done again later.
    if (m_net && m_committed.step > 0) {
        if (auto saved = saveCheckpoint(); !saved)
            return saved;
    }
    return fail(stoppedAt(m_committed));
}

Result<void> TrainingRun::emit(const std::string& json)
{
    m_deliveries.push_back(engine::metricsDelivery(json));
    return m_folder.appendMetrics(json);
}

}  // namespace nscope::train
