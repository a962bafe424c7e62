#include "core/study/transcript_plots.h"

#include "core/study/study_parts.h"

#include <algorithm>
#include <limits>
#include <map>

namespace nscope::study {

namespace {

using data::Plot;
using data::PlotSeries;

constexpr std::size_t kMostLines = 8;
constexpr std::size_t kMostMaps = 6;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// What was shuffled, as people say it.
std::string spoken(const std::string& what)
{
    static const std::map<std::string, std::string> kNames{{"utr5", "5'UTR"},    {"cds", "coding region"},
                                                           {"utr3", "3'UTR"},    {"all", "whole sequence"},
                                                           {"codons", "codons"}, {"synonymous", "synonymous codons"}};
    const auto found = kNames.find(what);
    return found == kNames.end() ? what : found->second;
}

std::map<std::string, analysis::MeanAccumulator> meansByCodon(const ScanRows& rows)
{
    std::map<std::string, analysis::MeanAccumulator> means;
    for (const OfRecord<experiment::ScanRow>& each : rows)
        means[shown(each, each.row.after)].add(each.row.change);
    return means;
}

/// First and second letter × third letter.
data::PlotMap codonMap(const std::map<std::string, analysis::MeanAccumulator>& means, data::Alphabet alphabet)
{
    data::PlotMap map{.rows = {}, .columns = {}, .values = {}, .diverging = true, .unit = kEffectUnit};
    for (const char first : data::kBases)
        for (const char second : data::kBases)
            map.columns.push_back(data::displayLetters(std::string{first, second}, alphabet));
    for (const char third : data::kBases)
        map.rows.push_back(data::displayLetters(std::string{third}, alphabet));
    for (const std::string& last : map.rows) {
        for (const std::string& start : map.columns) {
            const auto found = means.find(start + last);
            map.values.push_back(found == means.end() ? kNaN : found->second.mean());
        }
    }
    return map;
}

Plot saturationPlot(const ScanRows& rows, std::size_t first, std::size_t last, std::size_t number)
{
    const data::Sequence& sequence = rows[first].record->sequence;
    const std::int64_t startNt = rows[first].row.startNt, endNt = rows[last - 1].row.startNt + 1;
    Plot plot{.id = "saturation" + (number == 0 ? std::string() : std::to_string(number + 1)),
              .title = "Every single base of " + sequence.id};
    plot.x = {.label = "Position (nt)"};
    plot.y = {.label = "New base"};
    data::PlotMap map{.rows = {}, .columns = {}, .values = {}, .diverging = true, .unit = kEffectUnit};
    const auto width = std::size_t(endNt - startNt);
    for (const char base : data::kBases)
        map.rows.push_back(data::displayLetters(std::string{base}, sequence.alphabet));
    for (std::int64_t at = startNt; at < endNt; ++at)
        map.columns.push_back(data::displayLetters(std::string{sequence.letters[std::size_t(at)]}, sequence.alphabet)
                              + std::to_string(at + 1));
    map.values.assign(4 * width, kNaN);
    for (std::size_t i = first; i < last; ++i) {
        const int base = data::baseIndex(rows[i].row.after.front());
        if (base >= 0)
            map.values[std::size_t(base) * width + std::size_t(rows[i].row.startNt - startNt)] = rows[i].row.change;
    }
    plot.map = std::move(map);
    return plot;
}

}  // namespace

Plot shufflePlot(const ShuffleRows& rows, std::size_t records)
{
    Plot plot{.id = "shuffles",
              .title = records == 1 ? "Changes of the score, one per shuffle" : "Mean change of every record"};
    plot.x = {.label = "Shuffled"};
    plot.y = {.label = kEffectAxis};
    for (const OfRecord<experiment::ShuffleTestRow>& each : rows) {
        if (!each.row.skipped.empty())
            continue;
        auto found = std::ranges::find(plot.distributions, spoken(each.row.what), &data::PlotDistribution::name);
        if (found == plot.distributions.end())
            found = plot.distributions.insert(found, {spoken(each.row.what), {}});
        if (records == 1)
            found->values = each.row.changes;
        else
            found->values.push_back(each.row.change.mean);
    }
    return plot;
}

std::vector<Plot> startPlots(const ScanRows& rows)
{
    const auto means = meansByCodon(rows);
    std::vector<std::pair<std::string, analysis::MeanEstimate>> sorted;
    for (const auto& [codon, mean] : means)
        sorted.emplace_back(codon, mean.estimate());
    std::ranges::stable_sort(sorted, std::ranges::greater(), [](const auto& one) { return one.second.mean; });
    std::vector<std::string> codons;
    std::vector<analysis::MeanEstimate> changes;
    for (const auto& [codon, change] : sorted) {
        codons.push_back(codon);
        changes.push_back(change);
    }
    Plot bars{.id = "codons", .title = "Another start codon: mean change and 95 % interval over records"};
    bars.x = {.label = "Codon in place of the first",
              .ticks = ticksOf(codons),
              .from = 0.5,
              .to = double(codons.size()) + 0.5};
    bars.y = {.label = kEffectAxis};
    bars.series.push_back(seriesOf(PlotSeries::Kind::Bars, {}, countedFrom1(codons.size()), changes));
    bars.series.back().labels = codons;
    bars.guides.push_back(zeroLine());
    Plot map{.id = "letters", .title = "Mean change by the letters of the codon"};
    map.x = {.label = "First and second letter"};
    map.y = {.label = "Third letter"};
    map.map = codonMap(means, rows.front().record->sequence.alphabet);
    return {std::move(bars), std::move(map)};
}

Plot stopPlot(const BinRows& bins, std::size_t records)
{
    Plot plot{.id = "bins", .title = "A stop codon by its place: mean change and 95 % interval"};
    plot.x = {.label = "Codon of the coding region"};
    plot.y = {.label = kEffectAxis};
    plot.guides.push_back(zeroLine());
    const auto middleOf = [](const experiment::CodonBin& bin) { return double(bin.firstCodon + bin.endCodon + 1) / 2; };
    if (records > kMostLines) {
        std::map<double, analysis::MeanAccumulator> pooled;
        for (const OfRecord<experiment::CodonBin>& each : bins)
            pooled[middleOf(each.row)].add(each.row.change.mean);
        std::vector<double> x;
        std::vector<analysis::MeanEstimate> y;
        for (const auto& [middle, mean] : pooled) {
            x.push_back(middle);
            y.push_back(mean.estimate());
        }
        plot.series.push_back(seriesOf(PlotSeries::Kind::Line, groupedText(std::int64_t(records)) + " records", x, y));
        return plot;
    }
    for (std::size_t first = 0; first < bins.size();) {
        std::vector<double> x;
        std::vector<analysis::MeanEstimate> y;
        std::size_t i = first;
        for (; i < bins.size() && bins[i].record == bins[first].record; ++i) {
            x.push_back(middleOf(bins[i].row));
            y.push_back(bins[i].row.change);
        }
        plot.series.push_back(seriesOf(PlotSeries::Kind::Line, bins[first].record->sequence.id, x, y));
        first = i;
    }
    return plot;
}

std::vector<Plot> saturationPlots(const ScanRows& rows)
{
    std::vector<Plot> plots;
    for (std::size_t first = 0; first < rows.size() && plots.size() < kMostMaps;) {
        std::size_t last = first;
        while (last < rows.size() && rows[last].record == rows[first].record)
            ++last;
        plots.push_back(saturationPlot(rows, first, last, plots.size()));
        first = last;
    }
    return plots;
}

}  // namespace nscope::study
