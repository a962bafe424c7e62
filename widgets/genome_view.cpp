#include "widgets/genome_view.h"

#include "widgets/genome_view_private.h"
#include "widgets/number_text.h"
#include "widgets/ruler_track.h"
#include "widgets/signal_row.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <cmath>
#include <map>

namespace nscope::widgets {

namespace {

constexpr double kMostPixelsPerBase = 28.0;
constexpr double kGrowth = 2.2;  ///< signals grow at most this much
constexpr double kRowGap = 4.0;
constexpr double kFigureLabelWidth = 86.0;  ///< a title beside the numbers of an axis
constexpr double kFigurePointsPerPixel = 0.56;

QFont pixelFont(const QFont& family, int size)
{
    QFont font = family;
    font.setPixelSize(size);
    return font;
}

}  // namespace

GenomeView::GenomeView(QWidget* parent) : QAbstractScrollArea(parent), d(std::make_unique<Private>(this))
{
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    setAccessibleName(tr("Genome view"));
    d->widthBefore = d->dataWidth();
}

GenomeView::~GenomeView() = default;

void GenomeView::setTheme(const Theme& theme)
{
    d->theme = theme;
    viewport()->update();
}

void GenomeView::setChromosome(const QString& name, std::int64_t lengthNt)
{
    if (name == d->chromosome && lengthNt == d->lengthNt)
        return;
    const bool keepsRange = name == d->chromosome && !d->fitsAll;
    d->chromosome = name;
    d->lengthNt = lengthNt;
    if (keepsRange) {
        d->setView(d->startNt, d->ntPerPixel);
        return;
    }
    d->selection.reset();
    d->fitsAll = true;
    d->setView(0.0, d->mostNtPerPixel());
    emit selectionChanged({});
}

const QString& GenomeView::chromosome() const { return d->chromosome; }
std::int64_t GenomeView::chromosomeLength() const { return d->lengthNt; }

void GenomeView::setEmptyText(const QString& sentence)
{
    d->emptyText = sentence;
    viewport()->update();
}

void GenomeView::setRows(std::vector<GenomeRowPtr> rows)
{
    d->rows = std::move(rows);
    updateRows();
}

void GenomeView::updateRows()
{
    d->updateScrollBar();
    viewport()->update();
}

data::Interval GenomeView::visibleRange() const { return scene().visible().intersected({0, d->lengthNt}); }

void GenomeView::setVisibleRange(data::Interval range)
{
    const data::Interval inside = range.intersected({0, d->lengthNt});
    if (inside.isEmpty())
        return;
    const double ntPerPixel =
        std::clamp(double(inside.length()) / d->dataWidth(), d->leastNtPerPixel(), d->mostNtPerPixel());
    const double middle = double(inside.startNt + inside.endNt) / 2;
    d->fitsAll = false;
    d->setView(middle - ntPerPixel * d->dataWidth() / 2, ntPerPixel);
}

void GenomeView::centreOn(double positionNt)
{
    d->setView(positionNt - d->ntPerPixel * d->dataWidth() / 2, d->ntPerPixel);
}

double GenomeView::ntPerPixel() const { return d->ntPerPixel; }

void GenomeView::setReversed(bool reversed)
{
    d->isReversed = reversed;
    updateRows();
}

bool GenomeView::isReversed() const { return d->isReversed; }

std::optional<data::Interval> GenomeView::selection() const { return d->selection; }
void GenomeView::setSelection(std::optional<data::Interval> range) { d->select(range); }

void GenomeView::zoomIn() { d->zoomAt(2.0, kGenomeLabelWidth + d->dataWidth() / 2); }
void GenomeView::zoomOut() { d->zoomAt(0.5, kGenomeLabelWidth + d->dataWidth() / 2); }
void GenomeView::zoomToAll() { setVisibleRange({0, d->lengthNt}); }
void GenomeView::zoomToSelection()
{
    if (d->selection)
        setVisibleRange(*d->selection);
}

// ---- where the view is

double GenomeView::Private::dataWidth() const
{
    return std::max(40.0, q->viewport()->width() - kGenomeLabelWidth - kGenomeRightMargin);
}

double GenomeView::Private::mostNtPerPixel() const { return std::max(1.0, double(lengthNt)) / dataWidth(); }
double GenomeView::Private::leastNtPerPixel() const { return std::min(1.0 / kMostPixelsPerBase, mostNtPerPixel()); }

void GenomeView::Private::setView(double start, double scale)
{
    const double before = startNt, scaleBefore = ntPerPixel;
    ntPerPixel = std::clamp(scale, leastNtPerPixel(), mostNtPerPixel());
    fitsAll = ntPerPixel >= mostNtPerPixel() * (1.0 - 1e-9);
    startNt = std::clamp(start, 0.0, std::max(0.0, double(lengthNt) - ntPerPixel * dataWidth()));
    q->updateRows();
    if (startNt != before || ntPerPixel != scaleBefore)
        emit q->rangeChanged(q->visibleRange());
}

void GenomeView::Private::zoomAt(double factor, double viewportX)
{
    const double at = q->positionAtX(viewportX);
    const double scale = std::clamp(ntPerPixel / factor, leastNtPerPixel(), mostNtPerPixel());
    const double x = viewportX - kGenomeLabelWidth, left = isReversed ? dataWidth() - x : x;
    setView(at - left * scale, scale);
}

void GenomeView::Private::panBy(double nt) { setView(startNt + nt, ntPerPixel); }

void GenomeView::resizeEvent(QResizeEvent*)
{
    // What is on show stays on show; zoomed out as far as it goes, it stays so.
    d->setView(d->startNt, d->fitsAll ? d->mostNtPerPixel() : d->ntPerPixel * d->widthBefore / d->dataWidth());
    d->widthBefore = d->dataWidth();
}

void GenomeView::scrollContentsBy(int, int) { viewport()->update(); }

void GenomeView::Private::updateScrollBar()
{
    const GenomeScene now = q->scene();
    for (const GenomeRowPtr& row : rows)
        row->prepare(now);
    double total = 0.0;
    for (const RowBox& box : screenRows(now))
        total = box.y + box.height;
    const int room = int(q->viewport()->height() - kGenomeHeadHeight);
    q->verticalScrollBar()->setRange(0, std::max(0, int(std::ceil(total)) - room));
    q->verticalScrollBar()->setPageStep(room);
    q->verticalScrollBar()->setSingleStep(20);
}

// ---- layout

GenomeScene GenomeView::scene() const
{
    GenomeScene scene;
    scene.theme = &d->theme;
    scene.startNt = d->startNt;
    scene.ntPerUnit = d->ntPerPixel;
    scene.widthUnits = d->dataWidth();
    scene.isReversed = d->isReversed;
    scene.devicePixelRatio = devicePixelRatioF();
    const int body = std::max(11, fontInfo().pixelSize());
    scene.font = pixelFont(font(), body);
    scene.smallFont = pixelFont(font(), body - 2);
    return scene;
}

std::vector<GenomeView::Private::RowBox> GenomeView::Private::layOut(const GenomeScene& scene, double available) const
{
    std::vector<RowBox> boxes;
    double total = 0.0;
    int growing = 0;
    for (const GenomeRowPtr& row : rows) {
        const double height = row->heightPixels(scene) * scene.heightScale;
        if (height <= 0.0)
            continue;
        boxes.push_back({row, 0.0, height});
        total += height + kRowGap * scene.heightScale;
        growing += dynamic_cast<const SignalRow*>(row.get()) != nullptr;
    }
    const double spare = growing > 0 ? std::max(0.0, available - total) / growing : 0.0;
    double y = kRowGap * scene.heightScale / 2;
    for (RowBox& box : boxes) {
        if (dynamic_cast<const SignalRow*>(box.row.get()))
            box.height = std::min(box.height * kGrowth, box.height + spare);
        box.y = y;
        y += box.height + kRowGap * scene.heightScale;
    }
    return boxes;
}

std::vector<GenomeView::Private::RowBox> GenomeView::Private::screenRows(const GenomeScene& scene) const
{
    return layOut(scene, q->viewport()->height() - kGenomeHeadHeight);
}

/// Rows of one group get the range of all of them.
void GenomeView::Private::shareAxes(const std::vector<RowBox>& boxes) const
{
    std::map<int, AxisRange> ofGroup;
    for (const RowBox& box : boxes) {
        const auto range = box.row->valueRange();
        if (!range || box.row->scaleGroup() == 0)
            continue;
        const auto [place, isNew] = ofGroup.try_emplace(box.row->scaleGroup(), *range);
        if (!isNew)
            place->second = {std::min(place->second.low, range->low), std::max(place->second.high, range->high)};
    }
    for (const RowBox& box : boxes) {
        const auto group = ofGroup.find(box.row->scaleGroup());
        box.row->setAxis(group != ofGroup.end() ? group->second : box.row->valueRange().value_or(AxisRange{0.0, 1.0}));
    }
}

QRectF GenomeView::rowBox(std::size_t row) const { return rowBoxOf(*d->rows[row]); }

QRectF GenomeView::rowBoxOf(const GenomeRow& row) const
{
    for (const Private::RowBox& box : d->screenRows(scene())) {
        if (box.row.get() == &row)
            return {kGenomeLabelWidth, kGenomeHeadHeight + box.y - verticalScrollBar()->value(), d->dataWidth(),
                    box.height};
    }
    return {};
}

GenomeRowPtr GenomeView::rowAt(QPointF point) const
{
    const double y = point.y() - kGenomeHeadHeight + verticalScrollBar()->value();
    if (point.y() < kGenomeHeadHeight)
        return nullptr;
    for (const Private::RowBox& box : d->screenRows(scene()))
        if (y >= box.y && y < box.y + box.height)
            return box.row;
    return nullptr;
}

double GenomeView::positionAtX(double x) const { return scene().positionAt(x - kGenomeLabelWidth); }
double GenomeView::xOfPosition(double positionNt) const { return kGenomeLabelWidth + scene().xOf(positionNt); }

// ---- drawing

void GenomeView::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), d->theme.background);
    if (d->lengthNt <= 0) {
        painter.setPen(d->theme.mutedText);
        painter.drawText(viewport()->rect().adjusted(40, 0, -40, 0), Qt::AlignCenter | Qt::TextWordWrap, d->emptyText);
        return;
    }
    const GenomeScene now = scene();
    const auto boxes = d->screenRows(now);
    d->shareAxes(boxes);
    painter.save();
    painter.setClipRect(QRectF(0, kGenomeHeadHeight, viewport()->width(), viewport()->height()));
    painter.translate(0, kGenomeHeadHeight - verticalScrollBar()->value());
    d->drawRows(painter, now, boxes, kGenomeLabelWidth);
    painter.restore();
    if (d->selection) {
        const QRectF box = now.box(*d->selection, 0, viewport()->height() - kGenomeOverviewHeight, 1.0)
                               .translated(kGenomeLabelWidth, kGenomeOverviewHeight)
                               .intersected(QRectF(kGenomeLabelWidth, 0, d->dataWidth(), viewport()->height()));
        painter.fillRect(box, d->theme.selection);
    }
    if (d->drag == Private::Drag::Zoom) {
        const double a = xOfPosition(d->pressNt), b = xOfPosition(d->dragNt);
        painter.fillRect(QRectF(std::min(a, b), kGenomeOverviewHeight, std::abs(b - a), viewport()->height()),
                         d->theme.selection);
    }
    d->drawHead(painter, now, kGenomeLabelWidth);
}

