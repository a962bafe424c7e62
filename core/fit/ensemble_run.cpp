#include "core/fit/ensemble_run.h"

#include "core/engine/metrics_delivery.h"
#include "core/io/model_card.h"
#include "core/models/ensemble.h"
#include "core/models/model_zoo.h"
#include "core/models/weights.h"

#include <nlohmann/json.hpp>

#include <array>
#include <filesystem>
#include <ranges>

namespace nscope::fit {

namespace {

using nlohmann::json;

/// What does not change what a run learns, or is meant to differ.
constexpr std::array kFree{"seed", "card", "threads", "log_every_steps", "checkpoint_minutes", "replicates", "ensemble"};

Result<json> comparedSettings(const std::string& runFolder)
{
    const auto text = train::RunFolder(runFolder).configJson();
    if (!text)
        return fail(text.error());
    json root = json::parse(*text, nullptr, false);
    if (!root.is_object())
        return fail(ErrorCode::Parse, "The settings of the run are not a JSON object.", {.file = runFolder});
    for (const char* key : kFree)
        root.erase(key);
    return root;
}

/// The first key in which two objects differ, "optimiser.rate".
std::string differenceOf(const json& a, const json& b)
{
    for (const auto& [key, value] : a.items()) {
        if (!b.contains(key) || b[key] != value) {
            const std::string deeper = value.is_object() && b.contains(key) ? differenceOf(value, b[key]) : std::string();
            return deeper.empty() ? key : key + "." + deeper;
        }
    }
    for (const auto& [key, value] : b.items()) {
        if (!a.contains(key))
            return key;
    }
    return {};
}

}  // namespace

Result<void> checkAlike(const std::vector<std::string>& runFolders)
{
    if (runFolders.size() < 2)
        return fail(ErrorCode::InvalidArgument, "An ensemble needs at least two runs.");
    const auto first = comparedSettings(runFolders.front());
    if (!first)
        return fail(first.error());
    for (const std::string& folder : runFolders | std::views::drop(1)) {
        const auto other = comparedSettings(folder);
        if (!other)
            return fail(other.error());
        if (const std::string key = differenceOf(*first, *other); !key.empty())
            return fail(ErrorCode::InvalidArgument,
                        "The runs of an ensemble may differ in their seed alone, but this one and the first differ in \""
                            + key + "\".",
                        {.file = folder});
    }
    return {};
}

EnsembleRun::EnsembleRun(FitSettings settings, DatasetSource source, FitPlace place,
                         std::vector<std::string> runFolders)
    : m_settings(std::move(settings)),
      m_source(std::move(source)),
      m_place(std::move(place)),
      m_runFolders(std::move(runFolders)),
      m_folder(m_place.directory)
{
}

Result<engine::StepReport> EnsembleRun::step(std::stop_token stop)
{
    const c10::InferenceMode noInference(false);
    nn::PassOptions options;
    options.stop = stop;
    engine::StepReport report;
    try {
        options.poll();
        Result<void> done;
        if (!m_test) {
            done = load(stop);
        } else if (!m_test->isDone()) {
            m_test->step(*m_net, options);
        } else {
            const std::string procedure = "The mean of " + std::to_string(m_runFolders.size())
                                          + " networks trained from different seeds, of which the first: "
                                          + m_procedure;
            const auto line = m_test->write(*m_net, {.procedure = procedure}, m_folder, stop);
            if (!line && line.error().code() == ErrorCode::Cancelled)
                return fail(stopped());
            if (!line)
                return fail(line.error());
            done = emit(*line, report);
            report.finished = true;
        }
        if (!done)
            return fail(done.error());
        return report;
    } catch (const nn::Cancelled&) {
        return fail(stopped());
    }
}

/// Nothing of it can be gone on with, so that the next try begins in an empty place.
Error EnsembleRun::stopped() const
{
    if (std::error_code error; m_test) {
        std::filesystem::remove(m_folder.filePath("config.json"), error);
        std::filesystem::remove(m_place.directory, error);  // if nothing else is there
    }
    return {ErrorCode::Cancelled, "The ensemble was not made; its members are kept."};
}

Result<void> EnsembleRun::load(std::stop_token stop)
{
    if (m_settings.task == dataset::TaskKind::MaskedLetters)
        return fail(ErrorCode::Unsupported, "Networks that learn hidden letters are not averaged in an ensemble.");
    auto data = m_source(stop);
    if (!data)
        return fail(data.error());
    m_data = std::move(*data);
    if (auto sound = checkExamples(m_data); !sound)
        return sound;
    if (auto taken = takeMembers(); !taken)
        return taken;
    if (auto fits = checkHead(*m_net, m_data.task); !fits)
        return fits;
    m_net->eval();
    m_net->to(m_place.device);
    auto reading = Reading::of(*m_net, m_data);
    if (!reading)
        return fail(reading.error());
    m_reading = std::move(*reading);
    auto weights = labelWeights(m_settings.loss, m_data, m_data.rows(dataset::Part::Train));
    if (!weights)
        return fail(weights.error());
    m_loss.emplace(m_settings.task, m_settings.loss, *weights);
    m_loss->to(m_place.device);
    m_batches.emplace(m_data, *m_reading, m_settings);
    m_test.emplace(m_data, *m_batches, *m_loss, m_settings);
    return m_folder.create(toJson(m_settings));
}

/// Their weights in one network; from here on the settings are the ensemble's.
Result<void> EnsembleRun::takeMembers()
{
    models::StateDict weights;
    data::OptionMap options;
    std::string architecture;
    for (std::size_t i = 0; i < m_runFolders.size(); ++i) {
        const train::RunFolder folder(m_runFolders[i]);
        const auto card = io::peekModelCard(folder.modelPath());
        if (!card)
            return fail(card.error());
        if (i == 0) {
            architecture = card->architecture;
            options = card->options;
            m_procedure = card->trainingProcedure;
        } else if (card->architecture != architecture || card->options != options) {
            return fail(ErrorCode::InvalidArgument, "The network of this run is another one than that of the first.",
                        {.file = folder.modelPath()});
        }
        const auto state = models::readState(folder.modelPath());
        if (!state)
            return fail(state.error());
        for (const auto& [name, tensor] : *state)
            weights["members." + std::to_string(i) + "." + name] = tensor;
    }
    m_settings.model = ModelSettings();
    m_settings.model.architecture = models::kEnsemble;
    m_settings.model.options = models::ensembleOptions(architecture, m_runFolders.size(), std::move(options));
    m_settings.replicates = 1;
    m_settings.ensemble = false;
    auto net = models::createNet(m_settings.model.architecture, m_settings.model.options);
    if (!net)
        return fail(net.error());
    m_net = std::move(*net);
    return models::applyState(*m_net, weights);
}

Result<void> EnsembleRun::emit(const std::string& json, engine::StepReport& report)
{
    report.deliveries.push_back(engine::metricsDelivery(json));
    return m_folder.appendMetrics(json);
}

}  // namespace nscope::fit
