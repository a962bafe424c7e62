#include "widgets/result_plot.h"

#include "widgets/plot_frame.h"

#include <QFontInfo>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace nscope::widgets {

namespace {

constexpr double kMargin = 10.0;
constexpr double kShortestDrag = 5.0;
constexpr double kKeyZoom = 0.7;
constexpr double kKeyMove = 60.0;
constexpr int kLeastHeight = 190;

/// A plot without anything to draw says so.
class EmptyPicture : public PlotPicture {
public:
    EmptyPicture(const data::Plot& plot, QSizeF size, const PlotStyle& style) : m_plot(plot), m_size(size), m_style(style) {}
    void draw(QPainter& painter) const override
    {
        const double top = drawPlotTitle(painter, m_plot, m_size.width(), m_style);
        drawPlotSentence(painter, {0, top, m_size.width(), m_size.height() - top},
                         ResultPlot::tr("There is nothing to draw: none of the values is a number."), m_style);
    }
    std::optional<PlotHit> hit(QPointF) const override { return std::nullopt; }

private:
    const data::Plot& m_plot;
    QSizeF m_size;
    PlotStyle m_style;
};

PlotStyle figureStyle(const QFont& font, const Theme& theme)
{
    constexpr double kRasterDpi = 600.0;
    PlotStyle style;
    style.theme = &theme;
    style.font = font;
    style.font.setPixelSize(kFigureTextPoints);
    style.smallFont = font;
    style.smallFont.setPixelSize(kFigureSmallTextPoints);
    style.line = 0.5;
    style.rasterPerUnit = kRasterDpi / 72.0;
    return style;
}

}  // namespace

std::unique_ptr<PlotPicture> PlotPicture::make(const data::Plot& plot, QSizeF size, const PlotStyle& style, const PlotZoom& zoom)
{
    std::unique_ptr<PlotPicture> picture;
    if (plot.map)
        picture = makeMapPicture(plot, size, style);
    else if (!plot.motifs.empty())
        picture = makeMotifPicture(plot, size, style);
    else if (!plot.distributions.empty())
        picture = makeViolinPicture(plot, size, style);
    else
        picture = makeSeriesPicture(plot, size, style, zoom);
    return picture ? std::move(picture) : std::make_unique<EmptyPicture>(plot, size, style);
}

double preferredPlotHeight(const data::Plot& plot, double width, const PlotStyle& style)
{
    if (plot.map)
        return std::min(mapHeight(plot, style), width * 1.05);
    if (!plot.motifs.empty())
        return motifGridHeight(plot, width, style);
    return width * 0.62;
}

ResultPlot::ResultPlot(QWidget* parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(260, kLeastHeight);
    setAccessibleName(tr("Plot"));
}

void ResultPlot::setTheme(const Theme& theme)
{
    m_theme = theme;
    relayout();
}

void ResultPlot::setPlot(PlotPtr plot)
{
    m_picture.reset();
    m_plot = std::move(plot);
    m_zoom = {};
    setAccessibleDescription(m_plot ? plotText(m_plot->title) : QString());
    relayout();
}

void ResultPlot::resetZoom()
{
    m_zoom = {};
    relayout();
}

PlotStyle ResultPlot::style() const
{
    PlotStyle style;
    style.theme = &m_theme;
    style.font = font();
    style.font.setPixelSize(fontInfo().pixelSize());
    style.smallFont = style.font;
    style.smallFont.setPixelSize(std::max(10, style.font.pixelSize() - 1));
    return style;
}

const PlotPicture* ResultPlot::picture() const
{
    if (!m_picture && m_plot)
        m_picture = PlotPicture::make(*m_plot, QSizeF(size()) - QSizeF(2 * kMargin, 2 * kMargin), style(), m_zoom);
    return m_picture.get();
}

const PlotFrame* ResultPlot::frame() const { return picture() ? picture()->frame() : nullptr; }

void ResultPlot::relayout()
{
    m_picture.reset();
    m_marked.reset();
    // Motifs in rows and maps of many rows are as high as they need to be: the page scrolls.
    int height = kLeastHeight;
    if (m_plot && !m_plot->motifs.empty())
        height = int(std::ceil(motifGridHeight(*m_plot, width() - 2 * kMargin, style()) + 2 * kMargin));
    setMinimumHeight(std::max(kLeastHeight, height));
    update();
}

void ResultPlot::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.background);
    if (!picture())
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.translate(kMargin, kMargin);
    picture()->draw(painter);
    painter.restore();
    painter.setRenderHint(QPainter::Antialiasing, true);
    if (m_marked && frame()) {
        painter.setPen(QPen(m_theme.accent, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(*m_marked + QPointF(kMargin, kMargin), 6, 6);
    }
    if (m_pressed && frame()) {
        painter.setPen(QPen(m_theme.accent, 1));
        painter.setBrush(m_theme.selection);
        painter.drawRect(QRectF(*m_pressed, m_mouse).normalized().intersected(frame()->box().translated(kMargin, kMargin)));
    }
}

void ResultPlot::resizeEvent(QResizeEvent*) { relayout(); }

void ResultPlot::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        relayout();
}

QString ResultPlot::textAt(QPointF place) const
{
    const auto hit = picture() ? picture()->hit(place - QPointF(kMargin, kMargin)) : std::nullopt;
    return hit ? hit->text : QString();
}

