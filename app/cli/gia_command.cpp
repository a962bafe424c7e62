#include "app/cli/gia_command.h"

#include "app/cli/output_path.h"
#include "app/cli/result_output.h"
#include "app/cli/score_run.h"
#include "core/experiment/backgrounds.h"
#include "core/study/gia.h"
#include "core/study/place_text.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace nscope::cli {

namespace {

using experiment::PlacedMotif;
using experiment::ScoredBackgrounds;
using study::Outcome;

struct GiaOptions {
    ScoreOptions score;
    InputOptions input;
    std::string mode = "motif";
    std::vector<std::string> motifs;
    std::vector<double> composition;
    experiment::BackgroundSettings backgrounds;
    std::string range;  ///< of starts of the second motif
    std::int64_t stepNt = 1;
    bool bothOnly = false;
    int draws = 20;
    std::string output;
};

Result<std::vector<PlacedMotif>> motifsOf(const GiaOptions& options, std::size_t wanted)
{
    std::vector<PlacedMotif> motifs;
    for (const std::string& text : options.motifs) {
        Result<PlacedMotif> motif = study::parsePlacedMotif(text);
        if (!motif)
            return fail(motif.error());
        motifs.push_back(*std::move(motif));
    }
    if (wanted > 0 && motifs.size() != wanted)
        return fail(ErrorCode::InvalidArgument, "--mode " + options.mode + " takes --motif "
                                                    + (wanted == 1 ? std::string("once.") : std::string("twice.")));
    return motifs;
}

Result<data::TranscriptSet> backgroundsOf(const GiaOptions& options, const Context& context, ScoreRun& run)
{
    experiment::BackgroundSettings settings = options.backgrounds;
    settings.seed = context.common.seed.value_or(1);
    Result<data::TranscriptSet> sequences = data::TranscriptSet();
    if (options.composition.empty())
        sequences = readTranscripts(options.input, context, run);
    if (!sequences)
        return fail(sequences.error());
    const bool isRna = run.model().spec.input.alphabet == "RNA";
    return study::giaBackgrounds(*sequences, options.composition, isRna ? data::Alphabet::Rna : data::Alphabet::Dna,
                                 settings);
}

Result<Outcome> distances(const experiment::Run& run, const ScoredBackgrounds& backgrounds,
                          const std::vector<PlacedMotif>& motifs, const GiaOptions& options)
{
    const Result<data::Interval> starts = study::parseRange(options.range);
    if (!starts)
        return fail(starts.error());
    return study::motifDistances(run, backgrounds,
                                 {.first = motifs[0],
                                  .second = motifs[1].pattern,
                                  .fromNt = starts->startNt,
                                  .toNt = starts->endNt,
                                  .stepNt = options.stepNt,
                                  .singles = !options.bothOnly});
}

Result<Outcome> occlusion(const GiaOptions& options, const Context& context, ScoreRun& run, const PlacedMotif& motif)
{
    const Result<data::TranscriptSet> sequences = readTranscripts(options.input, context, run);
    if (!sequences)
        return fail(sequences.error());
    return study::motifOcclusion(run.run(), *sequences,
                                 {motif.pattern, options.draws, context.common.seed.value_or(1)});
}

Result<Outcome> embedding(const GiaOptions& options, const Context& context, ScoreRun& run,
                          const std::vector<PlacedMotif>& motifs)
{
    Result<data::TranscriptSet> sequences = backgroundsOf(options, context, run);
    if (!sequences)
        return fail(sequences.error());
    const experiment::Run scored = run.run();
    const auto backgrounds =
        experiment::scoreBackgrounds(scored, *std::move(sequences), context.common.seed.value_or(1));
    if (!backgrounds)
        return fail(backgrounds.error());
    if (options.mode == "motif")
        return study::motifEffects(scored, *backgrounds, motifs);
    if (options.mode == "flanks")
        return study::rankedFlanks(scored, *backgrounds, motifs.front());
    if (options.mode == "cooperativity")
        return study::motifCooperation(scored, *backgrounds, motifs[0], motifs[1]);
    return distances(scored, *backgrounds, motifs, options);
}

Result<void> checkOptions(const GiaOptions& options)
{
    const bool needsSequences = options.composition.empty() || options.mode == "occlusion";
    if (needsSequences && options.input.input.empty())
        return fail(ErrorCode::InvalidArgument,
                    "Give sequences with --input"
                        + std::string(options.mode == "occlusion" ? "." : ", or --composition and --length."));
    if (options.mode == "distance" && options.range.empty())
        return fail(ErrorCode::InvalidArgument, "--mode distance needs --starts, where the second motif may start.");
    return {};
}

Result<void> runGia(const GiaOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".tsv", ".json", ".npz"}); !extension)
        return fail(extension.error());
    if (const Result<void> checked = checkOptions(options); !checked)
        return checked;
    const bool isPair = options.mode == "distance" || options.mode == "cooperativity";
    const auto motifs = motifsOf(options, options.mode == "motif" ? 0 : isPair ? 2 : 1);
    if (!motifs)
        return fail(motifs.error());
    const auto run = ScoreRun::open(options.score, context, "Scoring");
    if (!run)
        return fail(run.error());
    const Result<Outcome> found = options.mode == "occlusion" ? occlusion(options, context, **run, motifs->front())
                                                              : embedding(options, context, **run, *motifs);
    if (!found)
        return fail(found.error());
    for (const std::string& note : found->notes)
        (*run)->note(note);
    const io::Provenance made = (*run)->provenance({{"mode", options.mode},
                                                    {"input", options.input.input},
                                                    {"backgrounds", std::to_string(options.backgrounds.count)}});
    const Result<void> written = io::writeResultTables(options.output, found->tables, made);
    if (!written)
        return written;
    (*run)->finish();
    if (options.output != "-")
        printTable(found->tables.front(), context.common.json, 20);
    return {};
}

}  // namespace

