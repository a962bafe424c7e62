#include "app/cli/bench_command.h"

#include "app/cli/model_source.h"
#include "app/cli/progress_line.h"
#include "app/cli/run_job.h"
#include "app/cli/text_table.h"
#include "core/study/number_text.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <iostream>

namespace nscope::cli {

namespace {

using nlohmann::json;
using study::shortNumber;

struct BenchOptions {
    std::vector<std::string> rows;
    double seconds = 4.0;
};

std::vector<std::string> cells(const json& row)
{
    return {row["row"].get<std::string>(),
            std::to_string(row["mutants"].get<std::int64_t>()),
            shortNumber(row["whole_seconds"]),
            shortNumber(row["seconds"]),
            shortNumber(row["times"]),
            shortNumber(row["times_cpu"]),
            row["goal"].is_null() ? "" : shortNumber(row["goal"]),
            shortNumber(row["worst"]),
            std::to_string(row["timed"].get<std::int64_t>()),
            std::to_string(row["batch"].get<std::int64_t>()),
            std::to_string(row["timed_own"].get<std::int64_t>())};
}

Result<void> runBench(const BenchOptions& options, const Context& context)
{
    const Result<std::unique_ptr<engine::Backend>> backend = openBackend(context.common);
    if (!backend)
        return fail(backend.error());
    engine::Request request;
    request.analysis = engine::Analysis::Evaluate;
    const json settings{{"task", "benchmark"}, {"rows", options.rows}, {"seconds", options.seconds}};
    request.training = std::make_shared<const engine::TrainingOrder>(
        engine::TrainingOrder{.configJson = settings.dump(), .outputDirectory = {}, .resume = false});
    TextTable table({"network", "mutants", "whole_s", "s", "times", "times_cpu", "goal", "worst", "timed", "batch",
                     "timed_own"});
    ProgressLine progress("Measuring", "rows", context.common.quiet);
    std::int64_t rows = 0;
    const JobListener listener{.delivered = [&](const engine::Delivery& delivery) -> Result<void> {
                                   if (const auto* line =
                                           std::get_if<std::shared_ptr<const engine::MetricsLine>>(&delivery.payload)) {
                                       const std::vector<std::string> row = cells(json::parse((*line)->json));
                                       progress.note(row[0] + ": " + row[4] + " times");
                                       table.addRow(row);
                                   }
                                   return {};
                               },
                               .progressed =
                                   [&](std::int64_t done, std::int64_t total) {
                                       rows = done;
                                       progress.update(done, double(done) / double(total));
                                   },
                               .noted = [&](const std::string& sentence) { progress.note(sentence); }};
    if (const Result<void> done = runJob(**backend, request, context.stop, listener); !done)
        return done;
    progress.finish(rows);
    if (!context.common.json)
        std::cout << "Exact mutagenesis against running every mutant whole; " << (*backend)->description() << ".\n";
    table.print(std::cout, context.common.json);
    return {};
}

}  // namespace

Runner addBench(CLI::App& app)
{
    auto options = std::make_shared<BenchOptions>();
    app.add_option("--rows", options->rows, "Only these rows, as basset/1000,lfnet/3000; default: all")->delimiter(',');
    app.add_option("--seconds", options->seconds, "How long mutants are run whole, per batch size")
        ->check(CLI::Range(0.01, 3600.0))
        ->capture_default_str();
    return [options](const Context& context) { return runBench(*options, context); };
}

}  // namespace nscope::cli
