// Purpose: `motifs discover`: spike windows against control windows, or high regions against control sequences.
#include "app/cli/motif_subcommands.h"

#include "app/cli/output_path.h"
#include "app/cli/position_source.h"
#include "app/cli/result_output.h"
#include "core/io/motif_file.h"
#include "core/study/motif_discovery_study.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace nscope::cli {

namespace {

struct DiscoverOptions {
    PositionSourceOptions source;
    std::string output;
    std::string table;
    study::DiscoveryStudySettings settings;
};

Result<void> addAll(PositionSource& source, study::DiscoveryStudy& discovery)
{
    while (true) {
        Result<std::optional<ScoredTranscript>> scored = source.next();
        if (!scored)
            return fail(scored.error());
        if (!*scored)
            return {};
        discovery.add(*(*scored)->transcript, std::move((*scored)->values_L));
    }
}

Result<void> runDiscover(const DiscoverOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".meme"}); !extension)
        return fail(extension.error());
    if (const auto extension = options.table.empty() ? Result<std::string>() : checkOutputPath(options.table, {".tsv", ".json", ".npz"});
        !extension)
        return fail(extension.error());
    if (options.settings.recipe == "spikes" && !options.settings.controls.empty())
        return fail(ErrorCode::InvalidArgument, "--controls is for --recipe regions; spikes are held against other windows of the same regions.");
    Result<PositionSource> source = PositionSource::open(options.source, context, "Collecting");
    if (!source)
        return fail(source.error());
    study::DiscoveryStudySettings settings = options.settings;
    settings.seed = context.common.seed.value_or(1);
    study::DiscoveryStudy discovery(settings);
    if (const Result<void> added = addAll(*source, discovery); !added)
        return added;
    const Result<study::Outcome> found = discovery.outcome(context.stop);
    if (!found)
        return fail(found.error());
    io::Provenance made = source->provenance();
    made["recipe"] = settings.recipe;
    made["positives"] = std::to_string(discovery.positives());
    made["controls"] = std::to_string(discovery.controls());
    if (const Result<void> written = io::writeMeme(options.output, found->motifs); !written)
        return written;
    if (!options.table.empty())
        if (const Result<void> written = io::writeResultTables(options.table, found->tables, made); !written)
            return written;
    source->finish();
    printTable(found->tables.front(), context.common.json);
    return {};
}

}  // namespace

Runner addMotifDiscover(CLI::App& app)
{
    auto options = std::make_shared<DiscoverOptions>();
    addPositionSource(app, options->source);
    app.add_option("--recipe", options->settings.recipe,
                   "spikes: windows of the highest importance against other windows of the same regions; regions: words of "
                   "high regions against control sequences")
        ->check(CLI::IsMember({"spikes", "regions"}))
        ->capture_default_str();
    app.add_option("--region", options->settings.region, "Where spikes are looked for: all, utr5, cds or utr3")
        ->check(CLI::IsMember({"all", "utr5", "cds", "utr3"}))
        ->capture_default_str();
    app.add_option("--controls", options->settings.controls, "FASTA file for --recipe regions; default: dinucleotide shuffles");
    app.add_option("--output", options->output, "Motifs to write (.meme)")->required();
    app.add_option("--table", options->table, "Also tables of the motifs and of all words tested: .tsv (two files), .json or .npz");
    app.add_flag("--mask", options->settings.mask, "No spikes at start and stop codons and where one change makes a stop codon in frame");
    app.add_flag("--longest-orf", options->settings.longestOrf, "Take the longest open reading frame where there is no coding region");
    app.add_option("--k-min", options->settings.kMin, "Shortest word (spikes)")->check(CLI::Range(3, 12))->capture_default_str();
    app.add_option("--k-max", options->settings.kMax, "Longest word (spikes)")->check(CLI::Range(3, 12))->capture_default_str();
    app.add_option("--min-length", options->settings.minRegion, "Shortest high region (regions)")->check(CLI::Range(2, 1000))->capture_default_str();
    app.add_option("--smooth", options->settings.spikes.smoothNt, "Box average before the maximum is taken (nt)")
        ->check(CLI::Range(1, 101))
        ->capture_default_str();
    app.add_option("--window", options->settings.discovery.windowNt, "Width of the motifs")->check(CLI::Range(3, 100))->capture_default_str();
    app.add_option("--max-q", options->settings.discovery.maxQ, "Words with a larger adjusted p-value are left out")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    app.add_option("--min-instances", options->settings.discovery.minInstances, "Instances that make a motif")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    return [options](const Context& context) { return runDiscover(*options, context); };
}

}  // namespace nscope::cli
