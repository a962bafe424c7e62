// The beginning of a run: data, checks, networks, a checkpoint to go on from (FitRun).
#include "core/fit/fit_run.h"

#include "core/dataset/data_settings.h"
#include "core/fit/fit_network.h"
#include "core/models/ensemble.h"
#include "core/models/weights.h"
#include "core/nn/precision.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>

namespace nscope::fit {

namespace {

using dataset::Part;
using dataset::TaskKind;

constexpr std::int64_t kMegabyte = std::int64_t(1) << 20;

}  // namespace

Result<void> FitRun::load(std::stop_token stop)
{
    if (m_settings.threads > 0)
        at::set_num_threads(int(m_settings.threads));
    auto data = m_source(stop);
    if (!data)
        return fail(data.error());
    m_data = std::move(*data);
    for (const auto& check : {checkData(), checkSettings(), checkGroup()}) {
        if (!check)
            return check;
    }
    if (auto built = buildNetworks(); !built)
        return built;
    m_train = m_data.rows(Part::Train);
    m_validation = m_data.rows(Part::Validation);
    m_test = m_data.rows(Part::Test);
    auto weights = labelWeights(m_settings.loss, m_data, m_train);
    if (!weights)
        return fail(weights.error());
    m_loss.emplace(m_settings.task, m_settings.loss, *weights);
    m_loss->to(m_place.device);
    m_batches.emplace(m_data, *m_reading, m_settings);
    if (auto fits = checkMemory(); !fits)
        return fits;
    m_phase = Phase::Preparing;
    return {};
}

Result<void> FitRun::checkData() const
{
    if (m_data.task.kind != m_settings.task)
        return fail(ErrorCode::InvalidArgument,
                    "The data are of another task than \"" + std::string(dataset::taskName(m_settings.task)) + "\".");
    if (m_data.rows(Part::Train).empty())
        return fail(ErrorCode::InvalidArgument, "The data have no example to train on.");
    const bool isValidated = !m_data.rows(Part::Validation).empty();
    if (!isValidated && m_data.rows(Part::Test).empty())
        return fail(ErrorCode::InvalidArgument, "The data have no example that is held out.");
    if (!isValidated && m_settings.isWatched())
        return fail(ErrorCode::InvalidArgument,
                    "The data have no example that validates: set data.split.validation_share, or \"validation.best\" "
                    "to \"last\" and \"schedule.kind\" to another than \"plateau\".");
    return checkExamples(m_data);
}

Result<void> FitRun::checkSettings() const
{
    if (m_settings.model.architecture == models::kEnsemble)
        return fail(ErrorCode::InvalidArgument, "An ensemble is not trained itself: name the architecture of its members "
                                                "and set \"replicates\" and \"ensemble\".");
    const std::string& best = m_settings.validation.best;
    const std::vector<std::string> metrics = mainMetrics(m_settings.task);
    if (best != "loss" && best != "last" && std::ranges::count(metrics, best) == 0) {
        std::string known = "loss, last";
        for (const std::string& metric : metrics)
            known += ", " + metric;
        return fail(ErrorCode::InvalidArgument, "The setting \"validation.best\" must be one of " + known + ".");
    }
    const std::string& negative = m_settings.augment.negativeClass;
    if (!negative.empty() && std::ranges::count(m_data.task.names, negative) == 0)
        return fail(ErrorCode::InvalidArgument,
                    "The setting \"augment.negative_class\" names no class of the data: " + negative + ".");
    return {};
}

Result<void> FitRun::buildNetworks()
{
    torch::manual_seed(std::uint64_t(m_settings.seed));
    auto net = makeNet(m_settings.model, m_data);
    if (!net)
        return fail(net.error());
    m_net = std::move(*net);
    if (!m_settings.model.initialWeights.empty()) {
        auto fresh = takeInitialWeights(*m_net, m_settings.model.initialWeights);
        if (!fresh)
            return fail(fresh.error());
        m_facts.fresh = std::move(*fresh);
    }
    if (auto frozen = freeze(*m_net, m_settings.model.freeze); !frozen)
        return frozen;
    auto judged = makeNet(m_settings.model, m_data);
    if (!judged)
        return fail(judged.error());
    m_judged = std::move(*judged);
    if (m_settings.task == TaskKind::MaskedLetters) {
        const nn::LetterTokens tokens = dynamic_cast<nn::MaskedLetterNet&>(*m_net).letterTokens();
        if (tokens.mostNt > 0)
            cutIntoWindows(m_data, tokens.mostNt);
    }
    auto reading = Reading::of(*m_judged, m_data);
    if (!reading)
        return fail(reading.error());
    m_reading = std::move(*reading);
    if (m_settings.augment.reverseComplement > 0.0 && !m_reading->profilesAreSymmetric())
        return fail(ErrorCode::InvalidArgument,
                    "The network's profile does not lie in the middle of what it reads, so a turned profile would not "
                    "fit: leave \"augment.reverse_complement\" at 0.");
    if (m_settings.regularise.attentionOrthogonality > 0.0
        && (m_net->attentionLayerCount() == 0 || m_net->headCount() < 2))
        return fail(ErrorCode::InvalidArgument, "The network has no attention of several heads; leave "
                                                "\"regularise.attention_orthogonality\" at 0.");
    m_net->to(m_place.device);
    m_judged->to(m_place.device);
    m_optimiser = std::make_unique<train::Optimiser>(trainedParameters(*m_net), m_settings.optimiser);
    return {};
}

Result<void> FitRun::checkMemory() const
{
    if (m_place.memoryBudgetBytes <= 0)
        return {};
    std::int64_t most = 0, count = 0, longest = 0;
    for (const train::Batch& batch : m_batches->plan(m_train, 0)) {
        std::int64_t length = 1;
        for (const std::int32_t entry : batch)
            length =
                std::max(length, m_reading->lengthNt(m_data.examples[std::size_t(entry) % m_data.examples.size()]));
        if (const std::int64_t bytes = m_net->passBytes(std::int64_t(batch.size()), length, true); bytes > most) {
            most = bytes;
            count = std::int64_t(batch.size());
            longest = length;
        }
    }
    if (most <= m_place.memoryBudgetBytes)
        return {};
    return fail(ErrorCode::OutOfMemory,
                "A batch of " + std::to_string(count) + " sequences of " + std::to_string(longest) + " nt needs about "
                    + std::to_string(most / kMegabyte) + " MB, but "
                    + std::to_string(m_place.memoryBudgetBytes / kMegabyte)
                    + " MB may be used: lower \"batches.examples\" or \"batches.max_nt\", and raise "
                      "\"optimiser.accumulate\" for it.");
}

Result<void> FitRun::prepare(const nn::PassOptions& options)
{
    m_facts.architecture = m_settings.model.architecture;
    m_facts.parameters = nn::parameterCounts(*m_net).first;
    for (const auto& item : trainedParameters(*m_net))
        m_facts.trained += item.value().numel();
    m_facts.train = std::int64_t(m_train.size());
    m_facts.validation = std::int64_t(m_validation.size());
    m_facts.test = std::int64_t(m_test.size());
    m_facts.leftOut = m_data.leftOutCount;
    m_facts.notes = m_data.notes;
    for (const Error& error : m_data.leftOut)
        m_facts.notes.push_back(error.sentence());
    if (nn::precisionNamed(m_settings.precision) == nn::Precision::Bf16 && !nn::hasBf16Products(m_place.device))
        m_facts.notes.push_back("This processor does not make products of bfloat16 itself: \"precision\": \"bf16\" gains "
                                "nothing here.");
    standardiseCounts(*m_net, *m_batches, m_train, options);
    if (m_place.resume) {
        if (auto restored = restore(); !restored)
            return restored;
    } else if (writes()) {
        if (auto made = m_folder.create(toJson(m_settings)); !made)
            return made;
    }
    m_statistics = runningStatistics(*m_net);
    return begin();
}

Result<void> FitRun::restore()
{
    auto files = m_folder.readFiles();
    if (!files)
        return fail(files.error());
    auto progress = parseFitProgress(files->stateJson);
    if (!progress)
        return fail(progress.error().at({.file = m_place.directory}));
    auto done = models::applyState(*m_net, files->weights);
    if (done)
        done = m_optimiser->restore(files->optimiser, progress->step);
    if (done && writes())
        done = m_folder.truncateMetrics(progress->metricsBytes);
    if (!done)
        return done;
    m_best = std::move(files->best);
    m_now = m_committed = *progress;
    return {};
}

Result<void> FitRun::begin()
{
    m_plan = m_batches->plan(m_train, std::max<std::int64_t>(0, m_now.epoch));
    m_facts.batchesPerEpoch = std::int64_t(m_plan.size());
    m_phase = Phase::Training;
    if (auto said = emit(startLine(m_facts, m_settings, m_now)); !said)
        return said;
    if (!writes()) {
        if (m_now.validationDue)
            return followFirst();
        m_phase = m_now.ended ? Phase::Done : Phase::Training;
        return {};
    }
    if (m_now.validationDue)
        return validate();
    return m_now.ended ? beginFinish() : Result<void>{};
}

}  // namespace nscope::fit
