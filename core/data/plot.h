// Purpose: what a plot shows, as values: axes, series, heat maps, distributions, motifs. A view draws it on screen and
// into figures (widgets/result_plot.h); what is not a finite number is left out of a series and stays empty in a map.
#pragma once

#include "core/data/motif.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nscope::data {

struct PlotTick {
    double at = 0.0;
    std::string label;
};

struct PlotAxis {
    std::string label;                   ///< with its unit in parentheses: "Position (nt)"
    std::vector<PlotTick> ticks{};       ///< empty: chosen by the view
    std::optional<double> from{}, to{};  ///< none: as far as the data go
    bool logarithmic = false;
};

struct PlotSeries {
    enum class Kind {
        Line,    ///< y over x in order, with a band between low and high if there are any
        Points,  ///< with whiskers between low and high if there are any
        Bars,    ///< from zero to y, centred on x, with whiskers if there are any
        Density, ///< points, coloured by how many lie near each
    };
    Kind kind = Kind::Line;
    std::string name;                  ///< in the legend; empty: not there
    std::vector<double> x, y;
    std::vector<double> low{}, high{};  ///< as long as y, or empty
    std::vector<std::string> labels{};  ///< one per point for its tooltip, or empty
    int colour = -1;                    ///< number in the theme's categorical colours; −1: the next one
    bool dashed = false;
    std::optional<double> shade{};      ///< 0 to 1: a colour of the sequential map instead of `colour`
};

/// A straight line across the plot.
struct PlotGuide {
    bool vertical = false;
    double at = 0.0;
    std::string label{};
};

/// Rows from top to bottom, columns from left to right.
struct PlotMap {
    std::vector<std::string> rows, columns;
    std::vector<double> values;  ///< rows × columns; NaN: empty cell
    bool diverging = false;      ///< colours are centred on zero
    std::string unit;            ///< of the colour bar
};

/// The distribution of one group, drawn as a violin with its quartiles.
struct PlotDistribution {
    std::string name;
    std::vector<double> values;
};

struct PlotMotif {
    Motif motif;
    std::string caption{};  ///< "q = 1e-4, 83 sites"
};

/// One picture. Series and guides share the axes; a map, distributions or motifs stand alone.
struct Plot {
    std::string id;     ///< stable within a result: "bins", "spectrum"
    std::string title;
    PlotAxis x{}, y{};
    std::vector<PlotSeries> series{};
    std::vector<PlotGuide> guides{};
    std::optional<PlotMap> map{};
    std::vector<PlotDistribution> distributions{};
    std::vector<PlotMotif> motifs{};
};

}  // namespace nscope::data
