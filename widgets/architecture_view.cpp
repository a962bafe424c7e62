// Purpose: lays out and draws the boxes of a network.
#include "widgets/architecture_view.h"

#include <QFontMetricsF>
#include <QHelpEvent>
#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace nscope::widgets {

namespace {

// In lines of text.
constexpr double kBoxWidth = 17.0;
constexpr double kMostBoxWidth = 30.0;
constexpr double kBoxHeight = 2.5;
constexpr double kArrow = 1.0;      ///< between boxes of a column
constexpr double kColumnGap = 2.2;
constexpr double kMargin = 0.8;

QFont sized(const QFont& family, int pixels, bool bold = false)
{
    QFont font = family;
    font.setPixelSize(pixels);
    font.setBold(bold);
    return font;
}

double lineOf(const QFont& font) { return QFontMetricsF(font).height(); }

void drawHead(QPainter& painter, QPointF tip, double line)
{
    const double size = line * 0.28;
    QPainterPath head(tip);
    head.lineTo(tip + QPointF(-size, -size * 1.3));
    head.lineTo(tip + QPointF(size, -size * 1.3));
    head.closeSubpath();
    painter.fillPath(head, painter.pen().color());
}

/// From the bottom of a box to the top of the next one, which may stand in the next column.
void drawArrow(QPainter& painter, const QRectF& from, const QRectF& to, double line)
{
    const QPointF start(from.center().x(), from.bottom());
    const QPointF end(to.center().x(), to.top());
    QPainterPath path(start);
    if (to.left() > from.left()) {
        const double between = (from.right() + to.left()) / 2;
        const double low = from.bottom() + line * kArrow * 0.5;
        const double high = to.top() - line * kArrow * 0.5;
        path.lineTo(start.x(), low);
        path.lineTo(between, low);
        path.lineTo(between, high);
        path.lineTo(end.x(), high);
    }
    path.lineTo(end - QPointF(0, line * 0.3));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
    drawHead(painter, end, line);
}

void drawBoxes(QPainter& painter, const std::vector<ArchitectureBox>& boxes, const ArchitectureLayout& layout,
               const Theme& theme, const QFont& font, const QFont& small)
{
    const double line = lineOf(font);
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(QPen(theme.mutedText, line * 0.08));
    for (std::size_t i = 1; i < boxes.size(); ++i)
        drawArrow(painter, layout.boxes[i - 1], layout.boxes[i], line);
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        const QRectF& box = layout.boxes[i];
        painter.setPen(QPen(theme.outline, line * 0.06));
        painter.setBrush(theme.alternate);
        painter.drawRoundedRect(box, line * 0.3, line * 0.3);
        const double margin = line * 0.5;
        const QRectF inside = box.adjusted(margin, line * 0.15, -margin, -line * 0.15);
        painter.setFont(font);
        painter.setPen(theme.text);
        painter.drawText(QRectF(inside.left(), inside.top(), inside.width(), inside.height() / 2), Qt::AlignLeft | Qt::AlignVCenter,
                         QFontMetricsF(font).elidedText(boxes[i].name, Qt::ElideRight, inside.width()));
        painter.setFont(small);
        painter.setPen(theme.mutedText);
        painter.drawText(QRectF(inside.left(), inside.center().y(), inside.width(), inside.height() / 2),
                         Qt::AlignLeft | Qt::AlignVCenter, boxes[i].shape);
    }
}

}  // namespace

ArchitectureLayout ArchitectureLayout::make(std::size_t count, QSizeF room, double line)
{
    ArchitectureLayout layout;
    if (count == 0)
        return layout;
    const double pitch = (kBoxHeight + kArrow) * line;
    const double edges = (2 * kMargin + kArrow) * line;
    const double inside = room.width() - 2 * kMargin * line + kColumnGap * line;
    const int most = std::max(1, int(inside / ((kBoxWidth + kColumnGap) * line)));
    const int fitting = std::max(1, int((room.height() - edges) / pitch));
    const int columns = std::clamp(int((count + std::size_t(fitting) - 1) / std::size_t(fitting)), 1, most);
    const int rows = (int(count) + columns - 1) / columns;
    const double width = std::clamp(inside / columns - kColumnGap * line, kBoxWidth * line, kMostBoxWidth * line);
    for (int i = 0; i < int(count); ++i)
        layout.boxes.emplace_back(kMargin * line + (i / rows) * (width + kColumnGap * line),
                                  (kMargin + kArrow / 2) * line + (i % rows) * pitch, width, kBoxHeight * line);
    const int used = (int(count) + rows - 1) / rows;
    layout.size = {2 * kMargin * line + used * width + (used - 1) * kColumnGap * line, edges + rows * pitch - kArrow * line};
    return layout;
}

int ArchitectureLayout::boxAt(QPointF point) const
{
    const auto found = std::ranges::find_if(boxes, [&](const QRectF& box) { return box.contains(point); });
    return found == boxes.end() ? -1 : int(found - boxes.begin());
}

ArchitectureView::ArchitectureView(QWidget* parent) : QAbstractScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Architecture"));
}

