#include "core/train/train_jobs.h"

#include "core/train/evaluate_job.h"
#include "core/train/kmer_embedding_job.h"
#include "core/train/trainer.h"

#include <filesystem>

namespace nscope::train {

namespace {

Result<std::unique_ptr<engine::Job>> makeKmerEmbeddingJob(const std::string& text, const std::string& directory)
{
    auto config = parseKmerEmbeddingConfig(text);
    if (!config)
        return fail(config.error());
    return KmerEmbeddingJob::create(std::move(*config), directory);
}

}  // namespace

Result<std::unique_ptr<engine::Job>> makeTrainJob(const engine::Request& request)
{
    if (!request.training || request.training->outputDirectory.empty())
        return fail(ErrorCode::InvalidArgument, "Training needs its settings and an output folder.");
    const engine::TrainingOrder& order = *request.training;
    const RunFolder folder(order.outputDirectory);
    std::string text = order.configJson;
    if (order.resume) {
        if (!folder.hasCheckpoint())
            return fail(ErrorCode::NotFound, "The folder holds no checkpoint to resume from.",
                        {.file = order.outputDirectory});
        if (text.empty()) {
            auto stored = folder.configJson();
            if (!stored)
                return fail(stored.error());
            text = std::move(*stored);
        }
    }
    if (const std::string task = taskOf(text); task == kKmerEmbeddingTask)
        return makeKmerEmbeddingJob(text, order.outputDirectory);
    else if (!task.empty())
        return fail(ErrorCode::InvalidArgument,
                    "The setting \"task\" takes classes, labels, distribution, numbers, profile, masked-letters or "
                        + std::string(kKmerEmbeddingTask) + ", or is left out to train a coding model.");
    auto config = parseTrainConfig(text);
    if (!config)
        return fail(config.error());
    if (auto options = models::Bioseq2SeqOptions::fromMap(config->model.options); !options)
        return fail(options.error());
    return std::make_unique<TrainingRun>(std::move(*config), order.outputDirectory, order.resume);
}

Result<std::unique_ptr<engine::Job>> makeEvaluateJob(const engine::Request& request,
                                                     std::shared_ptr<nn::SequenceNet> net, const data::ModelCard& card)
{
    if (!request.training || request.training->outputDirectory.empty())
        return fail(ErrorCode::InvalidArgument, "An evaluation needs its data and a place for the report.");
    auto config = parseEvaluateConfig(request.training->configJson);
    if (!config)
        return fail(config.error());
    std::filesystem::path report = request.training->outputDirectory;
    if (report.extension() != ".json")
        report /= "report.json";
    return std::make_unique<EvaluateJob>(std::move(*config), report.string(), std::move(net), card);
}

}  // namespace nscope::train
