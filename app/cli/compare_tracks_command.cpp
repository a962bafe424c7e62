#include "app/cli/compare_tracks_command.h"

#include "app/cli/output_path.h"
#include "app/cli/progress_line.h"
#include "app/cli/result_output.h"
#include "app/cli/shown_work.h"
#include "core/base/version.h"
#include "core/study/track_comparison.h"

#include <CLI/CLI.hpp>

#include <map>
#include <memory>

namespace nscope::cli {

namespace {

struct CompareOptions {
    std::vector<std::string> predicted, measured, lines;
    std::string pairs;
    std::string output;
    study::TrackComparisonSettings settings;
};

Result<std::vector<study::TrackPair>> pairsOf(const CompareOptions& options)
{
    if (!options.pairs.empty() && !options.predicted.empty())
        return fail(ErrorCode::InvalidArgument, "Give --predicted and --measured, or --pairs, not both.");
    if (!options.pairs.empty())
        return study::readTrackPairs(options.pairs);
    if (options.predicted.empty() || options.predicted.size() != options.measured.size())
        return fail(ErrorCode::InvalidArgument,
                    "Give as many files with --measured as with --predicted, one at least.");
    if (!options.lines.empty() && options.lines.size() != options.predicted.size())
        return fail(ErrorCode::InvalidArgument, "Give a --line for every pair of files, or none.");
    std::vector<study::TrackPair> pairs;
    for (std::size_t i = 0; i < options.predicted.size(); ++i)
        pairs.push_back(
            {options.lines.empty() ? std::string() : options.lines[i], options.predicted[i], options.measured[i], 0});
    return pairs;
}

io::Provenance provenanceOf(const study::TrackComparisonSettings& settings)
{
    io::Provenance made{{"program", std::string("nucleoscope-cli ") + kVersion},
                        {"bin", std::to_string(settings.bins.binNt)},
                        {"window", std::to_string(settings.regions.windowNt)},
                        {"missing", settings.bins.missingIsZero ? "zero" : "leave-out"},
                        {"scale", settings.scale ? "true" : "false"},
                        {"smooth", std::to_string(settings.smoothNt)},
                        {"threshold", data::numberText(settings.threshold)},
                        {"score", settings.scoreIsSum ? "sum" : "mean"},
                        {"regions", settings.regions.bed},
                        {"chromosomes", settings.regions.chromosomes},
                        {"peaks", settings.peaks},
                        {"aliases", settings.aliases}};
    for (std::size_t i = 0; i < settings.pairs.size(); ++i) {
        const std::string number = std::to_string(i + 1);
        made["predicted." + number] = settings.pairs[i].predicted;
        made["measured." + number] = settings.pairs[i].measured;
    }
    return made;
}

Result<void> runCompareTracks(const CompareOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".tsv", ".json", ".npz"}); !extension)
        return fail(extension.error());
    study::TrackComparisonSettings settings = options.settings;
    Result<std::vector<study::TrackPair>> pairs = pairsOf(options);
    if (!pairs)
        return fail(pairs.error());
    settings.pairs = *std::move(pairs);
    ProgressLine line("Comparing", "bins", context.common.quiet);
    Progress progress;
    study::Tools tools;
    tools.stop = context.stop;
    tools.progress = &progress;
    const auto comparison = runShowing(line, progress, [&] { return study::compareTracks(settings, tools); });
    if (!comparison)
        return fail(comparison.error());
    for (const std::string& note : comparison->notes)
        line.say(note);
    const study::Outcome outcome = study::outcomeOf(*comparison, settings);
    if (const Result<void> written = io::writeResultTables(options.output, outcome.tables, provenanceOf(settings));
        !written)
        return written;
    line.finish(progress.snapshot().done);
    if (options.output != "-")
        printTable(outcome.tables.front(), context.common.json);
    return {};
}

void addFiles(CLI::App& app, CompareOptions& options)
{
    auto& settings = options.settings;
    app.add_option("--predicted", options.predicted,
                   "Predicted signal: bigWig, bedGraph, BAM or CRAM; may be repeated, a line of cells each");
    app.add_option("--measured", options.measured, "Measured signal of each, in the same order");
    app.add_option("--line", options.lines, "Name of each line (default: the name of the predicted file)");
    app.add_option("--pairs", options.pairs,
                   "Instead of these: a table with the columns line, predicted, measured, and train_bin if known");
    app.add_option("--regions", settings.regions.bed, "BED or narrowPeak; default: whole chromosomes");
    app.add_option("--chromosomes", settings.regions.chromosomes,
                   "Instead of regions: names, as chr8,chr9; default: all that both files have");
    app.add_option("--window", settings.regions.windowNt,
                   "Cut regions or chromosomes into windows of so many nt; 0: do not")
        ->check(CLI::Range(std::int64_t(0), std::int64_t(1'000'000'000)))
        ->capture_default_str();
    app.add_option("--peaks", settings.peaks,
                   "BED or narrowPeak: what lies in a peak is positive, in place of --threshold");
    app.add_option("--aliases", settings.aliases, "Table of chromosome names, two columns (.tsv), where names differ");
    app.add_option("--output", options.output, "Tables to write: .tsv (several files), .json or .npz")->required();
}

void addNumbers(CLI::App& app, CompareOptions& options)
{
    auto& settings = options.settings;
    const std::map<std::string, bool> missing{{"leave-out", false}, {"zero", true}};
    const std::map<std::string, bool> scores{{"mean", false}, {"sum", true}};
    const CLI::Range widthNt(std::int64_t(0), std::int64_t(10'000'000));
    app.add_option("--bin", settings.bins.binNt, "Bases per bin of the evaluation")
        ->check(CLI::Range(std::int64_t(1), std::int64_t(10'000'000)))
        ->capture_default_str();
    app.add_option("--missing", settings.bins.missingIsZero,
                   "leave-out: a bin counts where both files have a value; zero: bases without a value are 0 (default: "
                   "leave-out)")
        ->transform(CLI::CheckedTransformer(missing));
    app.add_flag("--scale", settings.scale,
                 "Multiply the predictions by the sum of the measured values over the sum of the predicted ones");
    app.add_option("--smooth", settings.smoothNt, "Width of a box-car filter on both signals (nt); 0: none")
        ->check(widthNt)
        ->capture_default_str();
    app.add_option("--threshold", settings.threshold, "Measured values above it are positive")->capture_default_str();
    app.add_option("--score", settings.scoreIsSum,
                   "What a region's predicted values amount to for its AUROC: mean or sum (default: mean)")
        ->transform(CLI::CheckedTransformer(scores));
    app.add_option("--coarsest", settings.coarsestNt, "Coarsest bin of the bin triangle (nt)")
        ->check(CLI::Range(std::int64_t(1), std::int64_t(1'000'000'000)))
        ->capture_default_str();
    app.add_option("--train-bin", settings.trainBinNt, "Bins of the model (nt); 0: as the predicted file has them")
        ->check(widthNt)
        ->capture_default_str();
    app.add_option("--curve-step", settings.curveStep, "Between the thresholds of the curves, from 0 on")
        ->check(CLI::Range(1e-6, 1e6))
        ->capture_default_str();
    app.add_option("--curve-points", settings.curvePoints, "Number of thresholds of the curves")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
}

}  // namespace

Runner addCompareTracks(CLI::App& app)
{
    auto options = std::make_shared<CompareOptions>();
    addFiles(app, *options);
    addNumbers(app, *options);
    return [options](const Context& context) { return runCompareTracks(*options, context); };
}

}  // namespace nscope::cli
