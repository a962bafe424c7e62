#include "app/cli/variants_command.h"

#include "app/cli/output_path.h"
#include "app/cli/result_output.h"
#include "app/cli/run_job.h"
#include "app/cli/score_run.h"
#include "core/study/variant_rows.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace nscope::cli {

namespace {

struct VariantOptions {
    ScoreOptions score;
    InputOptions input;
    std::string vcf;
    std::string table;
    study::VariantWish wish;
    bool cosine = false;
    bool masked = false;
    std::string output;
};

void noteAll(const std::vector<std::string>& notes, ScoreRun& run)
{
    for (const std::string& note : notes)
        run.note(note);
}

/// What the model gives for variants beside scores, as far as it was asked for.
Result<study::VariantDoors> doorsOf(const VariantOptions& options, ScoreRun& run)
{
    study::VariantDoors doors{.run = run.run(false)};
    const engine::ModelInfo& model = run.model();
    if (options.cosine && !model.spec.outputs.embeddings)
        return fail(ErrorCode::InvalidArgument,
                    "The model " + model.card.id + " gives no vector per sequence, which --cosine compares.");
    if (options.masked && !model.spec.outputs.maskedLetters)
        return fail(ErrorCode::InvalidArgument,
                    "The model " + model.card.id + " does not predict hidden letters, which --masked asks for.");
    if (options.cosine)
        doors.embed = [&run](std::span<const data::TranscriptPtr> sequences) { return run.embed(sequences); };
    if (options.masked)
        doors.masked = [&run](const data::TranscriptPtr& sequence, data::Interval only) {
            return run.explain(sequence, study::kMaskedLettersMethod, only);
        };
    return doors;
}

Result<void> runVariants(const VariantOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".tsv", ".json", ".npz"}); !extension)
        return fail(extension.error());
    if (options.vcf.empty() == options.table.empty())
        return fail(ErrorCode::InvalidArgument, "Give variants with --vcf or with --table, one of the two.");
    const auto run = ScoreRun::open(options.score, context, "Scoring variants", "variants");
    if (!run)
        return fail(run.error());
    const Result<data::TranscriptSet> transcripts = readTranscripts(options.input, context, **run);
    if (!transcripts)
        return fail(transcripts.error());
    const Result<study::VariantDoors> doors = doorsOf(options, **run);
    if (!doors)
        return fail(doors.error());
    const experiment::VariantPlaces places(*transcripts);
    const bool measured = options.vcf.empty();
    Result<study::FoundVariants> found = measured ? study::readTableVariants(options.table, *transcripts, places)
                                                  : study::readVcfVariants(options.vcf, places, context.stop);
    if (!found && found.error().code() == ErrorCode::Cancelled)
        return fail(ErrorCode::Cancelled, kStoppedSentence);
    if (!found)
        return fail(found.error());
    noteAll(found->notes, **run);
    study::VariantWish wish = options.wish;
    wish.seed = context.common.seed.value_or(1);
    const engine::InputRule& rule = (*run)->model().spec.input;
    const experiment::VariantSettings settings = wish.settings(rule.lengthNt);
    const Result<void> scored =
        study::scoreVariantRows(*found, *transcripts, settings, *doors, &(*run)->progress());
    if (!scored)
        return scored;
    const study::Outcome outcome = study::variantOutcome(*found, *transcripts, settings, *doors);
    noteAll(outcome.notes, **run);
    if (settings.windowNt > 0)
        (*run)->note(rule.padding);
    const io::Provenance made = (*run)->provenance({{"variants", measured ? options.table : options.vcf},
                                                    {"input", options.input.input},
                                                    {"window_nt", std::to_string(settings.windowNt)},
                                                    {"shifts", std::to_string(settings.shifts)},
                                                    {"max_shift_nt", std::to_string(settings.maxShiftNt)}});
    if (const Result<void> written = io::writeResultTables(options.output, outcome.tables, made); !written)
        return written;
    (*run)->finish();
    if (measured && options.output != "-")
        printTable(outcome.tables.back(), context.common.json);
    return {};
}

}  // namespace

Runner addVariants(CLI::App& app)
{
    auto options = std::make_shared<VariantOptions>();
    addScoreOptions(app, options->score);
    addInputOptions(app, options->input);
    addFurtherOptions(app, options->input.further);
    app.add_option("--vcf", options->vcf, "Variants: VCF, plain, gzip or bgzip, or BCF");
    app.add_option(
        "--table", options->table,
        "Variants: a table with element or id, offset0 (0-based) or pos (1-based), ref, alt and, if measured, "
        "effect");
    app.add_option("--window", options->wish.windowNt,
                   "Bases around the variant that the model sees; 0: the whole sequence; default: what the model reads")
        ->check(CLI::Range(0, 10000000));
    app.add_flag("--robust", options->wish.robust, "Also means over random shifts, the same for REF and ALT");
    app.add_option("--shifts", options->wish.shifts, "Random shifts of --robust")
        ->check(CLI::Range(1, 10000))
        ->capture_default_str();
    app.add_option("--max-shift", options->wish.maxShiftNt,
                   "Largest shift in bases; default: a quarter of the window, 32 for whole sequences")
        ->check(CLI::Range(0, 10000000));
    app.add_flag("--cosine", options->cosine, "Also the cosine of the model's vectors of REF and ALT");
    app.add_flag("--masked", options->masked,
                 "Also the log-odds of ALT against REF where their letters are hidden from the model");
    app.add_option("--output", options->output, "Table to write: .tsv, .json or .npz")->required();
    return [options](const Context& context) { return runVariants(*options, context); };
}

}  // namespace nscope::cli
