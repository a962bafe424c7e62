#include "tests/widgets/synthetic_plots.h"

#include "core/data/random.h"

#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace nscope::tests {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
using Kind = data::PlotSeries::Kind;

data::PlotSeries makeSeries(Kind kind, std::string name)
{
    data::PlotSeries series;
    series.kind = kind;
    series.name = std::move(name);
    return series;
}

double normal(data::Random& random)
{
    return std::sqrt(-2.0 * std::log(1.0 - random.uniform())) * std::cos(2.0 * std::numbers::pi * random.uniform());
}

}  // namespace

data::Plot linePlot()
{
    data::Random random(1);
    data::Plot plot{.id = "bins", .title = "Importance along transcripts, 1,204 coding and 986 noncoding"};
    plot.x.label = "Position relative to the start codon (nt)";
    plot.y.label = "Mean importance";
    data::PlotSeries coding = makeSeries(Kind::Line, "coding"), noncoding = makeSeries(Kind::Line, "noncoding");
    data::PlotSeries control = makeSeries(Kind::Line, "shuffled");
    control.dashed = true;
    for (int x = -60; x <= 120; x += 2) {
        const double rise = x < 0 ? 0.0 : 0.04 * std::exp(-x / 70.0) * (1.3 + std::cos(x * 2.0 * std::numbers::pi / 3.0));
        for (auto* series : {&coding, &noncoding}) {
            const double y = (series == &coding ? rise : 0.01) + 0.003 * normal(random);
            series->x.push_back(x);
            series->y.push_back(y);
            series->low.push_back(y - 0.006);
            series->high.push_back(y + 0.006);
        }
        control.x.push_back(x);
        control.y.push_back(x > 30 && x < 50 ? kNone : 0.002 * normal(random));
    }
    plot.series = {coding, noncoding, control};
    plot.guides = {{.vertical = true, .at = 0, .label = "start codon"}, {.vertical = false, .at = 0.055, .label = "whole model"}};
    return plot;
}

data::Plot pointPlot()
{
    data::Plot plot{.id = "effects", .title = "Effect of a motif in 100 backgrounds"};
    plot.y.label = "Change of logit of mRNA";
    data::PlotSeries points = makeSeries(Kind::Points, "");
    const std::vector<std::string> names{"AUG", "AUGG", "GCCACCAUGG", "UAA", "AAUAAA", "UGUANAUA", "shuffled motif of ten nucleotides"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        const double y = 1.2 * std::cos(double(i));
        plot.x.ticks.push_back({double(i), names[i]});
        points.x.push_back(double(i));
        points.y.push_back(y);
        points.low.push_back(y - 0.2 - 0.05 * double(i));
        points.high.push_back(y + 0.2 + 0.05 * double(i));
    }
    plot.series = {points};
    plot.guides = {{.at = 0.0, .label = "no effect"}};
    return plot;
}

data::Plot barPlot()
{
    data::Plot plot{.id = "frames", .title = "Change by reading frame"};
    plot.x.label = "Reading frame";
    plot.y.label = "Share of the change";
    for (const char* name : {"HBB-201", "MALAT1-202"}) {
        data::PlotSeries bars = makeSeries(Kind::Bars, name);
        const double sign = bars.name == "HBB-201" ? 1.0 : -0.4;
        for (int frame = 0; frame < 3; ++frame) {
            bars.x.push_back(frame);
            bars.y.push_back(sign * (frame == 0 ? 0.7 : 0.2));
            bars.low.push_back(bars.y.back() - 0.08);
            bars.high.push_back(bars.y.back() + 0.08);
        }
        plot.series.push_back(bars);
    }
    plot.x.ticks = {{0, "1"}, {1, "2"}, {2, "3"}};
    return plot;
}

data::Plot spectrumPlot()
{
    data::Random random(4);
    data::Plot plot{.id = "spectrum", .title = "Power spectrum of importance"};
    plot.x = {.label = "Period (nt)", .logarithmic = true};
    plot.y = {.label = "Power", .logarithmic = true};
    data::PlotSeries power = makeSeries(Kind::Line, "coding");
    for (int bin = 1; bin <= 128; ++bin) {
        const double period = 256.0 / bin;
        power.x.push_back(period);
        power.y.push_back(1e-4 * (period + 400.0 * std::exp(-std::pow((period - 3.0) / 0.15, 2.0))) * std::exp(0.3 * normal(random)));
    }
    plot.series = {power};
    plot.guides = {{.vertical = true, .at = 3.0, .label = "codon"}};
    return plot;
}

