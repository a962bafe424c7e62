#include "app/cli/experiment_command.h"

#include "app/cli/output_path.h"
#include "app/cli/place_text.h"
#include "app/cli/result_output.h"
#include "app/cli/score_run.h"
#include "core/experiment/codon_scans.h"
#include "core/experiment/shuffle_tests.h"

#include <CLI/CLI.hpp>

namespace nscope::cli {

namespace {

using experiment::ScanRow;
using experiment::ShuffleTestRow;
using Tables = std::vector<io::ResultTable>;

struct ExperimentOptions {
    std::string kind;
    ScoreOptions score;
    InputOptions input;
    experiment::ShuffleTestSettings shuffles;
    experiment::StopScanSettings stops;
    std::int64_t binCodons = 50;
    std::string region;
    std::string output;
};

/// Rows of all records, each with the record it belongs to.
template <class Row>
struct OfRecord {
    data::TranscriptPtr record;
    Row row;
};

template <class Row>
io::ResultColumn idColumn(const std::vector<OfRecord<Row>>& rows)
{
    return columnOf("id", rows, [](const OfRecord<Row>& each) { return each.record->sequence.id; });
}

template <class Row>
std::string shown(const OfRecord<Row>& each, const std::string& letters)
{
    return data::displayLetters(letters, each.record->sequence.alphabet);
}

io::ResultTable shuffleTable(const std::vector<OfRecord<ShuffleTestRow>>& rows)
{
    using Each = OfRecord<ShuffleTestRow>;
    io::ResultTable table{"shuffles",
                          {idColumn(rows), columnOf("what", rows, [](const Each& e) { return e.row.what; }),
                           columnOf("start", rows, [](const Each& e) { return e.row.region.startNt; }),
                           columnOf("end", rows, [](const Each& e) { return e.row.region.endNt; }),
                           columnOf("score", rows, [](const Each& e) { return e.row.score; }),
                           columnOf("shuffled", rows, [](const Each& e) { return e.row.shuffled.mean; })}};
    addEstimates(table, "change", rows, [](const Each& e) { return e.row.change; });
    table.columns.push_back(columnOf("shuffles", rows, [](const Each& e) { return e.row.change.count; }));
    table.columns.push_back(columnOf("skipped", rows, [](const Each& e) { return e.row.skipped; }));
    return table;
}

io::ResultTable scanTable(const std::vector<OfRecord<ScanRow>>& rows)
{
    using Each = OfRecord<ScanRow>;
    return {"changes",
            {idColumn(rows), columnOf("pos", rows, [](const Each& e) { return e.row.startNt + 1; }),
             columnOf("before", rows, [](const Each& e) { return shown(e, e.row.before); }),
             columnOf("after", rows, [](const Each& e) { return shown(e, e.row.after); }),
             columnOf("codon", rows, [](const Each& e) { return e.row.codon < 0 ? e.row.codon : e.row.codon + 1; }),
             columnOf("consequence", rows, [](const Each& e) { return e.row.consequence; }),
             columnOf("score", rows, [](const Each& e) { return e.row.score; }),
             columnOf("change", rows, [](const Each& e) { return e.row.change; })}};
}

io::ResultTable binTable(const std::vector<OfRecord<experiment::CodonBin>>& rows)
{
    using Each = OfRecord<experiment::CodonBin>;
    io::ResultTable table{"bins",
                          {idColumn(rows),
                           columnOf("first_codon", rows, [](const Each& e) { return e.row.firstCodon + 1; }),
                           columnOf("last_codon", rows, [](const Each& e) { return e.row.endCodon; })}};
    addEstimates(table, "change", rows, [](const Each& e) { return e.row.change; });
    table.columns.push_back(columnOf("changes", rows, [](const Each& e) { return e.row.change.count; }));
    return table;
}

template <class Row>
void append(std::vector<OfRecord<Row>>& all, const data::TranscriptPtr& record, std::vector<Row> rows)
{
    for (Row& row : rows)
        all.push_back({record, std::move(row)});
}

Result<Tables> shuffleTables(const ExperimentOptions& options, const Context& context, ScoreRun& run,
                             const data::TranscriptSet& records)
{
    experiment::ShuffleTestSettings settings = options.shuffles;
    settings.seed = context.common.seed.value_or(1);
    std::vector<OfRecord<ShuffleTestRow>> all;
    for (const data::TranscriptPtr& record : records) {
        auto rows = options.kind == "codon-shuffle" ? experiment::codonShuffles(run.run(), record, settings)
                                                    : experiment::regionShuffles(run.run(), record, settings);
        if (!rows)
            return fail(rows.error());
        append(all, record, *std::move(rows));
    }
    return Tables{shuffleTable(all)};
}

Result<experiment::Scan> scanOf(const ExperimentOptions& options, ScoreRun& run, const data::TranscriptPtr& record)
{
    if (options.kind == "start-loss")
        return experiment::startLossScan(run.run(), record);
    if (options.kind == "stop-scan")
        return experiment::prematureStopScan(run.run(), record, options.stops);
    if (options.region.empty())
        return experiment::saturate(run.run(), record, {0, record->sequence.length()});
    const Result<data::Interval> region = parseRange(options.region);
    if (!region)
        return fail(region.error());
    return experiment::saturate(run.run(), record, *region);
}

Result<Tables> scanTables(const ExperimentOptions& options, const Context& context, ScoreRun& run,
                          const data::TranscriptSet& records)
{
    std::vector<OfRecord<ScanRow>> all;
    std::vector<OfRecord<experiment::CodonBin>> bins;
    std::int64_t withoutRegion = 0;
    for (const data::TranscriptPtr& record : records) {
        if (!record->cds && options.kind != "saturate") {
            ++withoutRegion;
            continue;
        }
        Result<experiment::Scan> scan = scanOf(options, run, record);
        if (!scan)
            return fail(scan.error());
        if (options.kind == "stop-scan")
            append(bins, record, experiment::binnedByCodon(*scan, options.binCodons, context.common.seed.value_or(1)));
        append(all, record, std::move(scan->rows));
    }
    if (withoutRegion > 0)
        run.note("Left out: " + std::to_string(withoutRegion) + " records without a coding region.");
    if (all.empty())
        return fail(ErrorCode::NotFound, "No record has a coding region; give the regions with --cds.",
                    {.file = options.input.input});
    Tables tables{scanTable(all)};
    if (options.kind == "stop-scan")
        tables.push_back(binTable(bins));
    return tables;
}

Result<void> runExperiment(const ExperimentOptions& options, const Context& context)
{
    if (const auto extension = checkOutputPath(options.output, {".tsv", ".json", ".npz"}); !extension)
        return fail(extension.error());
    const auto run = ScoreRun::open(options.score, context, "Scoring");
    if (!run)
        return fail(run.error());
    const Result<data::TranscriptSet> records = readTranscripts(options.input, context, **run);
    if (!records)
        return fail(records.error());
    const bool shuffles = options.kind.ends_with("shuffle") || options.kind.starts_with("shuffle");
    const Result<Tables> tables =
        shuffles ? shuffleTables(options, context, **run, *records) : scanTables(options, context, **run, *records);
    if (!tables)
        return fail(tables.error());
    const io::Provenance made = (*run)->provenance({{"experiment", options.kind}, {"input", options.input.input}});
    const Result<void> written = io::writeResultTables(options.output, *tables, made);
    if (written)
        (*run)->finish();
    return written;
}

}  // namespace

Runner addExperiment(CLI::App& app)
{
    auto options = std::make_shared<ExperimentOptions>();
    app.add_option("kind", options->kind,
                   "shuffle-regions: 5'UTR, CDS and 3'UTR, each alone; codon-shuffle: codons, and synonymous codons; "
                   "start-loss: every other start codon; stop-scan: a stop at every codon; saturate: every single base")
        ->required()
        ->check(CLI::IsMember(
            std::vector<std::string>{"shuffle-regions", "codon-shuffle", "start-loss", "stop-scan", "saturate"}));
    addScoreOptions(app, options->score);
    addInputOptions(app, options->input);
    addFurtherOptions(app, options->input.further);
    app.add_option("--repeats", options->shuffles.repeats, "Shuffles per region")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    app.add_option("--min-nt", options->shuffles.minimumNt, "Regions shorter than this are not shuffled")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    app.add_option("--stop-codons", options->stops.stops, "stop-scan: codons to put in, as TAA,TGA")
        ->delimiter(',')
        ->capture_default_str();
    app.add_option("--step", options->stops.stepCodons, "stop-scan: every how many codons")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    app.add_option("--bin", options->binCodons, "stop-scan: codons per bin of the table of means")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    app.add_option("--region", options->region, "saturate: only these bases, as 101-200; default: all");
    app.add_option("--output", options->output, "Table to write: .tsv, .json or .npz")->required();
    return [options](const Context& context) { return runExperiment(*options, context); };
}

}  // namespace nscope::cli
