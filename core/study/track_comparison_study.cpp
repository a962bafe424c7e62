// Purpose: the tables of measured against predicted signals, its description as a study, and the table of several pairs.
#include "core/study/track_comparison.h"

#include "core/io/tsv_table.h"
#include "core/study/columns.h"
#include "core/study/study_options.h"
#include "core/study/track_comparison_plots.h"

#include <filesystem>

namespace nscope::study {

namespace {

using analysis::TrackMetrics;

constexpr const char* kMeanRow = "mean";

/// A number of every line and, if there are several, their mean in a last row.
template <class ValueOf>
data::ResultColumn lineColumn(std::string name, const std::vector<LineResult>& lines, ValueOf valueOf)
{
    std::vector<std::optional<double>> values;
    for (const LineResult& line : lines)
        values.push_back(valueOf(line));
    if (lines.size() > 1)
        values.push_back(analysis::meanOfDefined(values));
    return columnOf(std::move(name), values, [](const std::optional<double>& value) { return orNaN(value); });
}

template <class ValueOf>
std::optional<double> meanOfRegions(const LineResult& line, ValueOf valueOf)
{
    std::vector<std::optional<double>> values;
    for (const RegionResult& region : line.regions)
        values.push_back(valueOf(region.metrics));
    return analysis::meanOfDefined(values);
}

data::ResultTable lineTable(const std::vector<LineResult>& lines)
{
    std::vector<std::string> names;
    for (const LineResult& line : lines)
        names.push_back(line.line);
    if (lines.size() > 1)
        names.push_back(kMeanRow);
    using Optional = std::optional<double>;
    const auto count = [](auto number) { return Optional(double(number)); };
    return {"lines",
            {{"line", std::move(names)},
             lineColumn("regions", lines, [&](const LineResult& line) { return count(line.regions.size()); }),
             lineColumn("bins", lines, [&](const LineResult& line) { return count(line.whole.bins); }),
             lineColumn("bins_left_out", lines,
                        [&](const LineResult& line) { return count(line.binsInAll - line.whole.bins); }),
             lineColumn("scale", lines, [](const LineResult& line) { return Optional(line.scale.value_or(1.0)); }),
             lineColumn("predicted_mean", lines, [](const LineResult& line) { return line.whole.predictedMean; }),
             lineColumn("measured_mean", lines, [](const LineResult& line) { return line.whole.measuredMean; }),
             lineColumn("pearson", lines, [](const LineResult& line) { return line.whole.pearson; }),
             lineColumn("spearman", lines, [](const LineResult& line) { return line.whole.spearman; }),
             lineColumn("mse", lines, [](const LineResult& line) { return line.whole.meanSquaredError; }),
             lineColumn("poisson_nll", lines, [](const LineResult& line) { return line.whole.poissonNll; }),
             lineColumn("js_distance", lines, [](const LineResult& line) { return line.whole.jensenShannonDistance; }),
             lineColumn("region_pearson", lines,
                        [](const LineResult& line) {
                            return meanOfRegions(line, [](const TrackMetrics& metrics) { return metrics.pearson; });
                        }),
             lineColumn("region_spearman", lines,
                        [](const LineResult& line) {
                            return meanOfRegions(line, [](const TrackMetrics& metrics) { return metrics.spearman; });
                        }),
             lineColumn("region_js_distance", lines,
                        [](const LineResult& line) {
                            return meanOfRegions(
                                line, [](const TrackMetrics& metrics) { return metrics.jensenShannonDistance; });
                        }),
             lineColumn("pearson_of_means", lines, [](const LineResult& line) { return line.pearsonOfMeans; }),
             lineColumn("auroc", lines, [](const LineResult& line) { return line.ofBins.auroc; }),
             lineColumn("aupr", lines, [](const LineResult& line) { return line.ofBins.averagePrecision; }),
             lineColumn("region_auroc", lines, [](const LineResult& line) { return line.ofRegions.auroc; }),
             lineColumn("region_aupr", lines, [](const LineResult& line) { return line.ofRegions.averagePrecision; })}};
}

data::ResultTable regionTable(const TrackComparison& comparison)
{
    struct Row {
        const LineResult* line;
        const RegionResult* result;
        const TrackRegion* region;
    };
    std::vector<Row> rows;
    for (const LineResult& line : comparison.lines)
        for (const RegionResult& region : line.regions)
            rows.push_back({&line, &region, &comparison.regions[region.region]});
    const auto metric = [&rows](std::string name, std::optional<double> TrackMetrics::*member) {
        return columnOf(std::move(name), rows, [member](const Row& row) { return orNaN(row.result->metrics.*member); });
    };
    return {"regions",
            {columnOf("line", rows, [](const Row& row) { return row.line->line; }),
             columnOf("region", rows, [](const Row& row) { return row.region->name; }),
             columnOf("chrom", rows, [](const Row& row) { return row.region->locus.chromosome; }),
             columnOf("start", rows, [](const Row& row) { return row.region->locus.interval.startNt; }),
             columnOf("end", rows, [](const Row& row) { return row.region->locus.interval.endNt; }),
             columnOf("bins", rows, [](const Row& row) { return row.result->metrics.bins; }),
             columnOf("bins_left_out", rows,
                      [](const Row& row) { return row.result->binsInAll - row.result->metrics.bins; }),
             metric("predicted_mean", &TrackMetrics::predictedMean),
             metric("measured_mean", &TrackMetrics::measuredMean),
             columnOf("measured_max", rows, [](const Row& row) { return row.result->highestMeasured; }),
             metric("pearson", &TrackMetrics::pearson), metric("spearman", &TrackMetrics::spearman),
             metric("mse", &TrackMetrics::meanSquaredError), metric("poisson_nll", &TrackMetrics::poissonNll),
             metric("js_distance", &TrackMetrics::jensenShannonDistance)}};
}

data::ResultTable triangleTable(const std::vector<LineResult>& lines)
{
    std::vector<std::pair<const LineResult*, const TriangleCell*>> rows;
    for (const LineResult& line : lines)
        for (const TriangleCell& cell : line.triangle)
            rows.emplace_back(&line, &cell);
    return {"bin_triangle",
            {columnOf("line", rows, [](const auto& row) { return row.first->line; }),
             columnOf("train_bin", rows, [](const auto& row) { return row.first->trainBinNt; }),
             columnOf("eval_bin", rows, [](const auto& row) { return row.second->binNt; }),
             columnOf("bins", rows, [](const auto& row) { return row.second->metrics.bins; }),
             columnOf("pearson", rows, [](const auto& row) { return orNaN(row.second->metrics.pearson); }),
             columnOf("spearman", rows, [](const auto& row) { return orNaN(row.second->metrics.spearman); }),
             columnOf("mse", rows, [](const auto& row) { return orNaN(row.second->metrics.meanSquaredError); }),
             columnOf("js_distance", rows,
                      [](const auto& row) { return orNaN(row.second->metrics.jensenShannonDistance); })}};
}

data::ResultTable thresholdTable(const std::vector<LineResult>& lines)
{
    std::vector<std::pair<const LineResult*, analysis::ThresholdPoint>> rows;
    for (const LineResult& line : lines)
        for (const analysis::ThresholdPoint& point : line.curve)
            rows.emplace_back(&line, point);
    return {"thresholds",
            {columnOf("line", rows, [](const auto& row) { return row.first->line; }),
             columnOf("threshold", rows, [](const auto& row) { return row.second.threshold; }),
             columnOf("regions", rows, [](const auto& row) { return row.second.regions; }),
             columnOf("pearson", rows, [](const auto& row) { return orNaN(row.second.pearson); }),
             columnOf("spearman", rows, [](const auto& row) { return orNaN(row.second.spearman); }),
             columnOf("mse", rows, [](const auto& row) { return orNaN(row.second.meanSquaredError); })}};
}

/// Bins and regions as rows of either class.
struct RankedLevel {
    const LineResult* line;
    const char* level;
    const analysis::Ranking* ranking;
};

std::vector<RankedLevel> rankedLevels(const std::vector<LineResult>& lines)
{
    std::vector<RankedLevel> levels;
    for (const LineResult& line : lines) {
        levels.push_back({&line, "bins", &line.ofBins});
        levels.push_back({&line, "regions", &line.ofRegions});
    }
    return levels;
}

data::ResultTable classTable(const std::vector<RankedLevel>& levels)
{
    return {
        "classes",
        {columnOf("line", levels, [](const RankedLevel& row) { return row.line->line; }),
         columnOf("level", levels, [](const RankedLevel& row) { return std::string(row.level); }),
         columnOf("positives", levels, [](const RankedLevel& row) { return row.ranking->positives; }),
         columnOf("negatives", levels, [](const RankedLevel& row) { return row.ranking->negatives; }),
         columnOf("auroc", levels, [](const RankedLevel& row) { return orNaN(row.ranking->auroc); }),
         columnOf("aupr", levels, [](const RankedLevel& row) { return orNaN(row.ranking->averagePrecision); }),
         columnOf("aupr_trapezoid", levels, [](const RankedLevel& row) { return orNaN(row.ranking->trapezoidAupr); })}};
}

data::ResultTable curveTable(const std::vector<RankedLevel>& levels)
{
    std::vector<std::pair<RankedLevel, analysis::RankingPoint>> rows;
    for (const RankedLevel& level : levels)
        for (const analysis::RankingPoint& point : level.ranking->curve)
            rows.emplace_back(level, point);
    const auto share = [](std::int64_t part, std::int64_t whole) {
        return whole > 0 ? double(part) / double(whole) : orNaN({});
    };
    return {"curves",
            {columnOf("line", rows, [](const auto& row) { return row.first.line->line; }),
             columnOf("level", rows, [](const auto& row) { return std::string(row.first.level); }),
             columnOf("score", rows, [](const auto& row) { return row.second.score; }),
             columnOf("true_positive_rate", rows,
                      [&](const auto& row) { return share(row.second.truePositives, row.first.ranking->positives); }),
             columnOf("false_positive_rate", rows,
                      [&](const auto& row) { return share(row.second.falsePositives, row.first.ranking->negatives); }),
             columnOf("precision", rows, [&](const auto& row) {
                 return share(row.second.truePositives, row.second.truePositives + row.second.falsePositives);
             })}};
}

data::ResultTable leftOutTable(const std::vector<RegionLeftOut>& rows)
{
    return {"left_out",
            {columnOf("line", rows, [](const RegionLeftOut& row) { return row.line; }),
             columnOf("region", rows, [](const RegionLeftOut& row) { return row.region; }),
             columnOf("reason", rows, [](const RegionLeftOut& row) { return row.reason; })}};
}

Result<TrackComparisonSettings> settingsOf(const Order& order)
{
    TrackComparisonSettings settings;
    const std::string predicted = file(order, "predicted"), measured = file(order, "measured"),
                      pairs = file(order, "pairs");
    if (predicted.empty() != measured.empty())
        return fail(ErrorCode::InvalidArgument, "A predicted signal needs a measured one, and the other way round.");
    if (!predicted.empty() && !pairs.empty())
        return fail(ErrorCode::InvalidArgument, "Give two signals or a table of pairs, not both.");
    if (!predicted.empty())
        settings.pairs.push_back({{}, predicted, measured, 0});
    if (!pairs.empty()) {
        Result<std::vector<TrackPair>> read = readTrackPairs(pairs);
        if (!read)
            return fail(read.error());
        settings.pairs = *std::move(read);
    }
    settings.trainBinNt = whole(order, "train_bin");
    settings.regions = {file(order, "regions"), text(order, "chromosomes"), whole(order, "window")};
    settings.peaks = file(order, "peaks");
    settings.aliases = file(order, "aliases");
    settings.bins.binNt = whole(order, "bin");
    settings.bins.missingIsZero = text(order, "missing") == "zero";
    settings.scale = isOn(order, "scale");
    settings.smoothNt = whole(order, "smooth");
    settings.threshold = number(order, "threshold");
    settings.scoreIsSum = text(order, "score") == "sum";
    settings.coarsestNt = whole(order, "coarsest");
    settings.curveStep = number(order, "curve_step");
    settings.curvePoints = int(whole(order, "curve_points"));
    return settings;
}

Result<Outcome> runComparison(const Order& order, const Tools& tools)
{
    const Result<TrackComparisonSettings> settings = settingsOf(order);
    if (!settings)
        return fail(settings.error());
    const Result<TrackComparison> comparison = compareTracks(*settings, tools);
    if (!comparison)
        return fail(comparison.error());
    return outcomeOf(*comparison, *settings);
}

std::vector<engine::OptionSpec> comparisonOptions()
{
    return {
        wholeOption("bin", "Bin (nt)", "Bases per bin of the evaluation", 32, 1, 10'000'000),
        wholeOption("window", "Window (nt)", "Cut regions or chromosomes into windows of this length; 0: as they are",
                    0, 0, 1'000'000'000),
        textOption("chromosomes", "Chromosomes",
                   "Names, where there is no file of regions; none: all that both files have"),
        choiceOption("missing", "Without a value",
                     "leave-out: a bin counts where both files have a value; zero: bases without a value are 0",
                     {"leave-out", "zero"}),
        switchOption("scale", "Scale",
                     "Multiply the predictions by the sum of the measured values over the sum of the predicted ones"),
        wholeOption("smooth", "Smoothing (nt)", "Width of a box-car filter on both signals; 0: none", 0, 0, 10'000'000),
        numberOption("threshold", "Positive above",
                     "Measured values above it are positive, where there is no file of peaks", 2.0, -1e9, 1e9),
        choiceOption("score", "Score of a region", "Of its predicted values, for its AUROC: their mean or their sum",
                     {"mean", "sum"}),
        wholeOption("coarsest", "Coarsest bin (nt)", "Where the bin triangle ends", 2048, 1, 1'000'000'000),
        wholeOption("train_bin", "Training bin (nt)", "Bins of the model; 0: as the predicted file has them", 0, 0,
                    10'000'000),
        numberOption("curve_step", "Threshold step", "Between the thresholds of the curves, from 0 on", 1.0, 1e-6, 1e6),
        wholeOption("curve_points", "Thresholds", "Number of thresholds of the curves", 25, 1, 1000)};
}

std::vector<FileSpec> comparisonFiles()
{
    const std::vector<std::string> signals{"bw",          "bigwig", "bigWig", "bedGraph", "bedgraph", "bedGraph.gz",
                                           "bedgraph.gz", "bg",     "bg.gz",  "bam",      "cram"};
    return {{"predicted", "Predicted signal", "bigWig, bedGraph, or the reads of a BAM or CRAM file", signals},
            {"measured", "Measured signal", "bigWig, bedGraph, or the reads of a BAM or CRAM file", signals},
            {"pairs",
             "Several pairs",
             "Instead of the two: a table with the columns line, predicted, measured",
             {"tsv", "tsv.gz"}},
            {"regions",
             "Regions",
             "BED or narrowPeak; none: whole chromosomes",
             {"bed", "bed.gz", "narrowPeak", "narrowPeak.gz"}},
            {"peaks",
             "Peaks",
             "BED or narrowPeak: what lies in one is positive",
             {"bed", "bed.gz", "narrowPeak", "narrowPeak.gz"}},
            {"aliases", "Names of chromosomes", "Table of two columns where the files' names differ", {"tsv", "txt"}}};
}

}  // namespace

Outcome outcomeOf(const TrackComparison& comparison, const TrackComparisonSettings& settings)
{
    Outcome outcome;
    const std::vector<RankedLevel> levels = rankedLevels(comparison.lines);
    outcome.tables = {lineTable(comparison.lines),      regionTable(comparison), triangleTable(comparison.lines),
                      thresholdTable(comparison.lines), classTable(levels),      curveTable(levels)};
    if (!comparison.leftOut.empty())
        outcome.tables.push_back(leftOutTable(comparison.leftOut));
    outcome.plots = trackComparisonPlots(comparison, settings);
    outcome.notes = comparison.notes;
    return outcome;
}

Result<std::vector<TrackPair>> readTrackPairs(const std::string& path)
{
    const Result<io::TsvTable> table = io::TsvTable::read(path);
    if (!table)
        return fail(table.error());
    const auto line = table->requireColumn("line"), predicted = table->requireColumn("predicted"),
               measured = table->requireColumn("measured");
    for (const auto* column : {&line, &predicted, &measured})
        if (!*column)
            return fail(column->error());
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    const std::optional<std::size_t> trainBin = table->column("train_bin");
    std::vector<TrackPair> pairs;
    for (std::size_t row = 0; row < table->rowCount(); ++row) {
        TrackPair pair{table->cell(row, *line), (folder / table->cell(row, *predicted)).string(),
                       (folder / table->cell(row, *measured)).string(), 0};
        if (trainBin) {
            const Result<std::int64_t> binNt = table->integer(row, *trainBin);
            if (!binNt)
                return fail(binNt.error());
            pair.trainBinNt = *binNt;
        }
        pairs.push_back(std::move(pair));
    }
    if (pairs.empty())
        return fail(ErrorCode::Parse, "The table has no row.", {.file = path});
    return pairs;
}

std::vector<Study> trackComparisonStudies()
{
    return {{{"compare-tracks",
              "Measured against predicted",
              "How well a predicted signal along a genome matches a measured one",
              "Tang, thesis, chapter 2 (GOPHER), Fig 2.2, 2.4 and B.3",
              Page::Populations,
              comparisonOptions(),
              comparisonFiles(),
              {.sequences = 0}},
             runComparison}};
}

}  // namespace nscope::study
