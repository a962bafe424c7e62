#include "core/fit/fit_jobs.h"

#include "core/fit/ensemble_run.h"
#include "core/fit/fit_evaluate.h"
#include "core/fit/fit_search.h"
#include "core/train/kmer_embedding_config.h"

#include <filesystem>

namespace nscope::fit {

namespace {

/// The group "data" of the settings, which becomes complete: config.json has every default.
Result<dataset::DataSettings> completeData(std::string& dataJson, dataset::TaskKind task)
{
    io::SettingsFields fields(nlohmann::json::parse(dataJson), "data");
    auto settings = dataset::readDataSettings(fields, task);
    if (settings)
        dataJson = dataset::toJson(*settings, task).dump();
    return settings;
}

}  // namespace

bool isFitTask(std::string_view json) { return dataset::taskNamed(train::taskOf(json)).has_value(); }

Result<std::string> settingsText(const engine::TrainingOrder& order)
{
    if (!order.averaged.empty())
        return train::RunFolder(order.averaged.front()).configJson();
    const train::RunFolder folder(order.outputDirectory);
    if (!order.resume || !order.configJson.empty())
        return order.configJson;
    return folder.configJson();
}

Result<std::unique_ptr<engine::Job>> makeFitJob(const engine::Request& request, torch::Device device,
                                                std::int64_t memoryBudgetBytes)
{
    const engine::TrainingOrder& order = *request.training;
    const auto text = settingsText(order);
    if (!text)
        return fail(text.error());
    auto settings = parseFitSettings(*text);
    if (!settings)
        return fail(settings.error());
    const auto data = completeData(settings->dataJson, settings->task);
    if (!data)
        return fail(data.error());
    DatasetSource source = readerOf(*data, settings->task);
    auto group = TrainingGroup::ofEnvironment();
    if (!group)
        return fail(group.error());
    FitPlace place{order.outputDirectory, order.resume, device, memoryBudgetBytes, *std::move(group)};
    if (place.group && (!settings->searchJson.empty() || settings->replicates > 1 || settings->folds > 0))
        return fail(ErrorCode::InvalidArgument, "Processes can share one training, but no replicates, folds or search: "
                                                "give each of these a process of its own (packaging/workflows).");
    if (!order.averaged.empty()) {
        if (auto alike = checkAlike(order.averaged); !alike)
            return fail(alike.error());
        return std::make_unique<EnsembleRun>(std::move(*settings), std::move(source), std::move(place), order.averaged);
    }
    if (!settings->searchJson.empty()) {
        auto search = parseSearch(settings->searchJson);
        if (!search)
            return fail(search.error());
        return std::make_unique<SearchRun>(std::move(*settings), std::move(*search), std::move(source),
                                           std::move(place));
    }
    if (settings->replicates > 1 || settings->folds > 0) {
        std::vector<SeriesMember> members =
            settings->folds > 0 ? foldMembers(*settings, *data) : replicates(*settings, source);
        return std::make_unique<SeriesRun>(std::move(*settings), std::move(members), std::move(place));
    }
    if (order.resume && !train::RunFolder(order.outputDirectory).hasCheckpoint())
        return fail(ErrorCode::NotFound, "The folder holds no checkpoint to resume from.",
                    {.file = order.outputDirectory});
    return std::make_unique<FitRun>(std::move(*settings), std::move(source), std::move(place));
}

Result<std::unique_ptr<engine::Job>>
makeEvaluateFitJob(const engine::Request& request, std::shared_ptr<nn::SequenceNet> net, const data::ModelCard& card)
{
    auto evaluation = parseFitEvaluation(request.training->configJson);
    if (!evaluation)
        return fail(evaluation.error());
    std::filesystem::path report = request.training->outputDirectory;
    if (report.extension() != ".json")
        report /= "report.json";
    const auto data = completeData(evaluation->dataJson, evaluation->task);
    if (!data)
        return fail(data.error());
    DatasetSource source = readerOf(*data, evaluation->task);
    return std::make_unique<EvaluateFitJob>(std::move(*evaluation), std::move(source), report.string(), std::move(net),
                                            card);
}

}  // namespace nscope::fit
