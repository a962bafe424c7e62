#include "app/cli/experiment_command.h"

#include "app/cli/output_path.h"
#include "app/cli/result_output.h"
#include "app/cli/score_run.h"
#include "core/study/place_text.h"
#include "core/study/transcript_experiments.h"

#include <CLI/CLI.hpp>

namespace nscope::cli {

namespace {

using study::Outcome;

struct ExperimentOptions {
    std::string kind;
    ScoreOptions score;
    InputOptions input;
    experiment::ShuffleTestSettings shuffles;
    experiment::StopScanSettings stops;
    std::int64_t binCodons = 50;
    std::string region;
    std::string output;
};

Result<Outcome> outcomeOf(const ExperimentOptions& options, const Context& context, const experiment::Run& run,
                          const data::TranscriptSet& records)
{
    const std::uint64_t seed = context.common.seed.value_or(1);
    experiment::ShuffleTestSettings shuffles = options.shuffles;
    shuffles.seed = seed;
    if (options.kind == "shuffle-regions")
        return study::shuffleTests(run, records, study::ShuffleStudy::Regions, shuffles);
    if (options.kind == "codon-shuffle")
        return study::shuffleTests(run, records, study::ShuffleStudy::Codons, shuffles);
    if (options.kind == "start-loss")
        return study::startLosses(run, records);
    if (options.kind == "stop-scan")
        return study::prematureStops(run, records, {options.stops, options.binCodons, seed});
    if (options.region.empty())
        return study::saturation(run, records, std::nullopt);
    const Result<data::Interval> region = study::parseRange(options.region);
    return region ? study::saturation(run, records, *region) : fail(region.error());
}

Result<void> runExperiment(const ExperimentOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".tsv", ".json", ".npz"}); !extension)
        return fail(extension.error());
    const auto run = ScoreRun::open(options.score, context, "Scoring");
    if (!run)
        return fail(run.error());
    const Result<data::TranscriptSet> records = readTranscripts(options.input, context, **run);
    if (!records)
        return fail(records.error());
    const Result<Outcome> found = outcomeOf(options, context, (*run)->run(), *records);
    if (!found && found.error().code() == ErrorCode::NotFound)
        return fail(ErrorCode::NotFound, "No record has a coding region; give the regions with --cds.",
                    {.file = options.input.input});
    if (!found)
        return fail(found.error());
    for (const std::string& note : found->notes)
        (*run)->note(note);
    const io::Provenance made = (*run)->provenance({{"experiment", options.kind}, {"input", options.input.input}});
    const Result<void> written = io::writeResultTables(options.output, found->tables, made);
    if (written)
        (*run)->finish();
    return written;
}

}  // namespace

Runner addExperiment(CLI::App& app)
{
    auto options = std::make_shared<ExperimentOptions>();
    app.add_option("kind", options->kind,
                   "shuffle-regions: 5'UTR, CDS and 3'UTR, each alone; codon-shuffle: codons, and synonymous codons; "
                   "start-loss: every other start codon; stop-scan: a stop at every codon; saturate: every single base")
        ->required()
        ->check(CLI::IsMember(
            std::vector<std::string>{"shuffle-regions", "codon-shuffle", "start-loss", "stop-scan", "saturate"}));
    addScoreOptions(app, options->score);
    addInputOptions(app, options->input);
    addFurtherOptions(app, options->input.further);
    app.add_option("--repeats", options->shuffles.repeats, "Shuffles per region")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    app.add_option("--min-nt", options->shuffles.minimumNt, "Regions shorter than this are not shuffled")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    app.add_option("--stop-codons", options->stops.stops, "stop-scan: codons to put in, as TAA,TGA")
        ->delimiter(',')
        ->capture_default_str();
    app.add_option("--step", options->stops.stepCodons, "stop-scan: every how many codons")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    app.add_option("--bin", options->binCodons, "stop-scan: codons per bin of the table of means")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    app.add_option("--region", options->region, "saturate: only these bases, as 101-200; default: all");
    app.add_option("--output", options->output, "Table to write: .tsv, .json or .npz")->required();
    return [options](const Context& context) { return runExperiment(*options, context); };
}

}  // namespace nscope::cli
