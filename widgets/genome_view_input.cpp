// Purpose: GenomeView's answers to mouse, wheel and keys (spec/conventions.md "Places and keys").
#include "widgets/genome_view_private.h"

#include "widgets/number_text.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <utility>

namespace nscope::widgets {

namespace {

constexpr double kPanShare = 0.15;  ///< of the visible range per arrow key or wheel notch
constexpr double kLeastDragPixels = 4.0;

}  // namespace

QString GenomeView::Private::tipAt(QPointF point) const
{
    const double x = point.x() - kGenomeLabelWidth;
    if (lengthNt <= 0 || point.y() < 0)
        return {};
    if (point.y() < kGenomeOverviewHeight)
        return GenomeView::tr("%1, %2 nt; click to go there").arg(chromosome, countText(lengthNt));
    const GenomeRowPtr row = q->rowAt(point);
    if (x < 0 || x > dataWidth())
        return row && x < 0 ? row->title() : QString();
    const auto position =
        std::clamp<std::int64_t>(std::int64_t(std::floor(q->positionAtX(point.x()))), 0, lengthNt - 1);
    QString text = QStringLiteral("%1:%2").arg(chromosome, positionText(position));
    if (point.y() < kGenomeHeadHeight)
        return text + QLatin1Char('\n') + GenomeView::tr("Drag to zoom to a range.");
    if (!row)
        return text;
    const QRectF area = q->rowBoxOf(*row);
    const QString detail = row->toolTip(q->scene(), x, point.y() - area.top(), area.height());
    return detail.isEmpty() ? text : text + QLatin1Char('\n') + detail;
}

bool GenomeView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        const QString text = d->tipAt(help->pos());  // may hold text from files: shown as plain text
        QToolTip::showText(help->globalPos(),
                           text.isEmpty()
                               ? QString()
                               : QStringLiteral("<span style='white-space:pre'>%1</span>").arg(text.toHtmlEscaped()),
                           viewport());
        return true;
    }
    if (event->type() == QEvent::NativeGesture) {
        auto* gesture = static_cast<QNativeGestureEvent*>(event);
        if (gesture->gestureType() == Qt::ZoomNativeGesture) {
            d->zoomAt(1.0 + gesture->value(), gesture->position().x());
            return true;
        }
    }
    if (event->type() == QEvent::Leave)
        emit hovered({});
    return QAbstractScrollArea::viewportEvent(event);
}

void GenomeView::Private::select(std::optional<data::Interval> range)
{
    if (range)
        range = range->intersected({0, lengthNt});
    if (range && range->isEmpty())
        range.reset();
    if (range == selection)
        return;
    selection = range;
    q->viewport()->update();
    emit q->selectionChanged(selection.value_or(data::Interval{}));
}

// ---- mouse

void GenomeView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || d->lengthNt <= 0)
        return;
    const double x = event->position().x();
    if (x < kGenomeLabelWidth || x > kGenomeLabelWidth + d->dataWidth())
        return;
    d->pressPoint = event->position();
    d->pressNt = d->dragNt = positionAtX(x);
    d->pressStart = d->startNt;
    if (event->position().y() < kGenomeOverviewHeight) {
        d->drag = Private::Drag::Overview;
        mouseMoveEvent(event);
    } else if (event->position().y() < kGenomeHeadHeight) {
        d->drag = Private::Drag::Zoom;
    } else {
        d->drag = event->modifiers() & Qt::ShiftModifier ? Private::Drag::Select : Private::Drag::Pressed;
    }
}

void GenomeView::mouseMoveEvent(QMouseEvent* event)
{
    const double x = event->position().x();
    if (d->drag == Private::Drag::Pressed
        && (event->position() - d->pressPoint).manhattanLength() >= QApplication::startDragDistance()) {
        d->drag = Private::Drag::Pan;
        viewport()->setCursor(Qt::ClosedHandCursor);
    }
    const double inside = std::clamp(x, kGenomeLabelWidth, kGenomeLabelWidth + d->dataWidth());
    switch (d->drag) {
    case Private::Drag::Pan: {
        const double moved = (x - d->pressPoint.x()) * d->ntPerPixel;
        d->setView(d->pressStart + (d->isReversed ? moved : -moved), d->ntPerPixel);
        break;
    }
    case Private::Drag::Select: {
        const double there = positionAtX(inside);
        const auto [from, to] = std::minmax(d->pressNt, there);
        d->select(data::Interval{std::int64_t(std::floor(from)), std::int64_t(std::floor(to)) + 1});
        break;
    }
    case Private::Drag::Zoom:
        d->dragNt = positionAtX(inside);
        viewport()->update();
        break;
    case Private::Drag::Overview: {
        const double share = (inside - kGenomeLabelWidth) / d->dataWidth();
        const double at = (d->isReversed ? 1.0 - share : share) * double(d->lengthNt);
        centreOn(at);
        break;
    }
    case Private::Drag::None:
    case Private::Drag::Pressed:
        emit hovered(d->tipAt(event->position()).replace(QLatin1Char('\n'), QStringLiteral(" · ")));
        break;
    }
}