void ArchitectureView::setTheme(const Theme& theme)
{
    m_theme = theme;
    viewport()->update();
}

void ArchitectureView::setBoxes(std::vector<ArchitectureBox> boxes, const QString& title, const QString& caption)
{
    m_boxes = std::move(boxes);
    m_title = title;
    m_caption = caption;
    verticalScrollBar()->setValue(0);
    layOut();
}

void ArchitectureView::setEmptyText(const QString& sentence)
{
    m_emptyText = sentence;
    viewport()->update();
}

QRectF ArchitectureView::captionRect() const
{
    if (m_caption.isEmpty())
        return {};
    const double margin = kMargin * lineOf(font());
    const double width = viewport()->width() - 2 * margin;
    const QRectF text = QFontMetricsF(font()).boundingRect(QRectF(0, 0, width, 1e4), Qt::TextWordWrap, m_caption);
    return {margin, 0, width, text.height() + 0.8 * lineOf(font())};
}

double ArchitectureView::captionHeight() const { return captionRect().height(); }

/// Of the layout, on the viewport.
QPointF ArchitectureView::origin() const
{
    return {-double(horizontalScrollBar()->value()), captionHeight() - verticalScrollBar()->value()};
}

void ArchitectureView::layOut()
{
    const QSizeF room(viewport()->width(), viewport()->height() - captionHeight());
    m_layout = ArchitectureLayout::make(m_boxes.size(), room, lineOf(font()));
    const auto beyond = [](double content, double shown) { return std::max(0, int(std::lround(content - shown))); };
    verticalScrollBar()->setRange(0, beyond(m_layout.size.height(), room.height()));
    verticalScrollBar()->setPageStep(int(room.height()));
    verticalScrollBar()->setSingleStep(int(lineOf(font()) * 2));
    horizontalScrollBar()->setRange(0, beyond(m_layout.size.width(), room.width()));
    horizontalScrollBar()->setPageStep(int(room.width()));
    viewport()->update();
}

QRectF ArchitectureView::boxRect(int index) const { return m_layout.boxes[std::size_t(index)].translated(origin()); }

int ArchitectureView::boxAt(QPoint viewportPoint) const
{
    return viewportPoint.y() < captionHeight() ? -1 : m_layout.boxAt(QPointF(viewportPoint) - origin());
}

void ArchitectureView::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    const QRectF whole(viewport()->rect());
    painter.fillRect(whole, m_theme.background);
    painter.setPen(m_theme.mutedText);
    if (m_boxes.empty()) {
        painter.drawText(whole.adjusted(24, 24, -24, -24), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    const int pixels = fontInfo().pixelSize();
    painter.save();
    painter.setClipRect(whole.adjusted(0, captionHeight(), 0, 0));
    painter.translate(origin());
    drawBoxes(painter, m_boxes, m_layout, m_theme, sized(font(), pixels), sized(font(), std::max(9, pixels - 1)));
    painter.restore();
    painter.setPen(m_theme.mutedText);
    painter.drawText(captionRect(), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextWordWrap, m_caption);
}

void ArchitectureView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    layOut();
}

bool ArchitectureView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        const int index = boxAt(help->pos());
        QString text;
        if (index >= 0)
            text = QStringLiteral("<b>%1</b><br>%2").arg(m_boxes[std::size_t(index)].name.toHtmlEscaped(),
                                                         m_boxes[std::size_t(index)].shape.toHtmlEscaped());
        QToolTip::showText(help->globalPos(), text, viewport());
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void ArchitectureView::drawFigure(QPainter& painter, QSizeF sizePoints, const Theme& theme) const
{
    const double titleHeight = kFigureTitlePoints * 1.6;
    painter.setFont(sized(font(), kFigureTitlePoints, true));
    painter.setPen(theme.text);
    painter.drawText(QRectF(0, 0, sizePoints.width(), titleHeight), Qt::AlignLeft | Qt::AlignVCenter, figureTitle());
    painter.setFont(sized(font(), kFigureSmallTextPoints));
    painter.setPen(theme.mutedText);
    painter.drawText(QRectF(0, titleHeight, sizePoints.width(), titleHeight), Qt::AlignLeft | Qt::AlignVCenter, m_caption);
    painter.translate(0, 2 * titleHeight);
    const QFont text = sized(font(), kFigureTextPoints);
    const QSizeF room(sizePoints.width(), sizePoints.height() - 2 * titleHeight);
    drawBoxes(painter, m_boxes, ArchitectureLayout::make(m_boxes.size(), room, lineOf(text)), theme, text,
              sized(font(), kFigureSmallTextPoints));
}

QString ArchitectureView::figureTitle() const
{
    return m_title.isEmpty() ? tr("Architecture") : tr("%1, architecture").arg(m_title);
}

double ArchitectureView::preferredHeightPoints(double widthPoints) const
{
    // As wide as it may be and as high as that needs.
    const double line = lineOf(sized(font(), kFigureTextPoints));
    return ArchitectureLayout::make(m_boxes.size(), {widthPoints, 1.0}, line).size.height() + 2 * kFigureTitlePoints * 1.6;
}

}  // namespace nscope::widgets
