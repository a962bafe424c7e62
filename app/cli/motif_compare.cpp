// Purpose: `motifs compare`.
#include "app/cli/motif_subcommands.h"

#include "app/cli/output_path.h"
#include "app/cli/result_output.h"
#include "app/cli/run_job.h"
#include "core/base/version.h"
#include "core/io/motif_file.h"
#include "core/study/motif_matches.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace nscope::cli {

namespace {

struct CompareOptions {
    std::string query;
    std::string database;
    std::string output;
    double maxQ = 0.1;
    bool oneStrand = false;
    analysis::ComparisonSettings settings;
};

Result<void> runCompare(const CompareOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".tsv", ".json", ".npz"}); !extension)
        return fail(extension.error());
    const Result<data::MotifSet> queries = io::readMotifs(options.query);
    if (!queries)
        return fail(queries.error());
    const Result<data::MotifSet> database = io::readMotifs(options.database);
    if (!database)
        return fail(database.error());
    analysis::ComparisonSettings settings = options.settings;
    settings.bothStrands = !options.oneStrand && queries->front().alphabet == data::Alphabet::Dna;
    const Result<study::Outcome> found =
        study::motifMatches(*queries, *database, settings, options.maxQ, context.stop);
    if (!found && found.error().code() == ErrorCode::Cancelled)
        return fail(ErrorCode::Cancelled, kStoppedSentence);
    if (!found)
        return fail(found.error().at({.file = options.query}));
    const io::Provenance made{{"query", options.query}, {"database", options.database},
                              {"strands", settings.bothStrands ? "both" : "one"},
                              {"program", std::string("nucleoscope-cli ") + kVersion}};
    if (const Result<void> written = io::writeResultTables(options.output, found->tables, made); !written)
        return written;
    printTable(found->tables.front(), context.common.json, 50);
    return {};
}

}  // namespace

Runner addMotifCompare(CLI::App& app)
{
    auto options = std::make_shared<CompareOptions>();
    app.add_option("--query", options->query, "Motifs: MEME, JASPAR or TRANSFAC")->required();
    app.add_option("--database", options->database, "Motifs to compare with: MEME, JASPAR or TRANSFAC")->required();
    app.add_option("--output", options->output, "Table to write: .tsv, .json or .npz; the first 50 rows are also printed")->required();
    app.add_option("--max-q", options->maxQ, "Matches with a larger q-value are left out; 1: all")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    app.add_option("--min-overlap", options->settings.minOverlap, "Columns that must overlap")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    app.add_flag("--one-strand", options->oneStrand, "No reverse complements; RNA motifs are never reversed");
    return [options](const Context& context) { return runCompare(*options, context); };
}

}  // namespace nscope::cli
