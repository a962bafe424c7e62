// Purpose: `motifs filters`: motifs of convolution filters and which filters are active together, from activations.
#include "app/cli/motif_subcommands.h"

#include "app/cli/output_path.h"
#include "app/cli/result_output.h"
#include "core/analysis/clustering.h"
#include "core/analysis/filter_motifs.h"
#include "core/base/version.h"
#include "core/io/fasta.h"
#include "core/io/motif_file.h"
#include "core/io/npz.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace nscope::cli {

namespace {

struct FilterOptions {
    std::string activations;
    std::string input;
    std::string output;
    std::string table;
    std::string recipe = "rnatracker";
    double cut = 0.7;
    analysis::FilterGeometry geometry;
};

/// Activations by record, in the order of the sequences.
struct Activations {
    data::TranscriptSet transcripts;
    std::vector<std::vector<float>> values_PF;
    std::int64_t filters = 0;

    std::vector<analysis::FilterRecord> records() const
    {
        std::vector<analysis::FilterRecord> all;
        for (std::size_t i = 0; i < transcripts.size(); ++i)
            all.push_back({transcripts[i]->sequence.letters, values_PF[i]});
        return all;
    }
};

Result<Activations> readActivations(const std::string& path, const std::string& input)
{
    Result<data::TranscriptSet> transcripts = io::readFasta(input);
    if (!transcripts)
        return fail(transcripts.error());
    const Result<io::ZipReader> zip = io::ZipReader::open(path);
    if (!zip)
        return fail(zip.error());
    const Result<io::NpyArray> ids = io::readNpzArray(*zip, "ids");
    if (!ids)
        return fail(ids.error().at({.file = path}));
    const auto* names = ids->as<std::string>();
    if (!names || names->size() != transcripts->size())
        return fail(ErrorCode::InvalidArgument, "The ids must be those of the sequences, in their order.", {.file = path, .record = "ids"});
    Activations activations{*std::move(transcripts), {}, 0};
    for (std::size_t i = 0; i < names->size(); ++i) {
        const Where where{.file = path, .record = (*names)[i]};
        if ((*names)[i] != activations.transcripts[i]->sequence.id)
            return fail(ErrorCode::InvalidArgument, "The ids must be those of the sequences, in their order.", where);
        const Result<io::NpyArray> array = io::readNpzArray(*zip, "activations/" + std::to_string(i));
        const Result<std::vector<double>> values = array ? array->toDoubles() : fail(array.error());
        if (!values)
            return fail(values.error().at(where));
        const bool fits = array->shape.size() == 2 && array->shape[1] > 0 && (i == 0 || array->shape[1] == activations.filters);
        if (!fits)
            return fail(ErrorCode::Parse, "Activations are positions × filters, with the same filters in every record.", where);
        activations.filters = array->shape[1];
        activations.values_PF.emplace_back(values->begin(), values->end());
    }
    return activations;
}

io::ResultTable filterTable(const std::vector<analysis::FilterMotif>& motifs, const analysis::ClusterTree& tree, double cut)
{
    std::vector<std::int64_t> filters, sites, leaves(motifs.size()), clusters;
    std::vector<double> thresholds;
    std::vector<std::string> consensus;
    for (const analysis::FilterMotif& motif : motifs) {
        filters.push_back(motif.filter);
        sites.push_back(motif.sites);
        thresholds.push_back(motif.threshold);
        consensus.push_back(motif.hasMotif ? data::consensus(motif.motif) : std::string());
    }
    for (std::size_t place = 0; place < tree.leafOrder.size(); ++place)
        leaves[tree.leafOrder[place]] = std::int64_t(place);
    for (const int cluster : tree.cut(cut))
        clusters.push_back(cluster);
    return {"filters", {{"filter", filters}, {"threshold", thresholds}, {"sites", sites}, {"consensus", consensus},
                        {"cluster", clusters}, {"leaf", leaves}}};
}

io::ResultTable mergeTable(const analysis::ClusterTree& tree)
{
    std::vector<std::int64_t> left, right, leaves;
    std::vector<double> heights;
    for (const analysis::Merge& merge : tree.merges) {
        left.push_back(std::int64_t(merge.left));
        right.push_back(std::int64_t(merge.right));
        heights.push_back(merge.height);
        leaves.push_back(std::int64_t(merge.leaves));
    }
    return {"merges", {{"left", left}, {"right", right}, {"height", heights}, {"leaves", leaves}}};
}

Result<void> runFilterMotifs(const FilterOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".meme"}); !extension)
        return fail(extension.error());
    if (const auto extension = options.table.empty() ? Result<std::string>() : checkOutputPath(options.table, {".tsv", ".json", ".npz"});
        !extension)
        return fail(extension.error());
    const Result<Activations> activations = readActivations(options.activations, options.input);
    if (!activations)
        return fail(activations.error());
    analysis::FilterGeometry geometry = options.geometry;
    geometry.filters = activations->filters;
    const std::vector<analysis::FilterRecord> records = activations->records();
    const auto recipe = options.recipe == "gopher" ? analysis::FilterRecipe::Gopher : analysis::FilterRecipe::RnaTracker;
    const auto found = analysis::filterMotifs(records, geometry, recipe, activations->transcripts.front()->sequence.alphabet);
    if (!found)
        return fail(found.error().at({.file = options.activations}));
    std::vector<double> peaks = analysis::peakActivations(records, geometry.filters);
    analysis::whitenColumns(peaks, records.size());
    const auto tree = analysis::clusterRows(analysis::rowDistances(peaks, records.size(), analysis::RowDistance::Cosine),
                                            analysis::Linkage::Average);
    if (!tree)
        return fail(tree.error());
    data::MotifSet motifs;
    for (const analysis::FilterMotif& motif : *found)
        if (motif.hasMotif)
            motifs.push_back(motif.motif);
    const std::vector<io::ResultTable> tables{filterTable(*found, *tree, options.cut), mergeTable(*tree)};
    const io::Provenance made{{"activations", options.activations}, {"input", options.input}, {"recipe", options.recipe},
                              {"program", std::string("nucleoscope-cli ") + kVersion}};
    if (const Result<void> written = io::writeMeme(options.output, motifs); !written)
        return written;
    if (!options.table.empty())
        if (const Result<void> written = io::writeResultTables(options.table, tables, made); !written)
            return written;
    printTable(tables.front(), context.common.json);
    return {};
}

}  // namespace

