#include "core/study/transcript_experiments.h"

#include "core/study/place_text.h"
#include "core/study/study_options.h"
#include "core/study/study_parts.h"
#include "core/study/transcript_plots.h"

namespace nscope::study {

namespace {

using experiment::CodonBin;
using experiment::Run;
using experiment::Scan;
using experiment::ScanRow;
using experiment::ShuffleTestRow;

data::ResultTable shuffleTable(const ShuffleRows& rows)
{
    using Each = OfRecord<ShuffleTestRow>;
    data::ResultTable table{"shuffles",
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

data::ResultTable scanTable(const ScanRows& rows)
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

data::ResultTable binTable(const BinRows& rows)
{
    using Each = OfRecord<CodonBin>;
    data::ResultTable table{"bins",
                            {idColumn(rows),
                             columnOf("first_codon", rows, [](const Each& e) { return e.row.firstCodon + 1; }),
                             columnOf("last_codon", rows, [](const Each& e) { return e.row.endCodon; })}};
    addEstimates(table, "change", rows, [](const Each& e) { return e.row.change; });
    table.columns.push_back(columnOf("changes", rows, [](const Each& e) { return e.row.change.count; }));
    return table;
}

/// The rows of all records that have a coding region, with a note of those that have none.
struct Scans {
    ScanRows rows;
    std::vector<std::string> notes;
};
Result<Scans> scanCoding(const data::TranscriptSet& records,
                         const std::function<Result<Scan>(const data::TranscriptPtr&)>& scan)
{
    Scans scans;
    std::int64_t withoutRegion = 0;
    for (const data::TranscriptPtr& record : records) {
        if (!record->cds) {
            ++withoutRegion;
            continue;
        }
        Result<Scan> found = scan(record);
        if (!found)
            return fail(found.error());
        append(scans.rows, record, std::move(found->rows));
    }
    if (withoutRegion > 0)
        scans.notes.push_back("Left out: " + std::to_string(withoutRegion) + " records without a coding region.");
    if (withoutRegion == std::int64_t(records.size()))
        return fail(ErrorCode::NotFound, "No record has a coding region.");
    if (scans.rows.empty())
        return fail(ErrorCode::Unsupported, "No coding region is long enough for this scan.");
    return scans;
}

}  // namespace

Result<Outcome> shuffleTests(const Run& run, const data::TranscriptSet& records, ShuffleStudy kind,
                             const experiment::ShuffleTestSettings& settings)
{
    ShuffleRows all;
    for (const data::TranscriptPtr& record : records) {
        auto rows = kind == ShuffleStudy::Codons ? experiment::codonShuffles(run, record, settings)
                                                 : experiment::regionShuffles(run, record, settings);
        if (!rows)
            return fail(rows.error());
        append(all, record, *std::move(rows));
    }
    return Outcome{.tables = {shuffleTable(all)}, .plots = {shufflePlot(all, records.size())}};
}

Result<Outcome> startLosses(const Run& run, const data::TranscriptSet& records)
{
    Result<Scans> scans = scanCoding(
        records, [&run](const data::TranscriptPtr& record) { return experiment::startLossScan(run, record); });
    if (!scans)
        return fail(scans.error());
    return Outcome{
        .tables = {scanTable(scans->rows)}, .plots = startPlots(scans->rows), .notes = std::move(scans->notes)};
}

Result<Outcome> prematureStops(const Run& run, const data::TranscriptSet& records, const StopStudySettings& settings)
{
    BinRows bins;
    std::size_t used = 0;
    Result<Scans> scans = scanCoding(records, [&](const data::TranscriptPtr& record) {
        Result<Scan> scan = experiment::prematureStopScan(run, record, settings.scan);
        if (scan)
            append(bins, record, experiment::binnedByCodon(*scan, settings.binCodons, settings.seed));
        ++used;
        return scan;
    });
    if (!scans)
        return fail(scans.error());
    return Outcome{.tables = {scanTable(scans->rows), binTable(bins)},
                   .plots = {stopPlot(bins, used)},
                   .notes = std::move(scans->notes)};
}

Result<Outcome> saturation(const Run& run, const data::TranscriptSet& records, std::optional<data::Interval> region)
{
    ScanRows all;
    for (const data::TranscriptPtr& record : records) {
        Result<Scan> scan =
            experiment::saturate(run, record, region.value_or(data::Interval{0, record->sequence.length()}));
        if (!scan)
            return fail(scan.error());
        append(all, record, std::move(scan->rows));
    }
    if (all.empty())
        return fail(ErrorCode::NotFound, "There are no sequences.");
    return Outcome{.tables = {scanTable(all)}, .plots = saturationPlots(all)};
}

namespace {

constexpr const char* kSource = "Valencia & Hendrix, bioseq2seq, Fig 4C/D";

std::int64_t codingNt(const data::TranscriptPtr& record) { return record->cds ? record->cds->length() : 0; }

Result<Outcome> runShuffles(const Order& order, const Tools& tools, ShuffleStudy kind)
{
    const auto repeats = std::size_t(whole(order, "repeats"));
    std::size_t total = 0;
    for (const data::TranscriptPtr& record : order.transcripts)
        total += 1 + repeats * (kind == ShuffleStudy::Codons ? 2 : record->cds ? 3 : 1);
    return shuffleTests(countedRun(tools, total), order.transcripts, kind,
                        {.repeats = int(repeats),
                         .minimumNt = kind == ShuffleStudy::Codons ? 26 : whole(order, "min_nt"),
                         .seed = order.seed});
}
Result<Outcome> runRegionShuffles(const Order& order, const Tools& tools)
{
    return runShuffles(order, tools, ShuffleStudy::Regions);
}
Result<Outcome> runCodonShuffles(const Order& order, const Tools& tools)
{
    return runShuffles(order, tools, ShuffleStudy::Codons);
}

Result<Outcome> runStartLoss(const Order& order, const Tools& tools)
{
    std::size_t total = 0;
    for (const data::TranscriptPtr& record : order.transcripts)
        total += record->cds ? 64 : 0;
    return startLosses(countedRun(tools, total), order.transcripts);
}

Result<Outcome> runStops(const Order& order, const Tools& tools)
{
    StopStudySettings settings{.scan = {wordsOf(text(order, "stop_codons")), whole(order, "step")},
                               .binCodons = whole(order, "bin"),
                               .seed = order.seed};
    std::int64_t total = 0;
    for (const data::TranscriptPtr& record : order.transcripts)
        total += codingNt(record) / 3 / settings.scan.stepCodons * std::int64_t(settings.scan.stops.size());
    return prematureStops(countedRun(tools, std::size_t(total)), order.transcripts, settings);
}

Result<Outcome> runSaturation(const Order& order, const Tools& tools)
{
    std::optional<data::Interval> region;
    if (!text(order, "region").empty()) {
        const Result<data::Interval> given = parseRange(text(order, "region"));
        if (!given)
            return fail(given.error());
        region = *given;
    }
    std::int64_t total = 0;
    for (const data::TranscriptPtr& record : order.transcripts)
        total += 1 + 3 * (region ? region->length() : record->sequence.length());
    return saturation(countedRun(tools, std::size_t(total)), order.transcripts, region);
}

}  // namespace

std::vector<Study> transcriptStudies()
{
    const engine::OptionSpec repeats = wholeOption("repeats", "Shuffles", "Shuffles per region", 20, 1, 100'000);
    const Needs target{.target = true}, coding{.target = true, .codingRegions = true};
    return {
        {{"shuffle-regions",
          "Shuffled regions",
          "5'UTR, coding region and 3'UTR shuffled one at a time, every dinucleotide count kept",
          kSource,
          Page::Experiments,
          {repeats,
           wholeOption("min_nt", "Shortest region (nt)", "Shorter regions are not shuffled", 26, 1, 1'000'000)},
          {},
          target},
         runRegionShuffles},
        {{"codon-shuffle",
          "Shuffled codons",
          "Codons permuted inside the coding region, and only among synonymous places",
          kSource,
          Page::Experiments,
          {repeats},
          {},
          coding},
         runCodonShuffles},
        {{"start-loss",
          "Lost start codon",
          "Every other codon in place of the start codon",
          kSource,
          Page::Experiments,
          {},
          {},
          coding},
         runStartLoss},
        {{"premature-stops",
          "Premature stops",
          "A stop codon at every place of the coding region",
          kSource,
          Page::Experiments,
          {textOption("stop_codons", "Stop codons", "Codons to put in, as TAA TGA", "TAA TAG TGA"),
           wholeOption("step", "Step (codons)", "Every how many codons", 1, 1, 1'000'000),
           wholeOption("bin", "Bin (codons)", "Codons per bin of the means", 50, 1, 1'000'000)},
          {},
          coding},
         runStops},
        {{"saturation",
          "Saturation mutagenesis",
          "Every single-base change of a region",
          kSource,
          Page::Experiments,
          {textOption("region", "Region", "Only these bases, as 101-200; empty: all")},
          {},
          target},
         runSaturation},
    };
}

}  // namespace nscope::study
