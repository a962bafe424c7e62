// Purpose: TrackStack's answers to mouse, wheel and keys (spec/conventions.md "Places and keys").
#include "widgets/track_view_private.h"

#include "widgets/number_text.h"

#include <QApplication>
#include <QClipboard>
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

namespace nscope::widgets {

namespace {

constexpr double kPanShare = 0.15;  ///< of the visible range per arrow key or wheel notch

}  // namespace

// ---- places

double TrackStack::Private::columnAtX(double viewportX) const
{
    return startColumn + (viewportX - kScreenLabelWidth) / pixelsPerColumn;
}

double TrackStack::Private::xOfColumn(double column) const
{
    return kScreenLabelWidth + (column - startColumn) * pixelsPerColumn;
}

/// The ALT position in a column, or the nearest one in a gap or beyond the ends.
std::int64_t TrackStack::Private::positionNear(double column) const
{
    const std::int64_t last = std::max<std::int64_t>(0, length() - 1);
    return std::clamp<std::int64_t>(sequences.columns.altFrom(std::int64_t(std::max(0.0, column))), 0, last);
}

const TrackStack::Private::RowBox* TrackStack::Private::rowAt(const std::vector<RowBox>& rows, double viewportY) const
{
    const double y = viewportY - rulerHeight() + q->verticalScrollBar()->value();
    const auto found = std::ranges::find_if(rows, [y](const RowBox& box) { return y >= box.y && y < box.y + box.height; });
    return viewportY < rulerHeight() || found == rows.end() ? nullptr : &*found;
}

QString TrackStack::Private::placeText(std::int64_t column) const
{
    const std::int64_t alt = sequences.columns.altAt(column);
    const auto origin = sequences.origin();
    const auto place = [&](std::int64_t position) {
        return QStringLiteral("%1:%2").arg(QString::fromStdString(origin->chromosome),
                                           countText(TrackSequences::genomicNumber(*origin, position)));
    };
    if (!sequences.isEdited())
        return origin ? TrackStack::tr("%1, position %2").arg(place(alt), positionText(alt))
                      : TrackStack::tr("position %1").arg(positionText(alt));
    const std::int64_t ref = sequences.columns.refAt(column);
    const QString gap = TrackStack::tr("gap");
    return TrackStack::tr("ALT %1, REF %2").arg(alt < 0 ? gap : positionText(alt), ref < 0 ? gap : origin ? place(ref) : positionText(ref));
}

QString TrackStack::Private::tipAt(QPoint point) const
{
    const double column = columnAtX(point.x());
    if (sequences.isEmpty() || column < 0 || column >= double(sequences.columns.count()) || point.x() < kScreenLabelWidth
        || point.x() > kScreenLabelWidth + dataWidth())
        return {};
    const TrackScene scene = screenScene();
    const std::vector<RowBox> rows = screenRows();
    QString detail;
    if (const RowBox* box = rowAt(rows, point.y()))
        detail = box->row->toolTip(scene, column, point.y() - rulerHeight() + q->verticalScrollBar()->value() - box->y, box->height);
    else if (point.y() < rulerHeight())
        detail = ruler.toolTip(scene, column, point.y(), rulerHeight());
    QString text = placeText(std::int64_t(column));
    if (!sequences.origin())  // the name of a chromosome stays as it is
        text[0] = text[0].toUpper();
    return detail.isEmpty() ? text : text + QLatin1Char('\n') + detail;
}

bool TrackStack::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        const QString text = d->tipAt(help->pos());  // may hold text from files: shown as plain text
        QToolTip::showText(help->globalPos(),
                           text.isEmpty() ? QString() : QStringLiteral("<span style='white-space:pre'>%1</span>").arg(text.toHtmlEscaped()),
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
        emit hovered(-1, {});
    return QAbstractScrollArea::viewportEvent(event);
}

// ---- selection

void TrackStack::Private::select(std::optional<data::Interval> range)
{
    if (range == selection)
        return;
    selection = range;
    q->viewport()->update();
    emit q->selectionChanged(range.value_or(data::Interval{}));
}

void TrackStack::Private::extendSelection(std::int64_t position)
{
    const auto [from, to] = std::minmax(anchor, position);
    select(data::Interval{from, to + 1});
}

std::vector<data::Interval> TrackStack::Private::features() const
{
    std::vector<data::Interval> all;
    if (const auto& cds = sequences.current->cds) {
        all.push_back({cds->startNt, cds->startNt + 3});
        all.push_back({cds->endNt - 3, cds->endNt});
    }
    for (const data::Orf& orf : annotation.orfs())
        all.push_back({orf.span.startNt, orf.span.startNt + 3});
    for (const data::SearchHit& hit : annotation.searchHits())
        all.push_back(hit.span);
    for (const data::Interval& columns : sequences.differences) {
        data::Interval range = sequences.columns.altInterval(columns.startNt, columns.endNt);
        if (range.isEmpty())  // a deletion: the base behind it
            range = data::Interval{range.startNt, range.startNt + 1}.intersected({0, length()});
        all.push_back(range);
    }
    std::ranges::sort(all, {}, &data::Interval::startNt);
    return all;
}

void TrackStack::Private::goToFeature(bool forward)
{
    if (sequences.isEmpty())
        return;
    const data::Interval visible = q->visibleRange();
    const std::int64_t from = selection ? selection->startNt : forward ? visible.startNt - 1 : visible.endNt;
    std::optional<data::Interval> target;
    for (const data::Interval& feature : features()) {
        if (forward ? feature.startNt > from : feature.startNt < from)
            target = feature;
        if (forward && target)
            break;
    }
    if (!target || target->isEmpty())
        return;
    anchor = target->startNt;
    q->ensureVisible(*target);
    select(target);
}

void TrackStack::goToNextFeature() { d->goToFeature(true); }
void TrackStack::goToPreviousFeature() { d->goToFeature(false); }

void TrackStack::copySelection()
{
    if (d->selection)
        QApplication::clipboard()->setText(selectedText());
}

// ---- mouse

void TrackStack::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || d->sequences.isEmpty())
        return;
    d->pressPoint = event->pos();
    d->pressColumn = d->dragColumn = d->columnAtX(event->position().x());
    d->pressStart = d->startColumn;
    const bool onData = event->position().x() >= kScreenLabelWidth && event->position().x() < kScreenLabelWidth + d->dataWidth();
    if (!onData)
        return;
    if (event->position().y() < d->rulerHeight()) {
        d->drag = Private::Drag::Zoom;
        return;
    }
    if (event->modifiers() & Qt::ShiftModifier) {
        d->drag = Private::Drag::Select;
        if (!d->selection)
            d->anchor = d->positionNear(d->pressColumn);
        d->extendSelection(d->positionNear(d->pressColumn));
        return;
    }
    d->drag = Private::Drag::Pressed;
}

