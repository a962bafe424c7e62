#include "core/study/codon_plots.h"

#include "core/data/alphabet.h"
#include "core/data/genetic_code.h"
#include "core/study/study_parts.h"

#include <limits>

namespace nscope::study {

namespace {

using analysis::CodonChange;
using analysis::CodonLine;
using analysis::CodonStatistics;
using data::Plot;
using data::PlotSeries;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr int kMissenseColour = 1;
constexpr int kSynonymousColour = 0;
constexpr int kFirstCodonColour = 2;

PlotSeries lineOf(const CodonLine& line, const std::vector<double>& x, int colour)
{
    PlotSeries series = seriesOf(PlotSeries::Kind::Line, {}, x, line.bins);
    if (line.to) {
        series.name = "to " + analysis::codonText(*line.to);
        series.colour = colour;
        series.low.clear();  // bands of many lines hide each other
        series.high.clear();
    } else {
        series.name = std::string("all ") + analysis::kCodonChangeNames[int(line.change)];
        series.dashed = line.change == CodonChange::Synonymous;
        series.colour = line.change == CodonChange::Synonymous ? kSynonymousColour : kMissenseColour;
    }
    return series;
}

}  // namespace

Plot positionPlot(const CodonStatistics& statistics)
{
    Plot plot{.id = "positions", .title = "Synonymous changes by codon position and new base"};
    plot.x = {.label = "New base"};
    plot.y = {.label = "Position in the codon"};
    data::PlotMap map{.rows = {"1", "2", "3"}, .columns = {}, .values = {}, .diverging = true, .unit = kEffectUnit};
    for (const char base : data::kBases)
        map.columns.push_back({base});
    for (const auto& row : statistics.byPosition)
        for (const analysis::MeanEstimate& cell : row)
            map.values.push_back(cell.count > 0 ? cell.mean : kNaN);
    plot.map = std::move(map);
    return plot;
}

Plot changePlot(const CodonStatistics& statistics)
{
    Plot plot{.id = "changes", .title = "Kinds of changes inside codons: mean and 95 % interval"};
    plot.x = {.label = "Kind of change",
              .ticks = {{1, "synonymous"}, {2, "missense"}, {3, "nonsense"}},
              .from = 0.5,
              .to = 3.5};
    plot.y = {.label = kEffectAxis};
    plot.series.push_back(seriesOf(PlotSeries::Kind::Bars, {}, countedFrom1(3), statistics.byChange));
    plot.guides.push_back(zeroLine());
    return plot;
}

Plot synonymousPlot(const CodonStatistics& statistics)
{
    Plot plot{.id = "synonymous", .title = "Mean effect of synonymous codon pairs"};
    plot.x = {.label = "New codon"};
    plot.y = {.label = "Codon"};
    data::PlotMap map{.rows = {}, .columns = {}, .values = {}, .diverging = true, .unit = kEffectUnit};
    for (int codon = 0; codon < analysis::kCodonCount; ++codon)
        map.rows.push_back(analysis::codonText(codon));
    map.columns = map.rows;
    map.values = statistics.synonymousMatrix();
    plot.map = std::move(map);
    return plot;
}

std::vector<Plot> codonMetagenes(const CodonStatistics& statistics)
{
    std::vector<Plot> plots;
    for (std::size_t first = 0; first < statistics.lines.size();) {
        const char aminoAcid = statistics.lines[first].aminoAcid;
        Plot plot{.id = std::string("metagene_") + aminoAcid,
                  .title = std::string("Changes of the codons of ") + aminoAcid + " along the coding region"};
        plot.x = {.label = "Fraction of the coding region", .from = 0.0, .to = 1.0};
        plot.y = {.label = kEffectAxis};
        plot.guides.push_back(zeroLine());
        int colour = kFirstCodonColour;
        bool hasSynonymous = false;
        for (; first < statistics.lines.size() && statistics.lines[first].aminoAcid == aminoAcid; ++first) {
            const CodonLine& line = statistics.lines[first];
            std::vector<double> x;
            for (std::size_t bin = 0; bin < line.bins.size(); ++bin)
                x.push_back((double(bin) + 0.5) / double(line.bins.size()));
            hasSynonymous = hasSynonymous || line.to.has_value();
            if (line.to || line.change != CodonChange::Nonsense)
                plot.series.push_back(lineOf(line, x, line.to ? colour++ : -1));
        }
        if (hasSynonymous)
            plots.push_back(std::move(plot));
    }
    return plots;
}

}  // namespace nscope::study
