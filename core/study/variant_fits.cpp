#include "core/study/variant_fits.h"

#include "core/data/alphabet.h"
#include "core/study/study_parts.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace nscope::study {

namespace {

using data::Plot;
using data::PlotSeries;

constexpr std::size_t kMostPoints = 3000;  ///< more are drawn as densities
constexpr std::size_t kMostSequences = 16;

ElementFit fitOf(const std::string& element, const std::vector<const VariantRow*>& rows, bool robust)
{
    std::vector<double> effects, deltas, robustDeltas;
    for (const VariantRow* row : rows) {
        effects.push_back(row->effect);
        deltas.push_back(row->scored.scores.delta());
        if (robust)
            robustDeltas.push_back(row->scored.robust->mean.delta());
    }
    constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
    ElementFit fit{element, std::int64_t(rows.size())};
    fit.pearson = analysis::pearson(deltas, effects).value_or(kNaN);
    fit.spearman = analysis::spearman(deltas, effects).value_or(kNaN);
    if (robust) {
        fit.robustPearson = analysis::pearson(robustDeltas, effects).value_or(kNaN);
        fit.robustSpearman = analysis::spearman(robustDeltas, effects).value_or(kNaN);
    }
    return fit;
}

/// Points of the rows that `xOf` and `yOf` have finite numbers for.
template <class XOf, class YOf>
PlotSeries pointsOf(const std::vector<const VariantRow*>& rows, std::string name, XOf xOf, YOf yOf)
{
    PlotSeries series{.kind = PlotSeries::Kind::Points, .name = std::move(name), .x = {}, .y = {}};
    for (const VariantRow* row : rows) {
        const double x = xOf(*row), y = yOf(*row);
        if (!std::isfinite(x) || !std::isfinite(y))
            continue;
        series.x.push_back(x);
        series.y.push_back(y);
        const data::Variant& variant = row->placed.variant;
        series.labels.push_back(std::to_string(row->placed.place.startNt + 1) + " " + variant.ref + ">" + variant.alt);
    }
    if (series.x.size() > kMostPoints)
        series.kind = PlotSeries::Kind::Density;
    return series;
}

double deltaOf(const VariantRow& row) { return row.scored.scores.delta(); }
double robustDeltaOf(const VariantRow& row) { return row.scored.robust->mean.delta(); }

/// The diagonal across the points.
PlotSeries diagonalOf(const PlotSeries& points)
{
    PlotSeries line{.kind = PlotSeries::Kind::Line, .name = "equal", .x = {}, .y = {}, .colour = -1, .dashed = true};
    if (points.x.empty())
        return line;
    const double low = std::min(std::ranges::min(points.x), std::ranges::min(points.y));
    const double high = std::max(std::ranges::max(points.x), std::ranges::max(points.y));
    line.x = line.y = {low, high};
    return line;
}

Plot scorePlot(const std::vector<const VariantRow*>& rows)
{
    Plot plot{.id = "scores", .title = groupedText(std::int64_t(rows.size())) + " variants: REF and ALT"};
    plot.x = {.label = "Score of REF"};
    plot.y = {.label = "Score of ALT"};
    plot.series.push_back(pointsOf(
        rows, {}, [](const VariantRow& row) { return row.scored.scores.ref; },
        [](const VariantRow& row) { return row.scored.scores.alt; }));
    plot.series.push_back(diagonalOf(plot.series.front()));
    return plot;
}

/// The differences along a sequence, by the new base.
Plot positionPlot(const std::vector<const VariantRow*>& rows, const data::Sequence& sequence, std::size_t number)
{
    Plot plot{.id = "positions" + (number == 0 ? std::string() : std::to_string(number + 1)),
              .title = "Variants along " + sequence.id};
    plot.x = {.label = "Position (nt)"};
    plot.y = {.label = "ALT − REF"};
    const auto add = [&](const std::string& name, const auto& belongs) {
        std::vector<const VariantRow*> members;
        std::ranges::copy_if(rows, std::back_inserter(members), belongs);
        if (members.empty())
            return;
        plot.series.push_back(pointsOf(
            members, name, [](const VariantRow& row) { return double(row.placed.place.startNt + 1); }, deltaOf));
        plot.series.back().kind = PlotSeries::Kind::Points;
    };
    const auto isSingle = [](const VariantRow* row) {
        return row->placed.variant.ref.size() == 1 && row->placed.variant.alt.size() == 1;
    };
    for (const char base : data::kBases)
        add("to " + data::displayLetters(std::string{base}, sequence.alphabet),
            [&](const VariantRow* row) { return isSingle(row) && row->placed.variant.alt.front() == base; });
    add("other", [&](const VariantRow* row) { return !isSingle(row); });
    plot.guides.push_back(zeroLine());
    return plot;
}

Plot fitPlot(const ElementFit& fit, const std::vector<const VariantRow*>& rows, std::size_t number)
{
    Plot plot{.id = "fit" + (number == 0 ? std::string() : std::to_string(number + 1)),
              .title = fit.element + ": Pearson " + shortNumber(fit.pearson) + ", Spearman " + shortNumber(fit.spearman)
                       + ", " + groupedText(fit.variants) + " variants"};
    plot.x = {.label = "Measured effect"};
    plot.y = {.label = "ALT − REF"};
    plot.series.push_back(pointsOf(
        rows, {}, [](const VariantRow& row) { return row.effect; }, deltaOf));
    plot.guides = {zeroLine(), {.vertical = true, .at = 0.0}};
    return plot;
}

/// Correlation by element, standard beside robust.
Plot correlationPlot(const std::vector<ElementFit>& fits, bool robust)
{
    Plot plot{.id = "correlation", .title = "Correlation with the measured effects"};
    std::vector<std::string> names;
    PlotSeries standard{.kind = PlotSeries::Kind::Points, .name = "standard", .x = {}, .y = {}};
    PlotSeries shifted{.kind = PlotSeries::Kind::Points, .name = "robust", .x = {}, .y = {}};
    for (const ElementFit& fit : fits) {
        names.push_back(fit.element);
        standard.x.push_back(double(names.size()) - 0.08);
        standard.y.push_back(fit.pearson);
        shifted.x.push_back(double(names.size()) + 0.08);
        shifted.y.push_back(fit.robustPearson);
    }
    plot.x = {.label = "Element", .ticks = ticksOf(names), .from = 0.5, .to = double(names.size()) + 0.5};
    plot.y = {.label = "Pearson correlation"};
    plot.series.push_back(std::move(standard));
    if (robust)
        plot.series.push_back(std::move(shifted));
    else
        plot.series.front().kind = PlotSeries::Kind::Bars;
    plot.guides.push_back(zeroLine());
    return plot;
}

Plot robustPlot(const std::vector<const VariantRow*>& rows)
{
    Plot plot{.id = "robust", .title = "Differences without and with random shifts"};
    plot.x = {.label = "ALT − REF"};
    plot.y = {.label = "Mean of ALT − REF over shifts"};
    plot.series.push_back(pointsOf(rows, {}, deltaOf, robustDeltaOf));
    plot.series.push_back(diagonalOf(plot.series.front()));
    return plot;
}

template <class YOf>
Plot againstDelta(const std::vector<const VariantRow*>& rows, const char* id, const char* axis, YOf yOf)
{
    Plot plot{.id = id, .title = std::string(axis) + " and difference of scores"};
    plot.x = {.label = "ALT − REF"};
    plot.y = {.label = axis};
    plot.series.push_back(pointsOf(rows, {}, deltaOf, yOf));
    plot.guides.push_back({.vertical = true, .at = 0.0});
    return plot;
}

}  // namespace

