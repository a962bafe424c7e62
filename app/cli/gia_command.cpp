#include "app/cli/gia_command.h"

#include "app/cli/output_path.h"
#include "app/cli/place_text.h"
#include "app/cli/result_output.h"
#include "app/cli/score_run.h"
#include "core/experiment/backgrounds.h"
#include "core/experiment/gia_scans.h"
#include "core/experiment/occlusion.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <numeric>

namespace nscope::cli {

namespace {

using experiment::PlacedMotif;
using experiment::ScoredBackgrounds;
using Tables = std::vector<io::ResultTable>;

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
        Result<PlacedMotif> motif = parsePlacedMotif(text);
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
    if (!options.composition.empty()) {
        std::array<double, 4> shares{};
        std::copy_n(options.composition.begin(), 4, shares.begin());
        const bool isRna = run.model().spec.input.alphabet == "RNA";
        return experiment::sampledBackgrounds(shares, isRna ? data::Alphabet::Rna : data::Alphabet::Dna, settings);
    }
    const Result<data::TranscriptSet> sequences = readTranscripts(options.input, context, run);
    if (!sequences)
        return fail(sequences.error());
    return experiment::shuffledBackgrounds(*sequences, settings);
}

io::ResultTable effectTable(const std::string& name, const std::vector<experiment::MotifEffect>& effects)
{
    using experiment::MotifEffect;
    io::ResultTable table{name, {}};
    std::vector<std::int64_t> ranks(effects.size());
    std::iota(ranks.begin(), ranks.end(), 1);
    if (name == "flanks")
        table.columns.push_back({"rank", std::move(ranks)});
    table.columns.push_back(
        columnOf("motif", effects, [](const MotifEffect& e) { return placedText(e.motifs.front()); }));
    addEstimates(table, "effect", effects, [](const MotifEffect& e) { return e.effect; });
    table.columns.push_back(columnOf("backgrounds", effects, [](const MotifEffect& e) { return e.effect.count; }));
    table.columns.push_back(columnOf("mean_with", effects, [](const MotifEffect& e) { return e.meanWith; }));
    table.columns.push_back(columnOf("mean_without", effects, [](const MotifEffect& e) { return e.meanWithout; }));
    return table;
}

Result<Tables> motifTables(const experiment::Run& run, const ScoredBackgrounds& backgrounds,
                           const std::vector<PlacedMotif>& motifs)
{
    run.expect(motifs.size() * backgrounds.sequences.size());
    std::vector<experiment::MotifEffect> effects;
    for (const PlacedMotif& motif : motifs) {
        Result<experiment::MotifEffect> effect = experiment::motifEffect(run, backgrounds, {motif});
        if (!effect)
            return fail(effect.error());
        effects.push_back(*std::move(effect));
    }
    return Tables{effectTable("effects", effects)};
}

Result<Tables> flankTables(const experiment::Run& run, const ScoredBackgrounds& backgrounds, const PlacedMotif& motif)
{
    const auto effects = experiment::flankScan(run, backgrounds, motif);
    if (!effects)
        return fail(effects.error());
    return Tables{effectTable("flanks", *effects)};
}

Result<Tables> cooperationTables(const experiment::Run& run, const ScoredBackgrounds& backgrounds,
                                 const std::vector<PlacedMotif>& motifs)
{
    const auto found = experiment::cooperativity(run, backgrounds, motifs[0], motifs[1]);
    if (!found)
        return fail(found.error());
    struct Row {
        std::string what;
        std::string motif;
        analysis::MeanEstimate effect;
    };
    const std::string first = placedText(motifs[0]), second = placedText(motifs[1]);
    const std::vector<Row> rows{{"first", first, found->first},
                                {"second", second, found->second},
                                {"both", first + " " + second, found->both},
                                {"sum of singles", first + " " + second, found->sumOfSingles},
                                {"interaction", first + " " + second, found->interaction}};
    io::ResultTable table{"cooperativity",
                          {columnOf("what", rows, [](const Row& row) { return row.what; }),
                           columnOf("motif", rows, [](const Row& row) { return row.motif; })}};
    addEstimates(table, "effect", rows, [](const Row& row) { return row.effect; });
    table.columns.push_back(columnOf("backgrounds", rows, [](const Row& row) { return row.effect.count; }));
    return Tables{table};
}

Result<Tables> distanceTables(const experiment::Run& run, const ScoredBackgrounds& backgrounds,
                              const std::vector<PlacedMotif>& motifs, const GiaOptions& options, ScoreRun& output)
{
    const Result<data::Interval> starts = parseRange(options.range);
    if (!starts)
        return fail(starts.error());
    const auto scan = experiment::distanceScan(run, backgrounds,
                                               {.first = motifs[0],
                                                .second = motifs[1].pattern,
                                                .fromNt = starts->startNt,
                                                .toNt = starts->endNt,
                                                .stepNt = options.stepNt,
                                                .singles = !options.bothOnly});
    if (!scan)
        return fail(scan.error());
    if (scan->skipped > 0)
        output.note("Left out: " + std::to_string(scan->skipped) + " places where the motifs would overlap.");
    using experiment::DistanceRow;
    io::ResultTable table{"distances",
                          {columnOf("pos", scan->rows, [](const DistanceRow& row) { return row.secondStartNt + 1; }),
                           columnOf("distance", scan->rows, [](const DistanceRow& row) { return row.distanceNt; })}};
    addEstimates(table, "both", scan->rows, [](const DistanceRow& row) { return row.both; });
    if (!options.bothOnly) {
        addEstimates(table, "second", scan->rows, [](const DistanceRow& row) { return *row.second; });
        addEstimates(table, "interaction", scan->rows, [](const DistanceRow& row) { return *row.interaction; });
    }
    io::ResultTable first{"first", {{"motif", std::vector{placedText(motifs[0])}}}};
    addEstimates(first, "effect", std::vector{scan->first}, [](const analysis::MeanEstimate& e) { return e; });
    return Tables{table, first};
}

std::string listed(const std::vector<std::int64_t>& startsNt)
{
    std::string text;
    for (const std::int64_t start : startsNt)
        text += (text.empty() ? "" : ",") + std::to_string(start + 1);
    return text;
}

Result<Tables> occlusionTables(const GiaOptions& options, const Context& context, ScoreRun& run,
                               const PlacedMotif& motif)
{
    const Result<data::TranscriptSet> sequences = readTranscripts(options.input, context, run);
    if (!sequences)
        return fail(sequences.error());
    const auto found = experiment::occludeMotif(run.run(), *sequences,
                                                {motif.pattern, options.draws, context.common.seed.value_or(1)});
    if (!found)
        return fail(found.error());
    run.note("Without an instance of " + motif.pattern + ": " + std::to_string(found->without) + " sequences.");
    using experiment::OccludedSequence;
    using experiment::OcclusionGroup;
    io::ResultTable groups{"groups", {columnOf("instances", found->groups, [](const OcclusionGroup& group) {
                               return std::to_string(group.instances) + (group.instances == 3 ? "+" : "");
                           })}};
    groups.columns.push_back(columnOf("sequences", found->groups, [](const OcclusionGroup& g) { return g.all.count; }));
    addEstimates(groups, "effect_all", found->groups, [](const OcclusionGroup& group) { return group.all; });
    addEstimates(groups, "effect_each", found->groups, [](const OcclusionGroup& group) { return group.each; });
    const auto meanEach = [](const OccludedSequence& s) {
        return std::accumulate(s.effectOfEach.begin(), s.effectOfEach.end(), 0.0) / double(s.effectOfEach.size());
    };
    const auto& rows = found->sequences;
    io::ResultTable each{
        "sequences",
        {columnOf("id", rows, [&](const OccludedSequence& s) { return (*sequences)[s.sequence]->sequence.id; }),
         columnOf("instances", rows, [](const OccludedSequence& s) { return std::int64_t(s.startsNt.size()); }),
         columnOf("positions", rows, [](const OccludedSequence& s) { return listed(s.startsNt); }),
         columnOf("score", rows, [](const OccludedSequence& s) { return s.score; }),
         columnOf("effect_all", rows, [](const OccludedSequence& s) { return s.effectOfAll; }),
         columnOf("effect_each", rows, meanEach)}};
    return Tables{groups, each};
}

Result<Tables> embeddingTables(const GiaOptions& options, const Context& context, ScoreRun& run,
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
        return motifTables(scored, *backgrounds, motifs);
    if (options.mode == "flanks")
        return flankTables(scored, *backgrounds, motifs.front());
    if (options.mode == "cooperativity")
        return cooperationTables(scored, *backgrounds, motifs);
    return distanceTables(scored, *backgrounds, motifs, options, run);
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
    const Result<Tables> tables = options.mode == "occlusion"
                                      ? occlusionTables(options, context, **run, motifs->front())
                                      : embeddingTables(options, context, **run, *motifs);
    if (!tables)
        return fail(tables.error());
    const io::Provenance made = (*run)->provenance({{"mode", options.mode},
                                                    {"input", options.input.input},
                                                    {"backgrounds", std::to_string(options.backgrounds.count)}});
    const Result<void> written = io::writeResultTables(options.output, *tables, made);
    if (!written)
        return written;
    (*run)->finish();
    if (options.output != "-")
        printTable(tables->front(), context.common.json, 20);
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
