#include "app/cli/dataset_command.h"

#include "app/cli/output_path.h"
#include "app/cli/progress_line.h"
#include "app/cli/result_output.h"
#include "app/cli/shown_work.h"
#include "core/dataset/baselines.h"
#include "core/dataset/cd_hit.h"
#include "core/dataset/dataset_checks.h"
#include "core/dataset/read_dataset.h"
#include "core/io/mapped_file.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <iostream>
#include <memory>
#include <optional>

namespace nscope::cli {

namespace {

using nlohmann::ordered_json;

constexpr std::size_t kLargestSettings = 1u << 20;

struct DatasetOptions {
    std::string config;
    std::string output;
    dataset::CheckSettings checks{};
    bool skipsNearDuplicates = false;
    bool aligns = false;
    bool judgesBaselines = false;
    dataset::BaselineSettings baselines{};
};

/// What the command shows and writes.
struct Shown {
    dataset::DatasetReport report;
    std::optional<io::ResultTable> baselines{};
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

void print(const Shown& shown, bool asJson)
{
    const dataset::DatasetReport& report = shown.report;
    if (asJson) {
        ordered_json all = {{"parts", rowsJson(report.summary)},
                            {"findings", rowsJson(dataset::findingsTable(report.findings))},
                            {"can_train", report.canTrain()}};
        if (shown.baselines)
            all["baselines"] = rowsJson(*shown.baselines);
        std::cout << all.dump(2, ' ', false, ordered_json::error_handler_t::replace) << "\n";
        return;
    }
    printTable(report.summary, false);
    if (!report.findings.empty())
        std::cout << "\n";
    for (const dataset::Finding& finding : report.findings)
        std::cout << dataset::severityName(finding.severity) << ": " << finding.sentence << "\n";
    if (shown.baselines) {
        std::cout << "\n";
        printTable(*shown.baselines, false);
    }
}

/// The findings first, then the parts, the baselines and what single findings list.
Result<void> write(const Shown& shown, const std::string& path)
{
    std::vector<io::ResultTable> tables{dataset::findingsTable(shown.report.findings), shown.report.summary};
    if (shown.baselines)
        tables.push_back(*shown.baselines);
    for (const dataset::Finding& finding : shown.report.findings) {
        if (finding.table)
            tables.push_back(*finding.table);
    }
    return io::writeResultTables(path, tables);
}

struct ReadData {
    dataset::Dataset dataset;
    bool isWatched = true;
};

Result<ReadData> read(const DatasetOptions& options, const Context& context)
{
    const Result<std::string> text = io::readWholeFile(options.config, kLargestSettings);
    if (!text)
        return fail(text.error());
    const Result<dataset::RunData> run = dataset::dataOfRun(*text);
    if (!run)
        return fail(run.error().at({.file = options.config}));
    Progress progress;
    ProgressLine line("Reading", "sequences", context.common.quiet);
    auto data = runShowing(line, progress,
                           [&] { return dataset::readDataset(run->data, run->kind, context.stop, &progress); });
    if (!data)
        return fail(data.error());
    return ReadData{*std::move(data), run->isWatched};
}

Result<dataset::DatasetReport> check(const ReadData& data, const DatasetOptions& options, const Context& context)
{
    dataset::CheckSettings settings = options.checks;
    settings.findsNearDuplicates = !options.skipsNearDuplicates;
    settings.isWatched = data.isWatched;
    if (options.aligns) {
        const std::optional<std::string> program = dataset::findCdHit();
        if (!program)
            return fail(ErrorCode::NotFound, "--cd-hit needs the program cd-hit-est-2d, which is not on the PATH: install "
                                             "CD-HIT (Debian's package cd-hit).");
        if (settings.identity < dataset::kLeastAlignedIdentity)
            return fail(ErrorCode::InvalidArgument, "CD-HIT finds identities from 0.75 on: raise --identity.");
        settings.cdHit = *program;
    }
    Progress progress;
    ProgressLine line("Checking", "sequences", context.common.quiet);
    return runShowing(line, progress,
                      [&] { return dataset::checkDataset(data.dataset, settings, context.stop, &progress); });
}

/// On the test part, or on the validation part where there is no other.
Result<io::ResultTable> baselinesOf(const dataset::Dataset& data, dataset::BaselineSettings settings,
                                    const Context& context)
{
    if (data.rows(dataset::Part::Test).empty())
        settings.judged = dataset::Part::Validation;
    Progress progress;
    ProgressLine line("Fitting baselines", "fits", context.common.quiet);
    const auto numbers =
        runShowing(line, progress, [&] { return dataset::judgeBaselines(data, settings, context.stop, &progress); });
    return numbers ? Result<io::ResultTable>(dataset::baselineTable(*numbers)) : fail(numbers.error());
}

Result<void> runDataset(const DatasetOptions& options, const Context& context)
{
    if (!options.output.empty()) {
        if (const auto extension = checkOutputPath(options.output, {".tsv", ".json", ".npz"}); !extension)
            return fail(extension.error());
    }
    const Result<ReadData> data = read(options, context);
    if (!data)
        return fail(data.error());
    Result<dataset::DatasetReport> report = check(*data, options, context);
    if (!report)
        return fail(report.error());
    Shown shown{.report = *std::move(report)};
    if (options.judgesBaselines && shown.report.canTrain()) {
        Result<io::ResultTable> baselines = baselinesOf(data->dataset, options.baselines, context);
        if (!baselines)
            return fail(baselines.error());
        shown.baselines = *std::move(baselines);
    }
    print(shown, context.common.json);
    if (!options.output.empty()) {
        if (const Result<void> written = write(shown, options.output); !written)
            return written;
    }
    if (shown.report.canTrain())
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
    app.add_flag("--cd-hit", options->aligns,
                 "Also find nearly equal sequences by alignment with CD-HIT, if it is installed: slow for many")
        ->excludes("--skip-near-duplicates");
    app.add_flag("--baselines", options->judgesBaselines,
                 "Also what k-mers and the length (of profiles the GC content) predict on their own");
    app.add_option("--kmer", options->baselines.kmerNt, "Letters of a k-mer of the baselines")
        ->check(CLI::Range(1, 6))
        ->capture_default_str();
    return [options](const Context& context) { return runDataset(*options, context); };
}

}  // namespace nscope::cli
