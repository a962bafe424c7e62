#include "core/study/metagene_plots.h"

#include "core/study/study_parts.h"

namespace nscope::study {

namespace {

using data::Plot;
using data::PlotSeries;

}  // namespace

Plot binPlot(const analysis::BinnedMetagene& metagene, int binsPerRegion, const std::string& value)
{
    std::vector<analysis::MeanEstimate> means;
    std::vector<double> trimmed;
    for (const analysis::BinnedMetagene::Bin& bin : metagene.bins) {
        means.push_back(bin.estimate);
        trimmed.push_back(bin.trimmedMean);
    }
    const std::vector<double> x = countedFrom1(means.size());
    const double n = binsPerRegion;
    Plot plot{.id = "bins",
              .title = "Metagene of " + groupedText(metagene.used) + " transcripts: mean and 95 % interval"};
    plot.x = {.label = "Bin of the region",
              .ticks = {{n / 2 + 0.5, "5'UTR"}, {n * 1.5 + 0.5, "CDS"}, {n * 2.5 + 0.5, "3'UTR"}}};
    plot.y = {.label = value};
    plot.series = {seriesOf(PlotSeries::Kind::Line, "mean", x, means),
                   {.kind = PlotSeries::Kind::Line, .name = "trimmed mean", .x = x, .y = trimmed, .dashed = true}};
    plot.guides = {{.vertical = true, .at = n + 1, .label = "first CDS bin"},
                   {.vertical = true, .at = 2 * n, .label = "last CDS bin"}};
    return plot;
}

Plot alignedPlot(const std::string& id, const std::string& what, const analysis::AlignedMetagene& metagene,
                 const std::string& value)
{
    std::vector<double> x;
    for (std::size_t i = 0; i < metagene.values.size(); ++i)
        x.push_back(double(metagene.firstOffsetNt) + double(i));
    Plot plot{.id = id,
              .title = groupedText(metagene.used) + " transcripts aligned at the " + what + ": mean and 95 % interval"};
    plot.x = {.label = "Offset from the " + what + " (nt)"};
    plot.y = {.label = value};
    plot.series.push_back(seriesOf(PlotSeries::Kind::Line, {}, std::move(x), metagene.values));
    plot.guides.push_back({.vertical = true, .at = 0.0, .label = what});
    return plot;
}

Plot spectrumPlot(const std::vector<double>& frequencies, const std::vector<double>& density)
{
    Plot plot{.id = "spectrum", .title = "Power spectrum from the start codon on (Welch)"};
    plot.x = {.label = "Frequency (1/nt)",
              .ticks = {{0.0, "0"}, {0.1, "1/10"}, {0.2, "1/5"}, {0.25, "1/4"}, {1.0 / 3, "1/3"}, {0.5, "1/2"}},
              .from = 0.0,
              .to = 0.5};
    plot.y = {.label = "Power density (value² · nt)"};
    plot.series.push_back({.kind = PlotSeries::Kind::Line, .name = {}, .x = frequencies, .y = density});
    return plot;
}

Plot framePlot(const analysis::FrameStatistics& frames, const std::string& value)
{
    Plot plot{.id = "frames",
              .title = "Positions of the codon over " + groupedText(frames.used)
                       + " coding regions (Rayleigh p = " + shortNumber(frames.rayleighP) + ")"};
    plot.x = {.label = "Position in the codon", .ticks = {{1, "1"}, {2, "2"}, {3, "3"}}, .from = 0.5, .to = 3.5};
    plot.y = {.label = value};
    plot.series.push_back(seriesOf(PlotSeries::Kind::Bars, {}, countedFrom1(3), frames.frames));
    return plot;
}

}  // namespace nscope::study