void GenomeView::Private::drawRows(QPainter& painter, const GenomeScene& scene, const std::vector<RowBox>& boxes,
                                   double labelWidth) const
{
    const double unit = scene.heightScale;
    for (const RowBox& box : boxes) {
        painter.save();
        painter.translate(0, box.y);
        painter.setFont(scene.font);
        painter.setPen(scene.theme->text);
        const QFontMetricsF metrics(scene.font);
        const double axis = box.row->axisPixels() * unit;
        const double width = labelWidth - 14.0 * unit - axis, line = metrics.height();
        painter.drawText(QRectF(6.0 * unit, 0, width, line), Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(box.row->title(), Qt::ElideMiddle, width));
        painter.save();
        painter.translate(6.0 * unit, line);
        if (box.height - line > QFontMetricsF(scene.smallFont).height() * 0.8)
            box.row->paintLabel(painter, scene, QSizeF(width, box.height - line));
        painter.restore();
        painter.translate(labelWidth, 0);
        if (!scene.isFigure)
            painter.setClipRect(QRectF(-axis, -1, scene.widthUnits + axis, box.height + 2), Qt::IntersectClip);
        box.row->paint(painter, scene, box.height);
        painter.restore();
        painter.setPen(QPen(scene.theme->grid, unit));
        const double y = box.y + box.height + kRowGap * unit / 2;
        painter.drawLine(QPointF(0, y), QPointF(labelWidth + scene.widthUnits, y));
    }
}

