// Purpose: `motifs compare`.
#include "app/cli/motif_subcommands.h"

#include "app/cli/output_path.h"
#include "app/cli/result_output.h"
#include "app/cli/run_job.h"
#include "core/analysis/motif_comparison.h"
#include "core/base/version.h"
#include "core/io/motif_file.h"

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

/// Rows of the result as they grow.
struct MatchRows {
    std::vector<std::string> query, target, name, strand, queryConsensus, targetConsensus;
    std::vector<std::int64_t> offset, overlap;
    std::vector<double> score, p, e, q;

    void add(const data::Motif& queried, const data::Motif& found, const analysis::MotifMatch& match)
    {
        query.push_back(queried.id);
        target.push_back(found.id);
        name.push_back(found.name);
        strand.emplace_back(match.reverseStrand ? "-" : "+");
        offset.push_back(match.offset);
        overlap.push_back(match.overlap);
        score.push_back(match.score);
        p.push_back(match.p);
        e.push_back(match.e);
        q.push_back(match.q);
        queryConsensus.push_back(data::consensus(queried));
        targetConsensus.push_back(data::consensus(match.reverseStrand ? data::reverseComplement(found) : found));
    }
    io::ResultTable table() const
    {
        return {"matches", {{"query", query}, {"target", target}, {"target_name", name}, {"p", p}, {"e", e}, {"q", q},
                            {"score", score}, {"overlap", overlap}, {"offset", offset}, {"strand", strand},
                            {"query_consensus", queryConsensus}, {"target_consensus", targetConsensus}}};
    }
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
    MatchRows rows;
    for (const data::Motif& query : *queries) {
        if (context.stop.stop_requested())
            return fail(ErrorCode::Cancelled, kStoppedSentence);
        const Result<std::vector<analysis::MotifMatch>> matches = analysis::compareMotif(query, *database, settings);
        if (!matches)
            return fail(matches.error().at({.file = options.query}));
        for (const analysis::MotifMatch& match : *matches)
            if (match.q <= options.maxQ)
                rows.add(query, (*database)[match.target], match);
    }
    const std::vector<io::ResultTable> tables{rows.table()};
    const io::Provenance made{{"query", options.query}, {"database", options.database},
                              {"strands", settings.bothStrands ? "both" : "one"},
                              {"program", std::string("nucleoscope-cli ") + kVersion}};
    if (const Result<void> written = io::writeResultTables(options.output, tables, made); !written)
        return written;
    printTable(tables.front(), context.common.json, 50);
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
