#include "app/cli/design_command.h"

#include "app/cli/output_path.h"
#include "app/cli/result_output.h"
#include "app/cli/score_run.h"
#include "core/io/fasta.h"
#include "core/study/design_study.h"
#include "core/study/place_text.h"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace nscope::cli {

namespace {

struct DesignOptions {
    ScoreOptions score;
    InputOptions input;
    std::string record;
    std::string direction = "up";
    std::string region;
    std::vector<std::string> kept;
    std::optional<double> goal;
    experiment::DesignSettings settings;
    std::string output;
    std::string fasta;
};

Result<experiment::DesignSettings> settingsOf(const DesignOptions& options, const Context& context)
{
    experiment::DesignSettings settings = options.settings;
    settings.upwards = options.direction == "up";
    settings.goal = options.goal;
    settings.seed = context.common.seed.value_or(1);
    if (!options.region.empty()) {
        const Result<data::Interval> region = study::parseRange(options.region);
        if (!region)
            return fail(region.error());
        settings.constraints.region = *region;
    }
    for (const std::string& text : options.kept) {
        const Result<data::Interval> kept = study::parseRange(text);
        if (!kept)
            return fail(kept.error());
        settings.constraints.kept.push_back(*kept);
    }
    return settings;
}

Result<data::TranscriptPtr> chosenRecord(const data::TranscriptSet& records, const DesignOptions& options)
{
    if (options.record.empty() && records.size() != 1)
        return fail(ErrorCode::InvalidArgument,
                    "The file has " + std::to_string(records.size()) + " records; choose one with --record.");
    const auto found = std::ranges::find_if(records, [&](const data::TranscriptPtr& record) {
        return options.record.empty() || record->sequence.id == options.record;
    });
    if (found == records.end())
        return fail(ErrorCode::NotFound, "There is no such record in the file.",
                    {.file = options.input.input, .record = options.record});
    return *found;
}

Result<void> writeDesign(const DesignOptions& options, const experiment::Design& design, const study::Outcome& outcome,
                         ScoreRun& run)
{
    const io::Provenance made = run.provenance({{"input", options.input.input},
                                                {"record", design.start->sequence.id},
                                                {"direction", options.direction},
                                                {"end", study::endText(design.end)}});
    if (const Result<void> written = io::writeResultTables(options.output, outcome.tables, made); !written)
        return written;
    return options.fasta.empty() ? Result<void>() : io::writeFasta(options.fasta, study::designSequences(design));
}

Result<void> checkFiles(const DesignOptions& options)
{
    if (const auto extension = checkOutputPath(options.output, {".tsv", ".json", ".npz"}); !extension)
        return fail(extension.error());
    if (options.fasta.empty())
        return {};
    const auto extension = checkOutputPath(options.fasta, {".fa", ".fasta", ".fna", ".fa.gz", ".fasta.gz"});
    return extension ? Result<void>() : fail(extension.error());
}

Result<void> runDesign(const DesignOptions& options, const Context& context)
{
    if (const Result<void> checked = checkFiles(options); !checked)
        return checked;
    const Result<experiment::DesignSettings> settings = settingsOf(options, context);
    if (!settings)
        return fail(settings.error());
    const auto run = ScoreRun::open(options.score, context, "Designing");
    if (!run)
        return fail(run.error());
    const Result<data::TranscriptSet> records = readTranscripts(options.input, context, **run);
    if (!records)
        return fail(records.error());
    const Result<data::TranscriptPtr> record = chosenRecord(*records, options);
    if (!record)
        return fail(record.error());
    const Result<experiment::Design> made = experiment::design((*run)->run(), *record, *settings);
    if (!made)
        return fail(made.error());
    const study::Outcome outcome = study::designOutcome(*made, *settings);
    if (const Result<void> written = writeDesign(options, *made, outcome, **run); !written)
        return written;
    for (const std::string& note : outcome.notes)
        (*run)->note(note);
    (*run)->finish();
    return {};
}

}  // namespace

Runner addDesign(CLI::App& app)
{
    auto options = std::make_shared<DesignOptions>();
    experiment::DesignConstraints& constraints = options->settings.constraints;
    addScoreOptions(app, options->score);
    addInputOptions(app, options->input);
    addFurtherOptions(app, options->input.further);
    app.add_option("--record", options->record, "The record to change; default: the only one");
    app.add_option("--direction", options->direction, "up or down")
        ->check(CLI::IsMember(std::vector<std::string>{"up", "down"}))
        ->capture_default_str();
    app.add_option("--beam", options->settings.beamWidth, "Sequences followed at once; 1: greedy search")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    app.add_option("--max-edits", options->settings.mostEdits, "Changes at most; a codon counts as one")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    app.add_option("--goal", options->goal, "Stop at this score");
    app.add_option("--candidates", options->settings.candidates, "Random changes tried per step; 0: all")
        ->check(CLI::Range(0, 100000000))
        ->capture_default_str();
    app.add_flag("--synonymous", constraints.synonymousOnly, "Only codons with the same amino acid; needs --cds");
    app.add_option("--gc-min", constraints.leastGc, "Smallest share of G and C")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    app.add_option("--gc-max", constraints.mostGc, "Largest share of G and C")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    app.add_option("--region", options->region, "Change only these bases, as 101-200");
    app.add_option("--keep", options->kept, "Never change these bases, as 101-200; may be repeated")
        ->allow_extra_args(false);
    app.add_option("--keep-motif", constraints.keptMotifs,
                   "Keep the instances of this motif (IUPAC codes, . for any base); may be repeated")
        ->allow_extra_args(false);
    app.add_option("--output", options->output, "Steps to write: .tsv, .json or .npz")->required();
    app.add_option("--fasta", options->fasta, "FASTA file to write: the record and what became of it");
    return [options](const Context& context) { return runDesign(*options, context); };
}

}  // namespace nscope::cli
