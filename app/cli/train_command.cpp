#include "app/cli/train_command.h"

#include "app/cli/model_source.h"
#include "app/cli/progress_line.h"
#include "app/cli/run_job.h"
#include "core/io/mapped_file.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string_view>

namespace nscope::cli {

namespace {

using nlohmann::ordered_json;

constexpr std::size_t kLargestSettings = 1u << 20;

struct TrainOptions {
    std::string config;
    std::string output;
    std::string resume;
    std::vector<std::string> average;
};

/// The settings with the command line's seed in them.
Result<std::string> settings(const std::string& path, std::optional<std::uint64_t> seed)
{
    Result<std::string> text = io::readWholeFile(path, kLargestSettings);
    if (!text || !seed)
        return text;
    ordered_json root = ordered_json::parse(*text, nullptr, false);
    if (!root.is_object())
        return fail(ErrorCode::Parse, "The settings are not a JSON object.", {.file = path});
    root["seed"] = *seed;
    return root.dump();
}

Result<engine::TrainingOrder> orderOf(const TrainOptions& options, const CommonOptions& common)
{
    engine::TrainingOrder order;
    if (!options.average.empty()) {
        if (options.output.empty() || !options.config.empty() || !options.resume.empty() || common.seed)
            return fail(ErrorCode::InvalidArgument, "--average takes the settings of its runs and needs --output, without "
                                                    "--config, --resume or --seed.");
        order.outputDirectory = options.output;
        order.averaged = options.average;
        return order;
    }
    if (!options.resume.empty()) {
        if (!options.config.empty() || !options.output.empty() || common.seed)
            return fail(ErrorCode::InvalidArgument,
                        "--resume goes on with the settings of its folder and takes no --config, --output or --seed.");
        order.outputDirectory = options.resume;
        order.resume = true;
        return order;
    }
    if (options.config.empty() || options.output.empty())
        return fail(ErrorCode::InvalidArgument,
                    "Give --config and --output for a new run, --resume for an old one, or --average for several that "
                    "have ended.");
    Result<std::string> text = settings(options.config, common.seed);
    if (!text)
        return fail(text.error());
    order.configJson = std::move(*text);
    order.outputDirectory = options.output;
    return order;
}

std::string numberOf(const ordered_json& line, const char* key)
{
    const auto found = line.find(key);
    if (found == line.end() || !found->is_number())
        return "?";
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", found->get<double>());
    return text;
}

/// The metrics of a validation that people ask for first, as far as the run has them.
std::string shownMetrics(const ordered_json& line)
{
    std::string text;
    for (const char* key : {"loss", "log_loss", "accuracy", "MCC", "AUROC", "KL", "pearson", "R2", "perplexity"}) {
        if (line.contains(key))
            text += (text.empty() ? "" : ", ") + std::string(key) + " " + numberOf(line, key);
    }
    return text;
}

/// Lines of metrics for people: one per validation or epoch of word vectors, one for the result.
void sayMetrics(const ordered_json& line, ProgressLine& progress)
{
    const std::string type = line.value("type", std::string());
    if (type == "validation")
        progress.note("Step " + numberOf(line, "step") + ": " + shownMetrics(line)
                      + (line.value("best", false) ? ", the best so far" : ""));
    else if (type == "train" && line.contains("pairs"))
        progress.note("Epoch " + numberOf(line, "epoch") + ": loss per pair " + numberOf(line, "loss"));
    else if (type == "result")
        progress.note("Result: " + line.dump());
}

Result<void> runTrain(const TrainOptions& options, const Context& context)
{
    const Result<engine::TrainingOrder> order = orderOf(options, context.common);
    if (!order)
        return fail(order.error());
    const Result<std::unique_ptr<engine::Backend>> backend = openBackend(context.common);
    if (!backend)
        return fail(backend.error());
    engine::Request request;
    request.analysis = engine::Analysis::Train;
    request.training = std::make_shared<const engine::TrainingOrder>(*order);

    // Of processes that train together (docs/training.md) only the first one speaks.
    const char* const rank = std::getenv("RANK");
    const bool isFirst = rank == nullptr || std::string_view(rank) == "0" || std::getenv("WORLD_SIZE") == nullptr;
    ProgressLine progress("Training", "steps", context.common.quiet || !isFirst);
    std::int64_t steps = 0;
    bool isStepKnown = false;  // a job's units are parts of the whole where its steps are not a setting
    const JobListener listener{.delivered = [&](const engine::Delivery& delivery) -> Result<void> {
                                   const auto* text =
                                       std::get_if<std::shared_ptr<const engine::MetricsLine>>(&delivery.payload);
                                   if (!text)
                                       return {};
                                   const ordered_json line = ordered_json::parse((*text)->json, nullptr, false);
                                   if (line.is_object() && line.contains("step") && line["step"].is_number()) {
                                       steps = line["step"].get<std::int64_t>();
                                       isStepKnown = true;
                                   }
                                   if (context.common.json)
                                       std::cout << (*text)->json << std::endl;
                                   else if (line.is_object())
                                       sayMetrics(line, progress);
                                   return {};
                               },
                               .progressed =
                                   [&](std::int64_t done, std::int64_t total) {
                                       if (!isStepKnown)
                                           steps = done;
                                       progress.update(steps, total > 0 ? double(done) / double(total) : -1.0);
                                   },
                               .noted = [&](const std::string& sentence) { progress.note(sentence); }};
    const Result<void> result = runJob(**backend, request, context.stop, listener);
    const bool canGoOn = std::filesystem::exists(std::filesystem::path(order->outputDirectory) / "checkpoint");
    if (!result && result.error().code() == ErrorCode::Cancelled && canGoOn)
        return fail(ErrorCode::Cancelled,
                    result.error().message() + " To go on: nucleoscope-cli train --resume " + order->outputDirectory);
    if (result)
        progress.finish(steps);
    return result;
}

}  // namespace

Runner addTrain(CLI::App& app)
{
    auto options = std::make_shared<TrainOptions>();
    app.add_option("--config", options->config, "Settings of the run (JSON; docs/training.md)");
    app.add_option("--output", options->output, "Folder for the run: checkpoints, metrics.jsonl, the model");
    app.add_option("--resume", options->resume, "Folder of a stopped run that goes on");
    app.add_option("--average", options->average,
                   "Folders of runs that differ in their seed: the mean of their networks becomes one model, in --output");
    return [options](const Context& context) { return runTrain(*options, context); };
}

}  // namespace nscope::cli
