// Purpose: the axes of a plot: title, legend, box, ticks and labels around the data, and the drawing of names along an
// axis that heat maps and violins share. Thread: GUI.
#pragma once

#include "widgets/plot_picture.h"

#include <QColor>

#include <vector>

namespace nscope::widgets {

struct PlotLegendEntry {
    QString name;
    QColor colour;
    enum class Mark { Line, Dashed, Point, Box } mark = Mark::Line;
};

/// How names stand below an axis.
struct NameLayout {
    bool upright = false;  ///< turned by 90°
    int each = 1;          ///< every how many is written
    double height = 0.0;   ///< of the strip that they fill
};

/// Names `spacing` units apart: side by side if they fit, else turned, else every n-th.
NameLayout layoutNames(const std::vector<QString>& names, double spacing, const QFont& font);
/// Draws one name below (x, top).
void drawNameBelow(QPainter& painter, const QFont& font, QPointF at, const QString& name, const NameLayout& layout);

/// Draws the bold title and returns the height that it takes (0 without one).
double drawPlotTitle(QPainter& painter, const data::Plot& plot, double width, const PlotStyle& style);
double plotTitleHeight(const data::Plot& plot, const PlotStyle& style);
/// A vertical label in the middle of a strip at the left.
void drawVerticalLabel(QPainter& painter, const QRectF& strip, const QString& label, const PlotStyle& style);

/// A sentence in the middle.
void drawPlotSentence(QPainter& painter, const QRectF& box, const QString& sentence, const PlotStyle& style);

QString plotText(const std::string& text);

class PlotFrame {
public:
    /// Places everything around the data for scales that already have their ranges.
    PlotFrame(const data::Plot& plot, QSizeF size, const PlotStyle& style, PlotScale x, PlotScale y,
              std::vector<PlotLegendEntry> legend);

    const QRectF& box() const { return m_box; }
    const PlotScale& x() const { return m_x; }
    const PlotScale& y() const { return m_y; }
    QPointF toUnits(double x, double y) const { return {m_x.toUnit(x), m_y.toUnit(y)}; }
    bool shows(double x, double y) const { return m_x.shows(x) && m_y.shows(y); }

    /// Grid lines: behind the data.
    void drawBehind(QPainter& painter) const;
    /// Box, ticks, labels, title, legend.
    void drawAround(QPainter& painter) const;

private:
    void place();
    double placeLegend(double width);
    void drawLegend(QPainter& painter) const;
    std::vector<PlotTickMark> ticksOf(const data::PlotAxis& axis, const PlotScale& scale, double units, double unitsPerTick) const;

    const data::Plot& m_plot;
    QSizeF m_size;
    PlotStyle m_style;
    PlotScale m_x, m_y;
    std::vector<PlotLegendEntry> m_legend;
    std::vector<QRectF> m_legendPlaces;
    QRectF m_box;
    std::vector<PlotTickMark> m_xTicks, m_yTicks;
    NameLayout m_xNames;
};

}  // namespace nscope::widgets