void ResultPlot::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && frame() && frame()->box().translated(kMargin, kMargin).contains(event->position()))
        m_pressed = m_mouse = event->position();
}

void ResultPlot::mouseMoveEvent(QMouseEvent* event)
{
    m_mouse = event->position();
    if (m_pressed) {
        update();
        return;
    }
    const auto hit = picture() ? picture()->hit(m_mouse - QPointF(kMargin, kMargin)) : std::nullopt;
    const auto marked = hit ? std::optional(hit->place) : std::nullopt;
    if (marked != m_marked) {
        m_marked = marked;
        update();
    }
    if (hit)
        QToolTip::showText(event->globalPosition().toPoint() + QPoint(14, 10),
                           QStringLiteral("<span>%1</span>").arg(hit->text.toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>"))), this);
    else
        QToolTip::hideText();
}

void ResultPlot::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !m_pressed)
        return;
    const QRectF dragged = QRectF(*m_pressed, event->position()).normalized().translated(-kMargin, -kMargin);
    m_pressed.reset();
    update();
    if (!frame())
        return;
    const QRectF chosen = dragged.intersected(frame()->box());
    const PlotFrame& axes = *frame();
    PlotZoom zoom = m_zoom;
    // A flat frame is meant along the axis only.
    if (chosen.width() >= kShortestDrag)
        zoom.x = PlotRange{axes.x().toValue(chosen.left()), axes.x().toValue(chosen.right())};
    if (chosen.height() >= kShortestDrag)
        zoom.y = PlotRange{axes.y().toValue(chosen.bottom()), axes.y().toValue(chosen.top())};
    if (zoom == m_zoom)
        return;
    m_zoom = zoom;
    relayout();
}

void ResultPlot::mouseDoubleClickEvent(QMouseEvent*)
{
    m_pressed.reset();
    resetZoom();
}

void ResultPlot::zoomBy(double factor, QPointF around, bool inX, bool inY)
{
    if (!frame())
        return;
    const PlotFrame& axes = *frame();
    const QPointF place = around - QPointF(kMargin, kMargin);
    PlotZoom zoom = m_zoom;
    if (inX)
        zoom.x = axes.x().zoomed(std::clamp(place.x(), axes.box().left(), axes.box().right()), factor);
    if (inY)
        zoom.y = axes.y().zoomed(std::clamp(place.y(), axes.box().top(), axes.box().bottom()), factor);
    m_zoom = zoom;
    relayout();
}

void ResultPlot::moveBy(double x, double y)
{
    if (!frame())
        return;
    const PlotFrame& axes = *frame();
    if (x != 0.0)
        m_zoom.x = axes.x().moved(x);
    if (y != 0.0)
        m_zoom.y = axes.y().moved(y);
    relayout();
}

void ResultPlot::wheelEvent(QWheelEvent* event)
{
    if (!frame() || event->angleDelta().y() == 0) {
        QWidget::wheelEvent(event);
        return;
    }
    // Over an axis only that axis; points in both, lines and bars along x.
    const QPointF place = event->position() - QPointF(kMargin, kMargin);
    const bool isLeft = place.x() < frame()->box().left();
    const bool isBelow = place.y() > frame()->box().bottom();
    const bool hasCurves = std::ranges::any_of(m_plot->series, [](const data::PlotSeries& series) {
        return series.kind == data::PlotSeries::Kind::Line || series.kind == data::PlotSeries::Kind::Bars;
    });
    zoomBy(std::pow(0.85, event->angleDelta().y() / 120.0), event->position(), !isLeft, isLeft || (!isBelow && !hasCurves));
    event->accept();
}

void ResultPlot::keyPressEvent(QKeyEvent* event)
{
    const QPointF middle = frame() ? frame()->box().center() + QPointF(kMargin, kMargin) : QPointF();
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoomBy(kKeyZoom, middle, true, false);
    case Qt::Key_Minus:
        return zoomBy(1.0 / kKeyZoom, middle, true, false);
    case Qt::Key_0:
        return resetZoom();
    case Qt::Key_Left:
        return moveBy(kKeyMove, 0);
    case Qt::Key_Right:
        return moveBy(-kKeyMove, 0);
    case Qt::Key_Up:
        return moveBy(0, kKeyMove);
    case Qt::Key_Down:
        return moveBy(0, -kKeyMove);
    default:
        QWidget::keyPressEvent(event);
    }
}

void ResultPlot::leaveEvent(QEvent*)
{
    m_marked.reset();
    update();
}

void ResultPlot::drawFigure(QPainter& painter, QSizeF sizePoints, const Theme& theme) const
{
    if (!m_plot)
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, true);
    PlotPicture::make(*m_plot, sizePoints, figureStyle(font(), theme), m_zoom)->draw(painter);
    painter.restore();
}

QString ResultPlot::figureTitle() const { return m_plot && !m_plot->title.empty() ? plotText(m_plot->title) : tr("Plot"); }

double ResultPlot::preferredHeightPoints(double widthPoints) const
{
    return m_plot ? preferredPlotHeight(*m_plot, widthPoints, figureStyle(font(), m_theme)) : widthPoints * 0.62;
}

}  // namespace nscope::widgets
