#include "app/cli/embed_command.h"

#include "app/cli/output_path.h"
#include "app/cli/progress_line.h"
#include "app/cli/result_output.h"
#include "app/cli/run_job.h"
#include "core/base/version.h"
#include "core/io/feature_table.h"
#include "core/study/embedding.h"

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

Result<study::Vectors> readVectors(const std::string& path)
{
    const Result<io::FeatureTable> table = io::FeatureTable::read(path, "vectors");
    if (!table)
        return fail(table.error());
    study::Vectors vectors{table->ids(), {}, table->width()};
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

Result<study::Outcome> outcomeOf(const study::Vectors& vectors, const EmbedOptions& options, std::uint64_t seed,
                                 const Context& context)
{
    if (options.method == "pca")
        return study::componentOutcome(vectors, options.components, seed, context.stop);
    analysis::UmapSettings settings = options.umap;
    settings.seed = seed;
    settings.distance = options.metric == "cosine" ? analysis::VectorDistance::Cosine : analysis::VectorDistance::Euclidean;
    return study::umapOutcome(vectors, settings, options.firstComponents, context.stop);
}

Result<void> runEmbed(const EmbedOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".tsv", ".json", ".npz"}); !extension)
        return fail(extension.error());
    const Result<study::Vectors> vectors = readVectors(options.vectors);
    if (!vectors)
        return fail(vectors.error());
    const std::uint64_t seed = context.common.seed.value_or(1);
    ProgressLine progress("Embedding", "vectors", context.common.quiet);
    const Result<study::Outcome> found = outcomeOf(*vectors, options, seed, context);
    if (!found && found.error().code() == ErrorCode::Cancelled)
        return fail(ErrorCode::Cancelled, kStoppedSentence);
    if (!found)
        return fail(found.error().at({.file = options.vectors}));
    const io::Provenance made{{"vectors", options.vectors}, {"method", options.method}, {"metric", options.metric},
                              {"seed", std::to_string(seed)}, {"program", std::string("nucleoscope-cli ") + kVersion}};
    if (const Result<void> written = io::writeResultTables(options.output, found->tables, made); !written)
        return written;
    progress.finish(std::int64_t(vectors->ids.size()));
    if (found->tables.size() > 1)
        printTable(found->tables.back(), context.common.json);
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
