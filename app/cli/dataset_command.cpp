#include "app/cli/dataset_command.h"

#include "app/cli/output_path.h"
#include "app/cli/progress_line.h"
#include "app/cli/result_output.h"
#include "app/cli/shown_work.h"
#include "core/dataset/dataset_checks.h"
#include "core/dataset/read_dataset.h"
#include "core/io/mapped_file.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <iostream>
#include <memory>

namespace nscope::cli {

namespace {

using nlohmann::ordered_json;

constexpr std::size_t kLargestSettings = 1u << 20;

struct DatasetOptions {
    std::string config;
    std::string output;
    dataset::CheckSettings checks{};
    bool skipsNearDuplicates = false;
};

ordered_json rowsJson(const io::ResultTable& table)
{
    ordered_json rows = ordered_json::array();
    for (std::size_t row = 0; row < table.rows(); ++row) {
        ordered_json one = ordered_json::object();
        for (const io::ResultColumn& column : table.columns)
            std::visit([&](const auto& values) { one[column.name] = values[row]; }, column.values);
        rows.push_back(std::move(one));
    }
    return rows;
}

void print(const dataset::DatasetReport& report, bool asJson)
{
    if (asJson) {
        const ordered_json all = {{"parts", rowsJson(report.summary)},
                                  {"findings", rowsJson(dataset::findingsTable(report.findings))},
                                  {"can_train", report.canTrain()}};
        std::cout << all.dump(2, ' ', false, ordered_json::error_handler_t::replace) << "\n";
        return;
    }
    printTable(report.summary, false);
    if (!report.findings.empty())
        std::cout << "\n";
    for (const dataset::Finding& finding : report.findings)
        std::cout << dataset::severityName(finding.severity) << ": " << finding.sentence << "\n";
}

/// The findings first, then the parts and what single findings list.
Result<void> write(const dataset::DatasetReport& report, const std::string& path)
{
    std::vector<io::ResultTable> tables{dataset::findingsTable(report.findings), report.summary};
    for (const dataset::Finding& finding : report.findings) {
        if (finding.table)
            tables.push_back(*finding.table);
    }
    return io::writeResultTables(path, tables);
}

Result<dataset::Dataset> read(const DatasetOptions& options, const Context& context)
{
    const Result<std::string> text = io::readWholeFile(options.config, kLargestSettings);
    if (!text)
        return fail(text.error());
    const Result<dataset::RunData> run = dataset::dataOfRun(*text);
    if (!run)
        return fail(run.error().at({.file = options.config}));
    Progress progress;
    ProgressLine line("Reading", "sequences", context.common.quiet);
    return runShowing(line, progress,
                      [&] { return dataset::readDataset(run->data, run->kind, context.stop, &progress); });
}

Result<dataset::DatasetReport> check(const dataset::Dataset& data, const DatasetOptions& options,
                                     const Context& context)
{
    dataset::CheckSettings settings = options.checks;
    settings.findsNearDuplicates = !options.skipsNearDuplicates;
    Progress progress;
    ProgressLine line("Checking", "sequences", context.common.quiet);
    return runShowing(line, progress, [&] { return dataset::checkDataset(data, settings, context.stop, &progress); });
}

Result<void> runDataset(const DatasetOptions& options, const Context& context)
{
    if (!options.output.empty()) {
        if (const auto extension = checkOutputPath(options.output, {".tsv", ".json", ".npz"}); !extension)
            return fail(extension.error());
    }
    const Result<dataset::Dataset> data = read(options, context);
    if (!data)
        return fail(data.error());
    const Result<dataset::DatasetReport> report = check(*data, options, context);
    if (!report)
        return fail(report.error());
    print(*report, context.common.json);
    if (!options.output.empty()) {
        if (const Result<void> written = write(*report, options.output); !written)
            return written;
    }
    if (report->canTrain())
        return {};
    return fail(ErrorCode::InvalidArgument, "A network cannot be trained on these data; see the problems above.",
                {.file = options.config, .record = "data"});
}

}  // namespace

Runner addDataset(CLI::App& app)
{
    auto options = std::make_shared<DatasetOptions>();
    app.add_option("--config", options->config, "Settings of the run (JSON; docs/training.md)")->required();
    app.add_option("--output", options->output,
                   "Table of the findings to write (.tsv, .json, .npz), with what each of them lists");
    app.add_option("--length", options->checks.fixedLengthNt,
                   "Input of the network in nucleotides; 0: it reads any length")
        ->check(CLI::Range(std::int64_t(0), std::int64_t(1'000'000'000)))
        ->capture_default_str();
    app.add_option("--identity", options->checks.identity,
                   "From this estimated identity on two sequences are nearly the same")
        ->check(CLI::Range(0.7, 1.0))
        ->capture_default_str();
    app.add_flag("--skip-near-duplicates", options->skipsNearDuplicates, "Look for equal sequences only");
    return [options](const Context& context) { return runDataset(*options, context); };
}

}  // namespace nscope::cli