std::vector<ElementFit> fitsOf(const std::vector<VariantRow>& rows, bool robust)
{
    std::map<std::string, std::vector<const VariantRow*>> byElement;
    for (const VariantRow& row : rows) {
        if (row.isScored() && std::isfinite(row.effect))
            byElement[row.element].push_back(&row);
    }
    std::vector<ElementFit> fits;
    for (const auto& [element, members] : byElement)
        fits.push_back(fitOf(element, members, robust));
    ElementFit mean{"mean"};
    for (const auto member :
         {&ElementFit::pearson, &ElementFit::spearman, &ElementFit::robustPearson, &ElementFit::robustSpearman}) {
        analysis::MeanAccumulator accumulator;
        for (const ElementFit& fit : fits) {
            if (std::isfinite(fit.*member))
                accumulator.add(fit.*member);
        }
        mean.*member = accumulator.mean();
    }
    for (const ElementFit& fit : fits)
        mean.variants += fit.variants;
    fits.push_back(mean);
    return fits;
}

std::vector<Plot> variantPlots(const FoundVariants& found, const data::TranscriptSet& transcripts,
                               const std::vector<ElementFit>& fits, bool robust, const VariantDoors& doors)
{
    std::vector<const VariantRow*> scored;
    std::map<std::size_t, std::vector<const VariantRow*>> bySequence;
    std::map<std::string, std::vector<const VariantRow*>> byElement;
    for (const VariantRow& row : found.rows) {
        if (!row.isScored())
            continue;
        scored.push_back(&row);
        bySequence[row.placed.place.transcript].push_back(&row);
        byElement[row.element].push_back(&row);
    }
    std::vector<Plot> plots;
    if (found.measured) {
        plots.push_back(correlationPlot(fits, robust));
        for (std::size_t i = 0; i + 1 < fits.size() && i < kMostSequences; ++i)
            plots.push_back(fitPlot(fits[i], byElement[fits[i].element], i));
    }
    plots.push_back(scorePlot(scored));
    if (robust)
        plots.push_back(robustPlot(scored));
    if (doors.embed)
        plots.push_back(
            againstDelta(scored, "cosine", "Cosine of REF and ALT", [](const VariantRow& row) { return row.cosine; }));
    if (doors.masked)
        plots.push_back(againstDelta(scored, "masked", "Log-odds of the hidden letters",
                                     [](const VariantRow& row) { return row.maskedLogOdds; }));
    std::size_t number = 0;
    for (const auto& [transcript, rows] : bySequence) {
        if (number == kMostSequences)
            break;
        plots.push_back(positionPlot(rows, transcripts[transcript]->sequence, number++));
    }
    return plots;
}

}  // namespace nscope::study
