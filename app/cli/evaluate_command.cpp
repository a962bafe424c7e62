#include "app/cli/evaluate_command.h"

#include "app/cli/model_source.h"
#include "app/cli/output_path.h"
#include "app/cli/progress_line.h"
#include "app/cli/run_job.h"
#include "app/cli/text_table.h"
#include "core/io/mapped_file.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>

namespace nscope::cli {

namespace {

using nlohmann::ordered_json;

constexpr std::size_t kLargestSettings = 1u << 20;
constexpr const char* kShownMetrics[] = {"rows", "accuracy", "precision", "recall", "F1", "MCC", "AUROC", "AUPRC"};

struct EvaluateOptions {
    std::string model;
    std::string data;
    std::string table;
    std::string rows;
    std::string output;
};

/// human_transcripts.fa.gz → human_transcripts.tsv.
std::string tableBeside(const std::string& fasta)
{
    std::filesystem::path path(fasta);
    if (path.extension() == ".gz" || path.extension() == ".bgz")
        path.replace_extension();
    return path.replace_extension(".tsv").string();
}

/// "split=valid,test" → {"column": "split", "values": ["valid", "test"]}.
Result<ordered_json> rowFilter(const std::string& text)
{
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
        return fail(ErrorCode::InvalidArgument, "--rows takes column=value or column=value,value; not '" + text + "'.");
    ordered_json values = ordered_json::array();
    for (std::size_t start = equals + 1; start <= text.size();) {
        const std::size_t comma = std::min(text.find(',', start), text.size());
        values.push_back(text.substr(start, comma - start));
        start = comma + 1;
    }
    return ordered_json{{"column", text.substr(0, equals)}, {"values", values}};
}

/// What is evaluated, as the JSON that the model module reads.
Result<std::string> evaluationSettings(const EvaluateOptions& options)
{
    if (options.data.ends_with(".json")) {
        if (!options.table.empty() || !options.rows.empty())
            return fail(ErrorCode::InvalidArgument, "--table and --rows belong to a FASTA file; the settings file "
                                                    "holds its own.");
        return io::readWholeFile(options.data, kLargestSettings);
    }
    ordered_json settings{{"fasta", options.data},
                          {"table", options.table.empty() ? tableBeside(options.data) : options.table}};
    if (!options.rows.empty()) {
        const Result<ordered_json> filter = rowFilter(options.rows);
        if (!filter)
            return fail(filter.error());
        settings["rows"] = *filter;
    }
    return settings.dump();
}

std::vector<std::string> tableRow(const std::string& name, const ordered_json& metrics)
{
    std::vector<std::string> row{name};
    for (const char* key : kShownMetrics) {
        const double value = metrics.value(key, 0.0);
        char text[32];
        std::snprintf(text, sizeof text, value == double(std::int64_t(value)) && value > 1 ? "%.0f" : "%.4f", value);
        row.push_back(text);
    }
    return row;
}

std::string shortNumber(const ordered_json& value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value.is_number() ? value.get<double>() : 0.0);
    return value.is_number() ? text : "";
}

/// Of a report whose metrics depend on the task: one line each, with its 95 % interval.
void printTaskReport(const ordered_json& report, bool asJson)
{
    TextTable table({"metric", "value", "low", "high"});
    const ordered_json intervals = report.value("intervals", ordered_json::object());
    const ordered_json metrics = report.value("metrics", ordered_json::object());
    for (const auto& [name, value] : metrics.items()) {
        const ordered_json interval = intervals.value(name, ordered_json::array({nullptr, nullptr}));
        table.addRow({name, shortNumber(value), shortNumber(interval.at(0)), shortNumber(interval.at(1))});
    }
    table.print(std::cout, asJson);
}

void printReport(const ordered_json& report, bool asJson)
{
    if (report.contains("task"))
        return printTaskReport(report, asJson);
    std::vector<std::string> columns{"scorer"};
    columns.insert(columns.end(), std::begin(kShownMetrics), std::end(kShownMetrics));
    TextTable table(std::move(columns));
    table.addRow(
        tableRow(report.value("model", std::string("model")), report.value("metrics", ordered_json::object())));
    const ordered_json baselines = report.value("baselines", ordered_json::object());
    for (const auto& [name, metrics] : baselines.items())
        table.addRow(tableRow(name, metrics));
    table.print(std::cout, asJson);
}

Result<void> runEvaluate(const EvaluateOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".json"}); !extension)
        return fail(extension.error());
    const Result<std::string> settings = evaluationSettings(options);
    if (!settings)
        return fail(settings.error());
    const Result<OpenedModel> model = openModel(options.model, context.common);
    if (!model)
        return fail(model.error());
    engine::Request request;
    request.analysis = engine::Analysis::Evaluate;
    request.model = model->info.id;
    request.training = std::make_shared<const engine::TrainingOrder>(
        engine::TrainingOrder{.configJson = *settings, .outputDirectory = options.output, .resume = false});

    ProgressLine progress("Evaluating", "records", context.common.quiet);
    ordered_json report;
    std::int64_t records = 0;
    const JobListener listener{.delivered = [&](const engine::Delivery& delivery) -> Result<void> {
                                   if (const auto* line =
                                           std::get_if<std::shared_ptr<const engine::MetricsLine>>(&delivery.payload))
                                       report = ordered_json::parse((*line)->json, nullptr, false);
                                   return {};
                               },
                               .progressed =
                                   [&](std::int64_t done, std::int64_t total) {
                                       records = done;
                                       progress.update(done, total > 0 ? double(done) / double(total) : -1.0);
                                   },
                               .noted = [&](const std::string& sentence) { progress.note(sentence); }};
    if (const Result<void> done = runJob(*model->backend, request, context.stop, listener); !done)
        return done;
    if (!report.is_object())
        return fail(ErrorCode::Internal, "The evaluation gave no report.");
    progress.finish(records);
    printReport(report, context.common.json);
    return {};
}

}  // namespace

Runner addEvaluate(CLI::App& app)
{
    auto options = std::make_shared<EvaluateOptions>();
    addModelOption(app, options->model);
    app.add_option("--data", options->data,
                   "Labelled records: a FASTA file with its table (id, label) beside it, or a settings file (.json)")
        ->required();
    app.add_option("--table", options->table, "The table of a FASTA file, if it is not beside it under the same name");
    app.add_option("--rows", options->rows, "Only rows of the table with column=value,value …, as split=valid");
    app.add_option("--output", options->output, "Report to write (.json); a table of all records goes beside it (.tsv)")
        ->required();
    return [options](const Context& context) { return runEvaluate(*options, context); };
}

}  // namespace nscope::cli
