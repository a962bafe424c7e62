// Purpose: `motifs discover`: spike windows against control windows, or high regions against control sequences.
#include "app/cli/motif_subcommands.h"

#include "app/cli/output_path.h"
#include "app/cli/position_source.h"
#include "app/cli/result_output.h"
#include "core/analysis/importance_windows.h"
#include "core/analysis/metagene.h"
#include "core/analysis/motif_discovery.h"
#include "core/io/motif_file.h"

#include <CLI/CLI.hpp>

#include <limits>
#include <memory>

namespace nscope::cli {

namespace {

struct DiscoverOptions {
    PositionSourceOptions source;
    std::string recipe = "spikes";
    std::string region = "all";
    std::string controls;
    std::string output;
    std::string table;
    bool mask = false;
    bool longestOrf = false;
    std::int64_t kMin = 4;
    std::int64_t kMax = 7;
    std::int64_t minRegion = 4;
    analysis::SpikeSettings spikes;
    analysis::DiscoverySettings discovery;
};

/// What the recipe collects from the transcripts.
struct Collected {
    std::vector<std::string> positives;
    std::vector<std::string> controls;
    std::vector<analysis::WordInstance> candidates;  ///< in the positives; "spikes" finds them later
    bool isRna = true;
};

/// The regions asked for; the whole sequence without a coding region.
std::vector<data::Interval> regionsOf(const DiscoverOptions& options, std::optional<data::Interval> cds, std::int64_t lengthNt)
{
    if (!cds)
        return options.region == "all" ? std::vector<data::Interval>{{0, lengthNt}} : std::vector<data::Interval>();
    std::vector<data::Interval> regions;
    for (int region = 0; region < analysis::kRegionCount; ++region)
        if (options.region == "all" || options.region == analysis::kRegionNames[region])
            regions.push_back(analysis::regionOf(region, *cds, lengthNt));
    return regions;
}

std::string lettersOf(const std::string& letters, data::Interval span)
{
    return letters.substr(std::size_t(span.startNt), std::size_t(span.length()));
}

void collectSpikes(const DiscoverOptions& options, const ScoredTranscript& scored, std::optional<data::Interval> cds,
                   data::Random& random, Collected& collected)
{
    const std::string& letters = scored.transcript->sequence.letters;
    std::vector<double> values = scored.values_L;
    if (options.mask && cds) {
        const std::vector<bool> masked = analysis::nonsenseMask(letters, *cds);
        for (std::size_t i = 0; i < values.size(); ++i)
            if (masked[i])
                values[i] = std::numeric_limits<double>::quiet_NaN();
    }
    for (const data::Interval region : regionsOf(options, cds, std::int64_t(letters.size()))) {
        const auto spike = analysis::spikeWindow(values, region, options.spikes);
        const auto control = spike ? analysis::controlWindow(region, *spike, options.spikes, random) : std::nullopt;
        if (!control)
            continue;
        collected.positives.push_back(lettersOf(letters, *spike));
        collected.controls.push_back(lettersOf(letters, *control));
    }
}

void collectRegions(const DiscoverOptions& options, const ScoredTranscript& scored, Collected& collected)
{
    for (const data::Interval region : analysis::highRegions(scored.values_L, options.minRegion))
        collected.candidates.push_back({collected.positives.size(), region});
    collected.positives.push_back(scored.transcript->sequence.letters);
}

Result<Collected> collect(const DiscoverOptions& options, PositionSource& source, std::uint64_t seed)
{
    Collected collected;
    data::Random random(seed);
    while (true) {
        const Result<std::optional<ScoredTranscript>> scored = source.next();
        if (!scored)
            return fail(scored.error());
        if (!*scored)
            break;
        const data::Transcript& transcript = *(*scored)->transcript;
        collected.isRna = transcript.sequence.alphabet == data::Alphabet::Rna || transcript.cds.has_value();
        if (options.recipe == "spikes")
            collectSpikes(options, **scored,
                          analysis::codingRegion(transcript.cds, transcript.sequence.letters, options.longestOrf), random, collected);
        else
            collectRegions(options, **scored, collected);
    }
    if (options.recipe == "spikes") {
        collected.candidates = analysis::allWords(viewsOf(collected.positives), options.kMin, options.kMax);
        return collected;
    }
    Result<std::vector<std::string>> controls = controlLetters(options.controls, collected.positives, seed);
    if (!controls)
        return fail(controls.error());
    collected.controls = *std::move(controls);
    return collected;
}

io::ResultTable motifTable(const std::vector<analysis::DiscoveredMotif>& motifs)
{
    std::vector<std::string> ids, consensus, words;
    std::vector<std::int64_t> instances;
    std::vector<double> rates;
    for (const analysis::DiscoveredMotif& found : motifs) {
        ids.push_back(found.motif.id);
        consensus.push_back(data::consensus(found.motif));
        instances.push_back(std::int64_t(found.motif.sites));
        rates.push_back(found.bestQ);
        std::string all;
        for (const std::string& word : found.words)
            all += (all.empty() ? "" : ",") + data::displayLetters(word, found.motif.alphabet);
        words.push_back(std::move(all));
    }
    return {"motifs", {{"motif", ids}, {"consensus", consensus}, {"instances", instances}, {"best_q", rates}, {"words", words}}};
}

io::ResultTable wordTable(const std::vector<analysis::EnrichedWord>& tested, data::Alphabet alphabet)
{
    std::vector<std::string> words;
    std::vector<std::int64_t> positives, negatives;
    std::vector<double> p, q;
    for (const analysis::EnrichedWord& word : tested) {
        words.push_back(data::displayLetters(word.letters, alphabet));
        positives.push_back(word.positivesWith);
        negatives.push_back(word.negativesWith);
        p.push_back(word.p);
        q.push_back(word.q);
    }
    return {"words", {{"word", words}, {"positives_with", positives}, {"controls_with", negatives}, {"p", p}, {"q", q}}};
}

Result<void> runDiscover(const DiscoverOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".meme"}); !extension)
        return fail(extension.error());
    if (const auto extension = options.table.empty() ? Result<std::string>() : checkOutputPath(options.table, {".tsv", ".json", ".npz"});
        !extension)
        return fail(extension.error());
    if (options.recipe == "spikes" && !options.controls.empty())
        return fail(ErrorCode::InvalidArgument, "--controls is for --recipe regions; spikes are held against other windows of the same regions.");
    Result<PositionSource> source = PositionSource::open(options.source, context, "Collecting");
    if (!source)
        return fail(source.error());
    const Result<Collected> collected = collect(options, *source, context.common.seed.value_or(1));
    if (!collected)
        return fail(collected.error());
    if (collected->positives.empty())
        return fail(ErrorCode::InvalidArgument, "No region is long enough for a window and its control.");
    analysis::DiscoverySettings settings = options.discovery;
    settings.minWord = options.recipe == "spikes" ? options.kMin : options.minRegion;
    settings.alphabet = collected->isRna ? data::Alphabet::Rna : data::Alphabet::Dna;
    const Result<analysis::Discovery> found =
        analysis::discoverMotifs(viewsOf(collected->positives), viewsOf(collected->controls), collected->candidates, settings);
    if (!found)
        return fail(found.error());
    data::MotifSet motifs;
    for (const analysis::DiscoveredMotif& motif : found->motifs)
        motifs.push_back(motif.motif);
    const std::vector<io::ResultTable> tables{motifTable(found->motifs), wordTable(found->tested, settings.alphabet)};
    io::Provenance made = source->provenance();
    made["recipe"] = options.recipe;
    made["positives"] = std::to_string(collected->positives.size());
    made["controls"] = std::to_string(collected->controls.size());
    if (const Result<void> written = io::writeMeme(options.output, motifs); !written)
        return written;
    if (!options.table.empty())
        if (const Result<void> written = io::writeResultTables(options.table, tables, made); !written)
            return written;
    source->finish();
    printTable(tables.front(), context.common.json);
    return {};
}

}  // namespace

