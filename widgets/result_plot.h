// Purpose: a plot of results (core/data/plot.h) on screen and as a figure, drawn by one code: values under the mouse, and
// axes that zoom (wheel, a dragged frame, + and −; a double click or 0 shows all, arrows move). Thread: GUI.
#pragma once

#include "widgets/figure_source.h"
#include "widgets/plot_picture.h"

#include <QWidget>

#include <memory>

namespace nscope::widgets {

using PlotPtr = std::shared_ptr<const data::Plot>;

class ResultPlot : public QWidget, public FigureSource {
    Q_OBJECT
public:
    explicit ResultPlot(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    /// Shows all of it; nullptr: nothing.
    void setPlot(PlotPtr plot);
    const PlotPtr& plot() const { return m_plot; }

    const PlotZoom& zoom() const { return m_zoom; }
    void resetZoom();
    /// What is said about a place of the widget; empty where there is nothing.
    QString textAt(QPointF place) const;
    /// Axes as they stand in the widget; nullptr if the plot has none that zoom.
    const PlotFrame* frame() const;

    void drawFigure(QPainter& painter, QSizeF sizePoints, const Theme& theme) const override;
    QString figureTitle() const override;
    double preferredHeightPoints(double widthPoints) const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    PlotStyle style() const;
    const PlotPicture* picture() const;
    void relayout();
    void zoomBy(double factor, QPointF around, bool inX, bool inY);
    void moveBy(double x, double y);

    Theme m_theme = Theme::make({});
    PlotPtr m_plot;
    PlotZoom m_zoom;
    mutable std::unique_ptr<PlotPicture> m_picture;
    std::optional<QPointF> m_pressed;
    QPointF m_mouse;
    std::optional<QPointF> m_marked;  ///< ring around what the tooltip is about
};

}  // namespace nscope::widgets
