#include "core/study/gia_plots.h"

#include "core/data/alphabet.h"
#include "core/study/study_parts.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace nscope::study {

namespace {

using analysis::MeanEstimate;
using data::Plot;
using data::PlotSeries;
using experiment::MotifEffect;

constexpr std::size_t kBestFlanks = 30;
constexpr const char* kIntervalTitle = "mean and 95 % interval over backgrounds";

/// With "." for any base, as people write it.
std::string shownPattern(std::string pattern)
{
    std::ranges::replace(pattern, 'N', '.');
    return pattern;
}

/// Beside each other at the same places.
std::vector<double> moved(std::vector<double> x, double by)
{
    for (double& each : x)
        each += by;
    return x;
}

/// The mean effect of the words that have this base at this place; NaN where none has.
data::PlotMap baseMap(const std::string& pattern, const std::vector<MotifEffect>& words)
{
    data::PlotMap map{.rows = {}, .columns = {}, .values = {}, .diverging = true, .unit = kEffectUnit};
    for (const char base : data::kBases)
        map.rows.push_back({base});
    for (std::size_t place = 0; place < pattern.size(); ++place)
        map.columns.push_back(std::to_string(place + 1) + " " + shownPattern({pattern[place]}));
    for (const char base : data::kBases) {
        for (std::size_t place = 0; place < pattern.size(); ++place) {
            analysis::MeanAccumulator mean;
            for (const MotifEffect& word : words)
                if (word.motifs.front().pattern[place] == base)
                    mean.add(word.effect.mean);
            map.values.push_back(mean.count() > 0 ? mean.mean() : std::numeric_limits<double>::quiet_NaN());
        }
    }
    return map;
}

}  // namespace

Plot effectPlot(const std::vector<std::string>& names, const std::vector<MeanEstimate>& effects)
{
    Plot plot{.id = "effects", .title = std::string("Effect of motifs: ") + kIntervalTitle};
    plot.x = {.label = "Motif", .ticks = ticksOf(names), .from = 0.5, .to = double(names.size()) + 0.5};
    plot.y = {.label = kEffectAxis};
    plot.series.push_back(seriesOf(PlotSeries::Kind::Bars, {}, countedFrom1(names.size()), effects));
    plot.series.back().labels = names;
    plot.guides.push_back(zeroLine());
    return plot;
}

std::vector<Plot> flankPlots(const std::string& pattern, const std::vector<MotifEffect>& ranked)
{
    std::vector<MeanEstimate> effects;
    std::vector<std::string> words;
    for (const MotifEffect& word : ranked) {
        effects.push_back(word.effect);
        words.push_back(word.motifs.front().pattern);
    }
    Plot best = effectPlot({words.begin(), words.begin() + std::ptrdiff_t(std::min(kBestFlanks, words.size()))},
                           {effects.begin(), effects.begin() + std::ptrdiff_t(std::min(kBestFlanks, words.size()))});
    best.id = "best";
    best.title = "The best words of " + shownPattern(pattern);
    best.x.label = "Word";
    Plot all{.id = "ranks",
             .title = "All " + std::to_string(words.size()) + " words of " + shownPattern(pattern) + ", ranked"};
    all.x = {.label = "Rank"};
    all.y = {.label = kEffectAxis};
    all.series.push_back(seriesOf(PlotSeries::Kind::Line, {}, countedFrom1(words.size()), effects));
    all.series.back().labels = words;
    all.guides.push_back(zeroLine());
    Plot bases{.id = "bases", .title = "Mean effect of the words with a base at a place"};
    bases.x = {.label = "Place in the pattern"};
    bases.y = {.label = "Base"};
    bases.map = baseMap(pattern, ranked);
    return {std::move(best), std::move(all), std::move(bases)};
}

Plot distancePlot(const experiment::DistanceScan& scan, const std::string& first, const std::string& second)
{
    std::vector<double> x;
    std::vector<MeanEstimate> both, alone, interaction;
    for (const experiment::DistanceRow& row : scan.rows) {
        x.push_back(double(row.distanceNt));
        both.push_back(row.both);
        if (row.second)
            alone.push_back(*row.second);
        if (row.interaction)
            interaction.push_back(*row.interaction);
    }
    Plot plot{.id = "distances", .title = second + " moved along " + first + ": mean and 95 % interval"};
    plot.x = {.label = "Distance from start to start (nt)"};
    plot.y = {.label = kEffectAxis};
    plot.series.push_back(seriesOf(PlotSeries::Kind::Line, "both", x, both));
    if (alone.size() == x.size()) {
        plot.series.push_back(seriesOf(PlotSeries::Kind::Line, second + " alone", x, alone));
        plot.series.push_back(seriesOf(PlotSeries::Kind::Line, "interaction", x, interaction));
    }
    plot.guides = {zeroLine(),
                   {.vertical = false, .at = scan.first.mean, .label = first + " alone"},
                   {.vertical = true, .at = 0.0, .label = first}};
    return plot;
}

Plot cooperationPlot(const experiment::Cooperativity& found, const std::string& first, const std::string& second)
{
    Plot plot = effectPlot({first, second, "both", "sum of singles", "interaction"},
                           {found.first, found.second, found.both, found.sumOfSingles, found.interaction});
    plot.id = "cooperativity";
    plot.title = "Both motifs against the sum of their single effects";
    plot.x.label.clear();
    return plot;
}

std::vector<Plot> occlusionPlots(const experiment::Occlusion& found, const std::string& pattern)
{
    Plot violins{.id = "groups", .title = "Instances of " + pattern + " replaced by random bases"};
    violins.x = {.label = "Instances in the sequence"};
    violins.y = {.label = kEffectAxis};
    for (const experiment::OcclusionGroup& group : found.groups) {
        data::PlotDistribution all{std::to_string(group.instances) + (group.instances == 3 ? "+" : ""), {}};
        for (const experiment::OccludedSequence& sequence : found.sequences)
            if (std::min<int>(int(sequence.startsNt.size()), 3) == group.instances)
                all.values.push_back(sequence.effectOfAll);
        if (!all.values.empty())
            violins.distributions.push_back(std::move(all));
    }
    std::vector<MeanEstimate> all, each;
    std::vector<double> x;
    for (const experiment::OcclusionGroup& group : found.groups) {
        if (group.all.count == 0)
            continue;
        x.push_back(double(group.instances));
        all.push_back(group.all);
        each.push_back(group.each);
    }
    Plot means{.id = "means", .title = "Mean effect and 95 % interval over sequences"};
    means.x = {.label = "Instances in the sequence", .ticks = {{1, "1"}, {2, "2"}, {3, "3+"}}, .from = 0.5, .to = 3.5};
    means.y = {.label = kEffectAxis};
    means.series = {seriesOf(PlotSeries::Kind::Points, "all instances replaced", moved(x, -0.08), all),
                    seriesOf(PlotSeries::Kind::Points, "one instance replaced", moved(x, 0.08), each)};
    means.guides.push_back(zeroLine());
    return {std::move(violins), std::move(means)};
}

}  // namespace nscope::study
