// Purpose: TrackStack's visible range: zoom, pan, scroll bars.
#include "widgets/track_view_private.h"

#include "widgets/number_text.h"

#include <QResizeEvent>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace nscope::widgets {

namespace {

constexpr double kMaxPixelsPerColumn = 40.0;
constexpr double kZoomStep = 1.5;
constexpr double kScrollShare = 0.15;  ///< of the visible range per step of the scroll bar

}  // namespace

double TrackStack::Private::minScale() const
{
    return dataWidth() / double(std::max<std::int64_t>(1, sequences.columns.count()));
}

double TrackStack::Private::maxScale() const
{
    return std::max(kMaxPixelsPerColumn, minScale());
}

/// Clamps and applies; a scale at or below the smallest shows the whole sequence, also after resizing.
void TrackStack::Private::setView(double newStart, double newScale)
{
    keptRange.reset();
    const double smallest = minScale();
    fitsAll = newScale <= smallest * (1.0 + 1e-9);
    pixelsPerColumn = std::clamp(newScale, smallest, maxScale());
    const double last = double(sequences.columns.count()) - dataWidth() / pixelsPerColumn;
    startColumn = std::clamp(newStart, 0.0, std::max(0.0, last));
    viewChanged();
}

void TrackStack::Private::viewChanged()
{
    syncScrollBars();
    q->viewport()->update();
    announceRange();
}

void TrackStack::Private::zoomAt(double factor, double x)
{
    if (sequences.isEmpty())
        return;
    const double column = columnAtX(x);
    const double scale = std::clamp(pixelsPerColumn * factor, minScale(), maxScale());
    setView(column - (x - kScreenLabelWidth) / scale, scale);
}

void TrackStack::Private::panBy(double columns)
{
    setView(startColumn + columns, pixelsPerColumn);
}

void TrackStack::Private::syncScrollBars()
{
    syncingBars = true;
    const double visible = dataWidth() / pixelsPerColumn;
    QScrollBar* horizontal = q->horizontalScrollBar();
    horizontal->setRange(0, int(std::ceil(std::max(0.0, double(sequences.columns.count()) - visible - 1e-6))));
    horizontal->setPageStep(std::max(1, int(visible)));
    horizontal->setSingleStep(std::max(1, int(visible * kScrollShare)));
    horizontal->setValue(int(std::lround(startColumn)));

    double rows = 0.0;
    for (const RowBox& box : sequences.isEmpty() ? std::vector<RowBox>() : screenRows())
        rows = box.y + box.height;
    const int available = q->viewport()->height() - int(rulerHeight());
    q->verticalScrollBar()->setRange(0, std::max(0, int(std::ceil(rows)) - available));
    q->verticalScrollBar()->setPageStep(std::max(1, available));
    q->verticalScrollBar()->setSingleStep(20);
    syncingBars = false;
}

void TrackStack::Private::announceRange()
{
    const data::Interval range = q->visibleRange();
    if (range == announced)
        return;
    announced = range;
    q->setAccessibleDescription(sequences.isEmpty() ? emptyStackText
                                                    : TrackStack::tr("%1, positions %2 of %3 visible")
                                                          .arg(QString::fromStdString(sequences.current->sequence.id),
                                                               intervalText(range), countText(length())));
    emit q->visibleRangeChanged(range);
}

void TrackStack::setVisibleRange(data::Interval range)
{
    const data::Interval columns = d->sequences.columns.columnsOfAlt(range.intersected({0, d->length()}));
    if (columns.isEmpty())
        return;
    const double scale = std::min(d->dataWidth() / double(columns.length()), d->maxScale());
    const double shown = d->dataWidth() / scale;
    d->setView(double(columns.startNt) - (shown - double(columns.length())) / 2, scale);
    d->keptRange = range;
}

void TrackStack::ensureVisible(data::Interval range)
{
    const data::Interval columns = d->sequences.columns.columnsOfAlt(range.intersected({0, d->length()}));
    const double shown = d->dataWidth() / d->pixelsPerColumn;
    if (columns.isEmpty() || (double(columns.startNt) >= d->startColumn && double(columns.endNt) <= d->startColumn + shown))
        return;
    d->setView((double(columns.startNt) + double(columns.endNt) - shown) / 2, d->pixelsPerColumn);
}

void TrackStack::zoomIn() { d->zoomAt(kZoomStep, kScreenLabelWidth + d->dataWidth() / 2); }
void TrackStack::zoomOut() { d->zoomAt(1.0 / kZoomStep, kScreenLabelWidth + d->dataWidth() / 2); }
void TrackStack::zoomToAll() { d->setView(0.0, 0.0); }

void TrackStack::zoomToSelection()
{
    if (d->selection)
        setVisibleRange(*d->selection);
}

void TrackStack::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    if (d->keptRange)
        setVisibleRange(data::Interval(*d->keptRange));
    else
        d->setView(d->startColumn, d->fitsAll ? 0.0 : d->pixelsPerColumn);
}

void TrackStack::scrollContentsBy(int, int)
{
    if (d->syncingBars)
        return;
    if (horizontalScrollBar()->value() != int(std::lround(d->startColumn)))
        d->setView(horizontalScrollBar()->value(), d->fitsAll ? 0.0 : d->pixelsPerColumn);
    viewport()->update();
}

}  // namespace nscope::widgets