void GenomeView::Private::drawHead(QPainter& painter, const GenomeScene& scene, double labelWidth) const
{
    const double unit = scene.heightScale, overview = kGenomeOverviewHeight * unit, ruler = kGenomeRulerHeight * unit;
    painter.fillRect(QRectF(0, 0, labelWidth + scene.widthUnits + kGenomeRightMargin * unit, overview + ruler),
                     scene.theme->background);
    painter.setFont(scene.font);
    painter.setPen(scene.theme->text);
    const QFontMetricsF metrics(scene.font);
    painter.drawText(QRectF(6.0 * unit, 0, labelWidth - 12.0 * unit, overview + 4.0 * unit),
                     Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(chromosome, Qt::ElideMiddle, labelWidth - 12.0 * unit));
    painter.setFont(scene.smallFont);
    painter.setPen(scene.theme->mutedText);
    const QString size =
        GenomeView::tr("%1 nt shown").arg(countText(scene.visible().intersected({0, lengthNt}).length()));
    painter.drawText(QRectF(6.0 * unit, overview, labelWidth - 12.0 * unit, ruler), Qt::AlignLeft | Qt::AlignVCenter,
                     isReversed ? size + GenomeView::tr(", reversed") : size);
    painter.save();
    painter.translate(labelWidth, 0);
    drawOverview(painter, scene, QRectF(0, overview * 0.32, scene.widthUnits, overview * 0.42));
    drawTicks(painter, scene, overview, ruler);
    painter.restore();
    painter.setPen(QPen(scene.theme->outline, unit));
    painter.drawLine(QPointF(labelWidth, overview + ruler - unit / 2),
                     QPointF(labelWidth + scene.widthUnits, overview + ruler - unit / 2));
}