Runner addMotifDiscover(CLI::App& app)
{
    auto options = std::make_shared<DiscoverOptions>();
    addPositionSource(app, options->source);
    app.add_option("--recipe", options->recipe,
                   "spikes: windows of the highest importance against other windows of the same regions; regions: words of "
                   "high regions against control sequences")
        ->check(CLI::IsMember({"spikes", "regions"}))
        ->capture_default_str();
    app.add_option("--region", options->region, "Where spikes are looked for: all, utr5, cds or utr3")
        ->check(CLI::IsMember({"all", "utr5", "cds", "utr3"}))
        ->capture_default_str();
    app.add_option("--controls", options->controls, "FASTA file for --recipe regions; default: dinucleotide shuffles");
    app.add_option("--output", options->output, "Motifs to write (.meme)")->required();
    app.add_option("--table", options->table, "Also tables of the motifs and of all words tested: .tsv (two files), .json or .npz");
    app.add_flag("--mask", options->mask, "No spikes at start and stop codons and where one change makes a stop codon in frame");
    app.add_flag("--longest-orf", options->longestOrf, "Take the longest open reading frame where there is no coding region");
    app.add_option("--k-min", options->kMin, "Shortest word (spikes)")->check(CLI::Range(3, 12))->capture_default_str();
    app.add_option("--k-max", options->kMax, "Longest word (spikes)")->check(CLI::Range(3, 12))->capture_default_str();
    app.add_option("--min-length", options->minRegion, "Shortest high region (regions)")->check(CLI::Range(2, 1000))->capture_default_str();
    app.add_option("--smooth", options->spikes.smoothNt, "Box average before the maximum is taken (nt)")
        ->check(CLI::Range(1, 101))
        ->capture_default_str();
    app.add_option("--window", options->discovery.windowNt, "Width of the motifs")->check(CLI::Range(3, 100))->capture_default_str();
    app.add_option("--max-q", options->discovery.maxQ, "Words with a larger adjusted p-value are left out")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    app.add_option("--min-instances", options->discovery.minInstances, "Instances that make a motif")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    return [options](const Context& context) { return runDiscover(*options, context); };
}

}  // namespace nscope::cli