void TrackStack::mouseMoveEvent(QMouseEvent* event)
{
    const double x = event->position().x();
    if (d->drag == Private::Drag::Pressed && (event->pos() - d->pressPoint).manhattanLength() >= QApplication::startDragDistance()) {
        d->drag = Private::Drag::Pan;
        viewport()->setCursor(Qt::ClosedHandCursor);
    }
    switch (d->drag) {
    case Private::Drag::Pan:
        d->setView(d->pressStart - (x - d->pressPoint.x()) / d->pixelsPerColumn, d->pixelsPerColumn);
        break;
    case Private::Drag::Select:
        d->extendSelection(d->positionNear(d->columnAtX(x)));
        break;
    case Private::Drag::Zoom:
        d->dragColumn = std::clamp(d->columnAtX(x), 0.0, double(d->sequences.columns.count()));
        viewport()->update();
        break;
    case Private::Drag::None:
    case Private::Drag::Pressed:
        emit hovered(positionAtViewport(event->pos()), d->tipAt(event->pos()).replace(QLatin1Char('\n'), QStringLiteral(" · ")));
        break;
    }
}

void TrackStack::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    const Private::Drag finished = std::exchange(d->drag, Private::Drag::None);
    viewport()->setCursor(Qt::ArrowCursor);
    if (finished == Private::Drag::Pressed) {
        const std::int64_t position = positionAtViewport(d->pressPoint);
        if (position >= 0) {
            d->anchor = position;
            d->select(data::Interval{position, position + 1});
        }
    } else if (finished == Private::Drag::Zoom) {
        const auto [from, to] = std::minmax(d->pressColumn, d->dragColumn);
        constexpr double kMinDragPixels = 4.0;
        if ((to - from) * d->pixelsPerColumn >= kMinDragPixels)
            setVisibleRange(d->sequences.columns.altInterval(std::int64_t(from), std::int64_t(std::ceil(to))));
        viewport()->update();
    }
}

void TrackStack::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && event->position().x() >= kScreenLabelWidth)
        d->zoomAt(2.0, event->position().x());
}

void TrackStack::wheelEvent(QWheelEvent* event)
{
    const QPoint delta = event->angleDelta();
    if (event->modifiers() & Qt::ControlModifier) {
        constexpr double kZoomPerDelta = 1.0015;  // one notch (120) zooms by a fifth
        d->zoomAt(std::pow(kZoomPerDelta, delta.y()), event->position().x());
        event->accept();
        return;
    }
    const bool isSideways = delta.x() != 0 || (event->modifiers() & Qt::ShiftModifier) || verticalScrollBar()->maximum() == 0;
    if (!isSideways) {
        verticalScrollBar()->setValue(verticalScrollBar()->value() - delta.y() / 2);
        event->accept();
        return;
    }
    const double notches = (delta.x() != 0 ? delta.x() : delta.y()) / 120.0;
    d->panBy(-notches * kPanShare * d->dataWidth() / d->pixelsPerColumn);
    event->accept();
}

