// Purpose: a core/data/plot.h Plot laid out for one size: it draws itself, on screen and into figures with the same code,
// and says what is under the mouse. Units are pixels or points. Nothing is clipped by masks: what lies outside the axes
// is cut geometrically. Thread: GUI. Lifetime: the plot and the theme must outlive the picture.
#pragma once

#include "core/data/plot.h"
#include "widgets/plot_scale.h"
#include "widgets/theme.h"

#include <QFont>
#include <QRectF>
#include <QString>

#include <memory>
#include <optional>

class QPainter;

namespace nscope::widgets {

struct PlotStyle {
    const Theme* theme = nullptr;
    QFont font;
    QFont smallFont;
    double line = 1.0;           ///< thin line width
    double rasterPerUnit = 0.0;  ///< raster columns per unit for images in figures; 0: on screen

    double textHeight() const;
};

/// What the user sees of the axes; nothing: all.
struct PlotZoom {
    std::optional<PlotRange> x, y;
    bool operator==(const PlotZoom&) const = default;
};

struct PlotHit {
    QPointF place;
    QString text;  ///< lines of plain text
};

class PlotPicture {
public:
    virtual ~PlotPicture() = default;
    virtual void draw(QPainter& painter) const = 0;
    /// What is nearest to a place and near enough.
    virtual std::optional<PlotHit> hit(QPointF place) const = 0;
    /// Axes that can be zoomed; nullptr if there are none.
    virtual const class PlotFrame* frame() const { return nullptr; }

    /// Never nullptr: a plot without anything to draw gives a picture that says so.
    static std::unique_ptr<PlotPicture> make(const data::Plot& plot, QSizeF size, const PlotStyle& style, const PlotZoom& zoom);
};

/// A height that suits the content at this width: motifs in rows, maps with many rows.
double preferredPlotHeight(const data::Plot& plot, double width, const PlotStyle& style);

// The kinds, each in its own file.
std::unique_ptr<PlotPicture> makeSeriesPicture(const data::Plot& plot, QSizeF size, const PlotStyle& style, const PlotZoom& zoom);
std::unique_ptr<PlotPicture> makeMapPicture(const data::Plot& plot, QSizeF size, const PlotStyle& style);
std::unique_ptr<PlotPicture> makeViolinPicture(const data::Plot& plot, QSizeF size, const PlotStyle& style);
std::unique_ptr<PlotPicture> makeMotifPicture(const data::Plot& plot, QSizeF size, const PlotStyle& style);
double motifGridHeight(const data::Plot& plot, double width, const PlotStyle& style);
double mapHeight(const data::Plot& plot, const PlotStyle& style);

}  // namespace nscope::widgets