void GenomeView::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    const Private::Drag finished = std::exchange(d->drag, Private::Drag::None);
    viewport()->setCursor(Qt::ArrowCursor);
    if (finished == Private::Drag::Pressed)
        d->select(std::nullopt);
    if (finished != Private::Drag::Zoom)
        return;
    const auto [from, to] = std::minmax(d->pressNt, d->dragNt);
    if ((to - from) / d->ntPerPixel >= kLeastDragPixels)
        setVisibleRange({std::int64_t(from), std::int64_t(std::ceil(to))});
    viewport()->update();
}

void GenomeView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && event->position().x() >= kGenomeLabelWidth && d->lengthNt > 0)
        d->zoomAt(2.0, event->position().x());
}

void GenomeView::wheelEvent(QWheelEvent* event)
{
    const QPoint delta = event->angleDelta();
    event->accept();
    if (event->modifiers() & Qt::ControlModifier) {
        constexpr double kZoomPerDelta = 1.0015;  // one notch (120) zooms by a fifth
        d->zoomAt(std::pow(kZoomPerDelta, delta.y()), event->position().x());
        return;
    }
    const bool isSideways =
        delta.x() != 0 || (event->modifiers() & Qt::ShiftModifier) || verticalScrollBar()->maximum() == 0;
    if (!isSideways) {
        verticalScrollBar()->setValue(verticalScrollBar()->value() - delta.y() / 2);
        return;
    }
    const double notches = (delta.x() != 0 ? delta.x() : delta.y()) / 120.0;
    d->panBy((d->isReversed ? notches : -notches) * kPanShare * d->dataWidth() * d->ntPerPixel);
}

void GenomeView::contextMenuEvent(QContextMenuEvent* event)
{
    if (d->lengthNt <= 0)
        return;
    emit contextMenuRequested(event->globalPos());
}

// ---- keys

bool GenomeView::Private::handleKey(QKeyEvent* event)
{
    const double step = kPanShare * dataWidth() * ntPerPixel, page = 0.9 * dataWidth() * ntPerPixel;
    const double right = isReversed ? -1.0 : 1.0;
    const bool shift = event->modifiers() & Qt::ShiftModifier;
    const auto ask = [&](bool toTheRight) {
        const data::Interval visible = q->visibleRange();
        const bool isOn = selection && !selection->intersected(visible).isEmpty();  // goes on from there
        emit q->featureAsked(toTheRight != isReversed,
                             isOn ? selection->startNt : (visible.startNt + visible.endNt) / 2);
    };
    switch (event->key()) {
    case Qt::Key_Left: panBy(-step * right); return true;
    case Qt::Key_Right: panBy(step * right); return true;
    case Qt::Key_PageUp: panBy(-page * right); return true;
    case Qt::Key_PageDown: panBy(page * right); return true;
    case Qt::Key_Up:
    case Qt::Key_Down:
        q->verticalScrollBar()->triggerAction(event->key() == Qt::Key_Up ? QAbstractSlider::SliderSingleStepSub
                                                                         : QAbstractSlider::SliderSingleStepAdd);
        return true;
    case Qt::Key_Home: setView(isReversed ? double(lengthNt) : 0.0, ntPerPixel); return true;
    case Qt::Key_End: setView(isReversed ? 0.0 : double(lengthNt), ntPerPixel); return true;
    case Qt::Key_Plus:
    case Qt::Key_Equal: q->zoomIn(); return true;
    case Qt::Key_Minus: q->zoomOut(); return true;
    case Qt::Key_F: ask(!shift); return true;
    case Qt::Key_B: ask(shift); return true;
    case Qt::Key_Escape:
        if (!selection)
            return false;  // a parent may have something to close
        select(std::nullopt);
        return true;
    default: return false;
    }
}

void GenomeView::keyPressEvent(QKeyEvent* event)
{
    const bool isPlain = !(event->modifiers() & ~(Qt::KeypadModifier | Qt::ShiftModifier));
    const bool isHandled = d->lengthNt > 0 && isPlain && d->handleKey(event);
    event->setAccepted(isHandled);
    if (!isHandled)
        QWidget::keyPressEvent(event);
}

}  // namespace nscope::widgets
