#include "app/cli/embed_command.h"

#include "app/cli/output_path.h"
#include "app/cli/progress_line.h"
#include "app/cli/result_output.h"
#include "app/cli/run_job.h"
#include "core/analysis/pca.h"
#include "core/analysis/umap.h"
#include "core/base/version.h"
#include "core/io/feature_table.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace nscope::cli {

namespace {

struct EmbedOptions {
    std::string vectors;
    std::string output;
    std::string method = "umap";
    std::string metric = "euclidean";
    int components = 2;
    int firstComponents = 50;
    analysis::UmapSettings umap;
};

struct Vectors {
    std::vector<std::string> ids;
    std::vector<float> values_ND;
    std::int64_t dimensions = 0;
};

Result<Vectors> readVectors(const std::string& path)
{
    const Result<io::FeatureTable> table = io::FeatureTable::read(path, "vectors");
    if (!table)
        return fail(table.error());
    Vectors vectors{table->ids(), {}, table->width()};
    for (const std::string& id : vectors.ids) {
        data::Transcript holder;
        holder.sequence.id = id;
        if (const Result<bool> filled = table->fill(holder); !filled)
            return fail(filled.error());
        const std::vector<float>& values = holder.features["vectors"];
        vectors.values_ND.insert(vectors.values_ND.end(), values.begin(), values.end());
    }
    return vectors;
}

std::vector<io::ResultTable> componentTables(const Vectors& vectors, const analysis::PrincipalComponents& components)
{
    const auto count = std::size_t(components.count);
    io::ResultTable scores{"coordinates", {{"id", vectors.ids}}};
    std::vector<std::int64_t> numbers;
    for (std::size_t k = 0; k < count; ++k) {
        std::vector<double> column;
        for (std::size_t i = 0; i < vectors.ids.size(); ++i)
            column.push_back(components.scores_NK[i * count + k]);
        scores.columns.push_back({"pc" + std::to_string(k + 1), std::move(column)});
        numbers.push_back(std::int64_t(k) + 1);
    }
    return {std::move(scores), {"components", {{"component", std::move(numbers)}, {"variance", components.variances},
                                               {"explained_share", components.explainedShares}}}};
}

/// UMAP after a reduction to the first principal components, which takes noise and time away.
Result<std::vector<io::ResultTable>> umapTables(const Vectors& vectors, const EmbedOptions& options, std::uint64_t seed,
                                                const Context& context)
{
    analysis::UmapSettings settings = options.umap;
    settings.seed = seed;
    settings.distance = options.metric == "cosine" ? analysis::VectorDistance::Cosine : analysis::VectorDistance::Euclidean;
    std::vector<float> values = vectors.values_ND;
    std::int64_t dimensions = vectors.dimensions;
    if (options.firstComponents > 0 && dimensions > options.firstComponents) {
        const Result<analysis::PrincipalComponents> first =
            analysis::principalComponents(values, dimensions, options.firstComponents, seed, context.stop);
        if (!first)
            return fail(first.error());
        values.assign(first->scores_NK.begin(), first->scores_NK.end());
        dimensions = first->count;
    }
    const Result<std::vector<float>> layout = analysis::umapLayout(values, dimensions, settings, context.stop);
    if (!layout)
        return fail(layout.error());
    io::ResultTable table{"coordinates", {{"id", vectors.ids}, {"umap1", std::vector<double>()}, {"umap2", std::vector<double>()}}};
    for (std::size_t i = 0; i < layout->size(); ++i)
        std::get<std::vector<double>>(table.columns[1 + i % 2].values).push_back(double((*layout)[i]));
    return std::vector<io::ResultTable>{std::move(table)};
}

Result<void> runEmbed(const EmbedOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".tsv", ".json", ".npz"}); !extension)
        return fail(extension.error());
    const Result<Vectors> vectors = readVectors(options.vectors);
    if (!vectors)
        return fail(vectors.error());
    const std::uint64_t seed = context.common.seed.value_or(1);
    ProgressLine progress("Embedding", "vectors", context.common.quiet);
    Result<std::vector<io::ResultTable>> tables = std::vector<io::ResultTable>();
    if (options.method == "pca") {
        const Result<analysis::PrincipalComponents> components =
            analysis::principalComponents(vectors->values_ND, vectors->dimensions, options.components, seed, context.stop);
        tables = components ? Result<std::vector<io::ResultTable>>(componentTables(*vectors, *components)) : fail(components.error());
    } else {
        tables = umapTables(*vectors, options, seed, context);
    }
    if (!tables && tables.error().code() == ErrorCode::Cancelled)
        return fail(ErrorCode::Cancelled, kStoppedSentence);
    if (!tables)
        return fail(tables.error().at({.file = options.vectors}));
    const io::Provenance made{{"vectors", options.vectors}, {"method", options.method}, {"metric", options.metric},
                              {"seed", std::to_string(seed)}, {"program", std::string("nucleoscope-cli ") + kVersion}};
    if (const Result<void> written = io::writeResultTables(options.output, *tables, made); !written)
        return written;
    progress.finish(std::int64_t(vectors->ids.size()));
    if (tables->size() > 1)
        printTable(tables->back(), context.common.json);
    return {};
}

}  // namespace

Runner addEmbed(CLI::App& app)
{
    auto options = std::make_shared<EmbedOptions>();
    app.add_option("--vectors", options->vectors,
                   "One vector per id: .npz with ids and an array of one row per id, or a table with the column id")
        ->required();
    app.add_option("--output", options->output, "Coordinates to write: .tsv, .json or .npz")->required();
    app.add_option("--method", options->method, "umap or pca")->check(CLI::IsMember({"umap", "pca"}))->capture_default_str();
    app.add_option("--components", options->components, "Principal components (pca)")->check(CLI::Range(1, 1000))->capture_default_str();
    app.add_option("--first-components", options->firstComponents, "Principal components that UMAP starts from; 0: the vectors as they are")
        ->check(CLI::Range(0, 1000))
        ->capture_default_str();
    app.add_option("--neighbours", options->umap.neighbours, "Neighbours of a vector, itself among them (umap)")
        ->check(CLI::Range(2, 1000))
        ->capture_default_str();
    app.add_option("--min-distance", options->umap.minDistance, "How close points may lie (umap)")
        ->check(CLI::Range(0.0, 2.9))
        ->capture_default_str();
    app.add_option("--epochs", options->umap.epochs, "Rounds of the layout; 0: 500, or 200 above 10,000 vectors (umap)")
        ->check(CLI::Range(0, 100000))
        ->capture_default_str();
    app.add_option("--metric", options->metric, "euclidean or cosine (umap)")
        ->check(CLI::IsMember({"euclidean", "cosine"}))
        ->capture_default_str();
    return [options](const Context& context) { return runEmbed(*options, context); };
}

}  // namespace nscope::cli