void GenomeView::Private::drawOverview(QPainter& painter, const GenomeScene& scene, QRectF bar) const
{
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(QPen(scene.theme->outline, scene.heightScale));
    painter.setBrush(scene.theme->alternate);
    painter.drawRoundedRect(bar, bar.height() / 2, bar.height() / 2);
    const auto place = [&](double nt) {
        const double share = std::clamp(nt / double(lengthNt), 0.0, 1.0);
        return bar.left() + (isReversed ? 1.0 - share : share) * bar.width();
    };
    const double a = place(scene.startNt), b = place(scene.endNt());
    QRectF window(std::min(a, b), bar.top() - scene.heightScale, std::max(std::abs(b - a), 3.0 * scene.heightScale),
                  bar.height() + 2.0 * scene.heightScale);
    if (window.right() > bar.right())
        window.moveRight(bar.right());
    painter.setPen(QPen(scene.theme->accent, scene.heightScale));
    painter.setBrush(scene.theme->selection);
    painter.drawRect(window);
    painter.setRenderHint(QPainter::Antialiasing, scene.isFigure);
}

void GenomeView::Private::drawTicks(QPainter& painter, const GenomeScene& scene, double top, double height) const
{
    painter.setFont(scene.smallFont);
    const QFontMetricsF metrics(scene.smallFont);
    const double labelUnits = metrics.horizontalAdvance(positionText(lengthNt)) + 2.0 * metrics.height();
    const std::int64_t step = niceTickStep(labelUnits * scene.ntPerUnit);
    const std::int64_t minor = step >= 10 ? step / 5 : 1;
    const data::Interval visible = scene.visible().intersected({0, lengthNt});
    // Numbers are 1-based: the tick of "1,000" is in the middle of base 999.
    for (std::int64_t number = (visible.startNt / minor) * minor; number <= visible.endNt; number += minor) {
        if (number < 1)
            continue;
        const double x = scene.xOf(double(number) - 0.5);
        if (x < 0 || x > scene.widthUnits)
            continue;
        const bool isMajor = number % step == 0;
        const double tick = height * (isMajor ? 0.28 : 0.14);
        painter.setPen(QPen(scene.theme->mutedText, scene.heightScale));
        painter.drawLine(QPointF(x, top + height - tick), QPointF(x, top + height));
        if (!isMajor)
            continue;
        const QString label = countText(number);
        const double width = metrics.horizontalAdvance(label);
        if (x - width / 2 < 0 || x + width / 2 > scene.widthUnits)
            continue;
        painter.setPen(scene.theme->text);
        painter.drawText(QPointF(x - width / 2, top + height * 0.62), label);
    }
}

// ---- figure

void GenomeView::drawFigure(QPainter& painter, QSizeF size, const Theme& theme) const
{
    GenomeScene figure = scene();
    figure.theme = &theme;
    figure.isFigure = true;
    figure.heightScale = kFigurePointsPerPixel;
    figure.widthUnits = std::max(10.0, size.width() - kFigureLabelWidth - kGenomeRightMargin * kFigurePointsPerPixel);
    figure.ntPerUnit = d->ntPerPixel * d->dataWidth() / figure.widthUnits;
    figure.font = pixelFont(font(), kFigureTextPoints);
    figure.smallFont = pixelFont(font(), kFigureSmallTextPoints);
    for (const GenomeRowPtr& row : d->rows)
        row->prepare(figure);
    const double head = kGenomeHeadHeight * kFigurePointsPerPixel;
    const auto boxes = d->layOut(figure, size.height() - head);
    d->shareAxes(boxes);
    d->drawHead(painter, figure, kFigureLabelWidth);
    painter.save();
    painter.translate(0, head);
    d->drawRows(painter, figure, boxes, kFigureLabelWidth);
    painter.restore();
    const GenomeScene screen = scene();
    for (const GenomeRowPtr& row : d->rows)
        row->prepare(screen);
}

QString GenomeView::figureTitle() const
{
    const data::Interval range = visibleRange();
    return QStringLiteral("%1:%2-%3").arg(d->chromosome, countText(range.startNt + 1), countText(range.endNt));
}

double GenomeView::preferredHeightPoints(double) const
{
    double total = kGenomeHeadHeight;
    for (const GenomeRowPtr& row : d->rows)
        total += row->heightPixels(scene()) + kRowGap;
    return total * kFigurePointsPerPixel;
}

}  // namespace nscope::widgets
