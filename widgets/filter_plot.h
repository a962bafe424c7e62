// Purpose: draws one LFNet filter layer: mean magnitude, magnitude and phase by frequency bin (upwards) and channel,
// with nucleotide periods on the axis. Units are pixels or points. Thread: GUI.
#pragma once

#include "core/data/filter_spectrum.h"
#include "widgets/theme.h"

#include <QFont>
#include <QRectF>
#include <QWidget>

#include <optional>

class QPainter;

namespace nscope::widgets {

struct FilterPlotStyle {
    const Theme* theme = nullptr;
    QFont font;
    QFont smallFont;
    double line = 1.0;          ///< thin line width
    double rasterPerUnit = 1.0; ///< raster columns per unit for images in figures; 0: one pixel per cell
};

/// A cell of the heat maps.
struct FilterCell {
    int bin = 0;
    int channel = 0;
};

/// Bin at which the paper draws a period, kept inside the heat map.
int shownPeriodBin(const data::FilterLayer& layer, int periodNt);
/// Period of a bin in nt; nothing for bin 0 (the mean).
std::optional<double> periodOfBin(const data::FilterLayer& layer, int bin);
/// "bin 67, period 2.99 nt, channel 13: magnitude 0.83, phase −1.20 rad"
QString describeCell(const data::FilterLayer& layer, FilterCell cell);

/// Where the three parts stand.
struct FilterLayout {
    QRectF spectrum;
    QRectF magnitude;
    QRectF phase;
    QRectF magnitudeScale;
    QRectF phaseScale;

    static FilterLayout make(QSizeF size, const FilterPlotStyle& style);
    std::optional<FilterCell> cellAt(const data::FilterLayer& layer, QPointF point) const;
};

void drawFilterLayer(QPainter& painter, QSizeF size, const data::FilterLayer& layer, const FilterPlotStyle& style);

class FilterPlot : public QWidget {
    Q_OBJECT
public:
    explicit FilterPlot(QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    /// Copies the layer; nothing for none.
    void setLayer(std::optional<data::FilterLayer> layer);

signals:
    /// Empty when the mouse is not over a cell.
    void hovered(const QString& description);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    FilterPlotStyle style() const;

    Theme m_theme = Theme::make({});
    std::optional<data::FilterLayer> m_layer;
};

}  // namespace nscope::widgets
