#include "core/fit/fit_jobs.h"

#include "core/dataset/read_dataset.h"
#include "core/fit/fit_evaluate.h"
#include "core/fit/fit_search.h"
#include "core/train/kmer_embedding_config.h"

#include <filesystem>

namespace nscope::fit {

namespace {

/// What reads the group "data" of the settings; wrong ones are refused at once.
Result<DatasetSource> sourceOf(const std::string& dataJson, dataset::TaskKind task)
{
    io::SettingsFields fields(nlohmann::json::parse(dataJson), "data");
    auto settings = dataset::readDataSettings(fields, task);
    if (!settings)
        return fail(settings.error());
    return [settings = *std::move(settings), task](std::stop_token stop) {
        return dataset::readDataset(settings, task, std::move(stop));
    };
}

}  // namespace

bool isFitTask(std::string_view json) { return dataset::taskNamed(train::taskOf(json)).has_value(); }

Result<std::string> settingsText(const engine::TrainingOrder& order)
{
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
    auto source = sourceOf(settings->dataJson, settings->task);
    if (!source)
        return fail(source.error());
    FitPlace place{order.outputDirectory, order.resume, device, memoryBudgetBytes};
    if (!settings->searchJson.empty()) {
        auto search = parseSearch(settings->searchJson);
        if (!search)
            return fail(search.error());
        return std::make_unique<SearchRun>(std::move(*settings), std::move(*search), *std::move(source),
                                           std::move(place));
    }
    if (settings->replicates > 1 || settings->folds > 0) {
        std::vector<SeriesMember> members = seriesMembers(*settings, *source);
        return std::make_unique<SeriesRun>(std::move(*settings), std::move(members), std::move(place));
    }
    if (order.resume && !train::RunFolder(order.outputDirectory).hasCheckpoint())
        return fail(ErrorCode::NotFound, "The folder holds no checkpoint to resume from.",
                    {.file = order.outputDirectory});
    return std::make_unique<FitRun>(std::move(*settings), *std::move(source), std::move(place));
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
    auto source = sourceOf(evaluation->dataJson, evaluation->task);
    if (!source)
        return fail(source.error());
    return std::make_unique<EvaluateFitJob>(std::move(*evaluation), *std::move(source), report.string(), std::move(net),
                                            card);
}

}  // namespace nscope::fit