data::Plot densityPlot(int points)
{
    data::Random random(5);
    data::Plot plot{.id = "umap", .title = "Sequences by what the model sees in them (UMAP)"};
    plot.x.label = "UMAP 1";
    plot.y.label = "UMAP 2";
    data::PlotSeries cloud = makeSeries(Kind::Density, "sequences");
    for (int i = 0; i < points; ++i) {
        const bool left = random.uniform() < 0.6;
        cloud.x.push_back((left ? -2.0 : 3.0) + normal(random));
        cloud.y.push_back((left ? 1.0 : -1.5) + 0.7 * normal(random));
        cloud.labels.push_back("sequence " + std::to_string(i + 1));
    }
    plot.series = {cloud};
    return plot;
}

data::Plot divergingMap()
{
    data::Random random(6);
    data::Plot plot{.id = "codons", .title = "Synonymous changes of HBB-201"};
    plot.x.label = "Codon of the sequence";
    plot.y.label = "Put in its place";
    data::PlotMap map{.rows = {}, .columns = {}, .values = {}, .diverging = true, .unit = "Δ logit"};
    for (const char* codon : {"GCU", "GCC", "GCA", "GCG", "CUU", "CUC", "CUA", "CUG"})
        map.rows.emplace_back(codon);
    for (int i = 1; i <= 24; ++i)
        map.columns.push_back(std::to_string(i));
    for (std::size_t cell = 0; cell < map.rows.size() * map.columns.size(); ++cell)
        map.values.push_back(random.uniform() < 0.25 ? kNone : 0.4 * normal(random));
    plot.map = map;
    return plot;
}

data::Plot sequentialMap(int rows, int columns)
{
    data::Random random(7);
    data::Plot plot{.id = "coactivation", .title = "Filters that fire together"};
    data::PlotMap map{.rows = {}, .columns = {}, .values = {}, .unit = "Correlation"};
    for (int row = 0; row < rows; ++row)
        map.rows.push_back("filter " + std::to_string(row + 1));
    for (int column = 0; column < columns; ++column)
        map.columns.push_back("filter " + std::to_string(column + 1));
    for (int row = 0; row < rows; ++row)
        for (int column = 0; column < columns; ++column)
            map.values.push_back(std::exp(-std::abs(row - column) / 3.0) + 0.05 * random.uniform());
    plot.map = map;
    return plot;
}

data::Plot violinPlot()
{
    data::Random random(8);
    data::Plot plot{.id = "classes", .title = "Change by consequence"};
    plot.y.label = "Change of logit";
    const std::vector<std::pair<std::string, int>> groups{
        {"synonymous", 400}, {"missense", 700}, {"nonsense", 120}, {"start lost", 4}, {"5′ untranslated region", 300}};
    for (std::size_t i = 0; i < groups.size(); ++i) {
        data::PlotDistribution group{groups[i].first, {}};
        for (int n = 0; n < groups[i].second; ++n)
            group.values.push_back(normal(random) * (0.3 + 0.2 * double(i)) - 0.4 * double(i) + (n % 3 == 0 ? 1.0 : 0.0));
        plot.distributions.push_back(group);
    }
    plot.guides = {{.at = 0.0}};
    return plot;
}

data::Plot motifPlot(int count)
{
    data::Random random(9);
    data::Plot plot{.id = "motifs", .title = "Motifs of the model's first filters"};
    for (int i = 0; i < count; ++i) {
        data::Motif motif;
        motif.id = "filter" + std::to_string(i + 1);
        motif.name = i % 3 == 0 ? "PUM2" : "";
        motif.alphabet = i % 2 == 0 ? data::Alphabet::Rna : data::Alphabet::Dna;
        for (int column = 0; column < 6 + i % 7; ++column) {
            std::array<double, 4> weights;
            double sum = 0.0;
            for (double& weight : weights)
                sum += weight = std::pow(random.uniform(), 6.0) + 0.01;
            for (const double weight : weights)
                motif.probabilities_WC.push_back(weight / sum);
        }
        plot.motifs.push_back({motif, "q = " + std::to_string(0.001 * (i + 1)).substr(0, 5) + ", 83 sites"});
    }
    return plot;
}

data::Plot emptyPlot()
{
    data::Plot plot{.id = "empty", .title = "Nothing is a number"};
    data::PlotSeries none = makeSeries(Kind::Line, "none");
    none.x = {1, 2};
    none.y = {kNone, kNone};
    plot.series.push_back(none);
    return plot;
}

std::vector<data::Plot> allPlots()
{
    return {linePlot(),     pointPlot(),           barPlot(),    spectrumPlot(), densityPlot(6000),
            divergingMap(), sequentialMap(64, 64), violinPlot(), motifPlot(11),  emptyPlot()};
}

}  // namespace nscope::tests
