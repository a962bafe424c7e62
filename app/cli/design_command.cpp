#include "app/cli/design_command.h"

#include "app/cli/output_path.h"
#include "app/cli/place_text.h"
#include "app/cli/result_output.h"
#include "app/cli/score_run.h"
#include "core/experiment/design.h"
#include "core/io/fasta.h"

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
        const Result<data::Interval> region = parseRange(options.region);
        if (!region)
            return fail(region.error());
        settings.constraints.region = *region;
    }
    for (const std::string& text : options.kept) {
        const Result<data::Interval> kept = parseRange(text);
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

io::ResultTable stepTable(const experiment::Design& design)
{
    struct Row {
        std::int64_t step;
        const experiment::DesignStep* what;
    };
    std::vector<Row> rows;
    for (const experiment::DesignStep& step : design.steps)
        rows.push_back({std::int64_t(rows.size()) + 1, &step});
    const data::Alphabet alphabet = design.start->sequence.alphabet;
    const auto shown = [alphabet](const std::string& letters) { return data::displayLetters(letters, alphabet); };
    return {"steps",
            {columnOf("step", rows, [](const Row& row) { return row.step; }),
             columnOf("pos", rows, [](const Row& row) { return row.what->move.startNt + 1; }),
             columnOf("before", rows, [&](const Row& row) { return shown(row.what->move.before); }),
             columnOf("after", rows, [&](const Row& row) { return shown(row.what->move.after); }),
             columnOf("score", rows, [](const Row& row) { return row.what->score; }),
             columnOf("change", rows, [](const Row& row) { return row.what->change; }),
             columnOf("gc", rows, [](const Row& row) { return row.what->gc; }),
             columnOf("tried", rows, [](const Row& row) { return std::int64_t(row.what->tried); })}};
}

const char* endText(experiment::DesignEnd end)
{
    switch (end) {
    case experiment::DesignEnd::GoalReached: return "the goal is reached";
    case experiment::DesignEnd::NoImprovement: return "no further change helps";
    case experiment::DesignEnd::MostEdits: return "all edits are used";
    }
    return "";
}

Result<void> writeDesign(const DesignOptions& options, const experiment::Design& design, ScoreRun& run)
{
    const io::Provenance made = run.provenance({{"input", options.input.input},
                                                {"record", design.start->sequence.id},
                                                {"direction", options.direction},
                                                {"end", endText(design.end)}});
    if (const Result<void> written = io::writeResultTables(options.output, {stepTable(design)}, made); !written)
        return written;
    if (options.fasta.empty())
        return {};
    data::Sequence start = design.start->sequence, designed = design.designed->sequence;
    designed.id = start.id + "_designed";
    designed.description = std::to_string(design.steps.size()) + " edits, score " + io::numberText(design.startScore)
                           + " to " + io::numberText(design.score);
    return io::writeFasta(options.fasta, {start, designed});
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
    if (const Result<void> written = writeDesign(options, *made, **run); !written)
        return written;
    (*run)->note("Score " + io::numberText(made->startScore) + " to " + io::numberText(made->score) + " by "
                 + std::to_string(made->steps.size()) + " edits; " + endText(made->end) + ".");
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