void TrackStack::contextMenuEvent(QContextMenuEvent* event)
{
    if (d->sequences.isEmpty())
        return;
    const std::int64_t position = event->reason() == QContextMenuEvent::Mouse ? positionAtViewport(viewport()->mapFrom(this, event->pos()))
                                  : d->selection                              ? d->selection->startNt
                                                                              : -1;
    if (position >= 0 && (!d->selection || !d->selection->contains(position))) {
        d->anchor = position;
        d->select(data::Interval{position, position + 1});
    }
    emit contextMenuRequested(event->globalPos(), position, d->selection.value_or(data::Interval{}));
}

// ---- keys

bool TrackStack::Private::typeLetter(const QString& text)
{
    constexpr std::string_view kTyped = "ACGTUN";
    if (!selection || selection->length() != 1 || text.size() != 1)
        return false;
    const char letter = text.at(0).toUpper().toLatin1();
    if (letter == '\0' || !kTyped.contains(letter))
        return false;
    emit q->baseEditRequested(selection->startNt, letter == 'U' ? 'T' : letter);
    return true;
}

void TrackStack::Private::paste()
{
    QString letters;
    for (const QChar c : QApplication::clipboard()->text()) {
        if (!c.isSpace() && !c.isDigit())  // GenBank writes numbers between blocks of letters
            letters += c.toUpper();
    }
    if (selection && !letters.isEmpty())
        emit q->pasteRequested(selection->startNt, letters);
}

bool TrackStack::Private::handleCommandKey(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy))
        q->copySelection();
    else if (event->matches(QKeySequence::Paste))
        paste();
    else if (event->matches(QKeySequence::SelectAll) && length() > 0)
        select(data::Interval{0, length()});
    else if (event->key() == Qt::Key_Delete || event->key() == Qt::Key_Backspace) {
        if (!selection)
            return false;
        emit q->deletionRequested(*selection);
    } else if (event->key() == Qt::Key_Escape) {
        if (!selection)
            return false;  // a parent may have something to close
        select(std::nullopt);
    } else
        return false;
    return true;
}

bool TrackStack::Private::handleMoveKey(QKeyEvent* event)
{
    const double step = std::max(1.0, kPanShare * dataWidth() / pixelsPerColumn);
    const bool shift = event->modifiers() & Qt::ShiftModifier;
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right: {
        const int sign = event->key() == Qt::Key_Left ? -1 : 1;
        if (shift && selection) {
            const std::int64_t moving = selection->startNt < anchor ? selection->startNt : selection->endNt - 1;
            extendSelection(std::clamp<std::int64_t>(moving + sign, 0, length() - 1));
        } else
            panBy(sign * step);
        return true;
    }
    case Qt::Key_Up:
    case Qt::Key_Down:
        q->verticalScrollBar()->triggerAction(event->key() == Qt::Key_Up ? QAbstractSlider::SliderSingleStepSub
                                                                         : QAbstractSlider::SliderSingleStepAdd);
        return true;
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
        panBy((event->key() == Qt::Key_PageUp ? -0.9 : 0.9) * dataWidth() / pixelsPerColumn);
        return true;
    case Qt::Key_Home: setView(0.0, pixelsPerColumn); return true;
    case Qt::Key_End: setView(double(sequences.columns.count()), pixelsPerColumn); return true;
    case Qt::Key_Plus:
    case Qt::Key_Equal: q->zoomIn(); return true;
    case Qt::Key_Minus: q->zoomOut(); return true;
    case Qt::Key_F: goToFeature(!shift); return true;
    case Qt::Key_B: goToFeature(shift); return true;
    default: return false;
    }
}

/// Letters typed over a selected base are edits, whatever menus use the same keys.
bool TrackStack::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const QString text = key->text().toUpper();
        const bool isPlain = !(key->modifiers() & ~(Qt::KeypadModifier | Qt::ShiftModifier));
        if (isPlain && text.size() == 1 && QStringLiteral("ACGTUN").contains(text) && d->selection && d->selection->length() == 1) {
            event->accept();
            return true;
        }
    }
    return QAbstractScrollArea::event(event);
}

void TrackStack::keyPressEvent(QKeyEvent* event)
{
    const Qt::KeyboardModifiers modifiers = event->modifiers() & ~(Qt::KeypadModifier | Qt::ShiftModifier);
    const bool isPlain = modifiers == Qt::NoModifier;
    const bool isHandled = !d->sequences.isEmpty()
                           && (d->handleCommandKey(event) || (isPlain && (d->typeLetter(event->text()) || d->handleMoveKey(event))));
    event->setAccepted(isHandled);
    if (!isHandled)
        QWidget::keyPressEvent(event);
}

}  // namespace nscope::widgets