Runner addGia(CLI::App& app)
{
    auto options = std::make_shared<GiaOptions>();
    addScoreOptions(app, options->score);
    app.add_option(
           "--mode", options->mode,
           "motif: effect of each motif; flanks: all words of a pattern, ranked; distance: a second motif moved "
           "along; cooperativity: both against the sum of singles; occlusion: instances in --input replaced")
        ->check(CLI::IsMember(std::vector<std::string>{"motif", "flanks", "distance", "cooperativity", "occlusion"}))
        ->capture_default_str();
    app.add_option(
           "--motif", options->motifs,
           "MOTIF or MOTIF@POSITION (of its first base, from 1; default: the middle); IUPAC codes, . for any base; "
           "may be repeated")
        ->required()
        ->allow_extra_args(false);
    app.add_option("--input", options->input.input, "FASTA file of the sequences that are shuffled, or occluded");
    addFurtherOptions(app, options->input.further);
    app.add_option("--composition", options->composition,
                   "Draw the backgrounds from shares of A, C, G and T/U, as 0.3,0.2,0.2,0.3, instead of shuffling")
        ->delimiter(',')
        ->expected(4);
    app.add_option("--backgrounds", options->backgrounds.count, "Background sequences")
        ->check(CLI::Range(2, 1000000))
        ->capture_default_str();
    app.add_option("--length", options->backgrounds.lengthNt,
                   "Length of the backgrounds; 0: as long as the sequences, else random windows of them")
        ->check(CLI::Range(0, 10000000))
        ->capture_default_str();
    app.add_option("--starts", options->range, "distance: first bases of the second motif, as 1-200");
    app.add_option("--step", options->stepNt, "distance: every how many bases")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    app.add_flag("--both-only", options->bothOnly, "distance: do not score the second motif alone; half the work");
    app.add_option("--draws", options->draws, "occlusion: random replacements")
        ->check(CLI::Range(1, 10000))
        ->capture_default_str();
    app.add_option("--output", options->output, "Table to write: .tsv, .json or .npz")->required();
    return [options](const Context& context) { return runGia(*options, context); };
}

}  // namespace nscope::cli