Runner addMotifFilters(CLI::App& app)
{
    auto options = std::make_shared<FilterOptions>();
    app.add_option("--activations", options->activations,
                   "An .npz file with ids and, for record i, activations/<i> (positions x filters)")
        ->required();
    app.add_option("--input", options->input, "FASTA file of the same records")->required();
    app.add_option("--kernel", options->geometry.kernelNt, "Width of the filters (nt)")->required()->check(CLI::Range(1, 1000));
    app.add_option("--stride", options->geometry.strideNt, "Letters between two positions")->check(CLI::Range(1, 1000))->capture_default_str();
    app.add_option("--offset", options->geometry.offsetNt,
                   "First letter under the first position; minus the left padding of a \"same\" convolution")
        ->capture_default_str();
    app.add_option("--recipe", options->recipe, "rnatracker (threshold mean + half of the way to the maximum) or gopher (half of the maximum)")
        ->check(CLI::IsMember({"rnatracker", "gopher"}))
        ->capture_default_str();
    app.add_option("--output", options->output, "Motifs to write (.meme)")->required();
    app.add_option("--table", options->table, "Also tables of the filters and of the tree of co-activation: .tsv (two files), .json or .npz");
    app.add_option("--cut", options->cut, "Cosine distance at which the tree is cut into clusters")
        ->check(CLI::Range(0.0, 2.0))
        ->capture_default_str();
    return [options](const Context& context) { return runFilterMotifs(*options, context); };
}

}  // namespace nscope::cli
