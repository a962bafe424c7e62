// Purpose: lays out and draws a TrackStack, on screen and as a figure, with the same code.
#include "widgets/track_view_private.h"

#include "widgets/number_text.h"
#include "widgets/track_drawing.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace nscope::widgets {

namespace {

constexpr double kFigureLabelWidth = 62.0;
constexpr double kFigureLegendWidth = 50.0;
constexpr double kFigurePointsPerPixel = 0.56;
constexpr double kGrowth = 2.0;  ///< rows that may grow grow at most this much
constexpr double kRasterDpi = 600.0;

QFont pixelFont(const QFont& family, int size, bool bold = false)
{
    QFont font = family;
    font.setPixelSize(size);
    font.setBold(bold);
    return font;
}

double growthWeight(const TrackRow* row)
{
    if (dynamic_cast<const AttributionTrack*>(row))
        return 3.0;
    const bool grows = dynamic_cast<const MutagenesisTrack*>(row) || dynamic_cast<const AttentionTrack*>(row)
                       || dynamic_cast<const ProfileTrack*>(row);
    return grows ? 1.0 : 0.0;
}

}  // namespace

TrackScene TrackStack::Private::screenScene() const
{
    TrackScene scene;
    scene.sequences = &sequences;
    scene.theme = &theme;
    scene.startColumn = startColumn;
    scene.unitsPerColumn = pixelsPerColumn;
    scene.widthUnits = dataWidth();
    scene.devicePixelRatio = q->devicePixelRatioF();
    const int body = std::max(11, q->fontInfo().pixelSize());
    scene.font = pixelFont(q->font(), body);
    scene.smallFont = pixelFont(q->font(), body - 2);
    scene.selection = selection;
    return scene;
}

double TrackStack::Private::dataWidth() const
{
    return std::max(40.0, q->viewport()->width() - kScreenLabelWidth - kScreenLegendWidth);
}

double TrackStack::Private::rulerHeight() const
{
    return sequences.isEmpty() ? 0.0 : ruler.heightPixels(screenScene());
}

std::vector<TrackRow*> TrackStack::Private::shownRows() const
{
    auto* self = const_cast<Private*>(this);  // the rows are ours; callers of const methods only draw them
    std::vector<TrackRow*> rows;
    const auto add = [&](TrackRow& row) {
        if (row.isShown() && row.isAvailable())
            rows.push_back(&row);
    };
    add(self->annotation);
    add(self->letters);
    add(self->profile);
    add(self->structure);
    if (showsReference())
        add(self->explanation[0]);
    add(self->explanation[1]);
    if (showsReference())
        add(self->mutagenesis[0]);
    add(self->mutagenesis[1]);
    add(self->attention);
    return rows;
}

std::vector<TrackStack::Private::RowBox> TrackStack::Private::layOut(const TrackScene& scene, double availableHeight) const
{
    std::vector<RowBox> boxes;
    double total = 0.0;
    double weights = 0.0;
    for (TrackRow* row : shownRows()) {
        const double height = row->heightPixels(scene) * scene.heightScale;
        if (height <= 0)
            continue;
        boxes.push_back({row, 0.0, height});
        total += height;
        weights += row->emptyText(scene).isEmpty() ? growthWeight(row) : 0.0;
    }
    const double spare = std::max(0.0, availableHeight - total);
    double y = 0.0;
    for (RowBox& box : boxes) {
        const double weight = box.row->emptyText(scene).isEmpty() ? growthWeight(box.row) : 0.0;
        if (weights > 0 && weight > 0)
            box.height = std::min(box.height * kGrowth, box.height + spare * weight / weights);
        box.y = y;
        y += box.height;
    }
    return boxes;
}

std::vector<TrackStack::Private::RowBox> TrackStack::Private::screenRows() const
{
    return layOut(screenScene(), q->viewport()->height() - rulerHeight());
}

double TrackStack::Private::naturalHeight(const TrackScene& scene) const
{
    double height = ruler.heightPixels(scene);
    for (const TrackRow* row : shownRows())
        height += row->heightPixels(scene);
    return height;
}

void TrackStack::Private::prepareScales(const TrackScene& scene)
{
    const bool whole = scaleRange == ScaleRange::WholeSequence;
    profile.prepareScales(scene, whole);
    ValueRange axis;
    double limit = 0.0;
    for (std::size_t role = showsReference() ? 0 : 1; role < 2; ++role) {
        const ValueRange range = whole ? explanation[role].wholeRange() : explanation[role].visibleRange(scene);
        axis.include(range.low);
        axis.include(range.high);
        limit = std::max(limit, whole ? mutagenesis[role].wholeLimit() : mutagenesis[role].visibleLimit(scene));
    }
    for (std::size_t role = 0; role < 2; ++role) {
        explanation[role].setAxis(axis);
        mutagenesis[role].setLimit(limit);
    }
}

void TrackStack::Private::paintScreen(QPainter& painter)
{
    const QRectF whole(q->viewport()->rect());
    painter.fillRect(whole, theme.background);
    if (sequences.isEmpty()) {
        paintEmpty(painter, whole);
        return;
    }
    const TrackScene scene = screenScene();
    prepareScales(scene);
    const Frame frame{kScreenLabelWidth, kScreenLegendWidth};
    const double top = rulerHeight();
    painter.fillRect(QRectF(0, top, frame.labelWidth, whole.height()), theme.alternate);

    painter.save();
    painter.setClipRect(QRectF(0, top, whole.width(), whole.height() - top));
    painter.translate(0, top - q->verticalScrollBar()->value());
    for (const RowBox& box : screenRows()) {
        const double y = box.y + top - q->verticalScrollBar()->value();
        if (y < whole.height() && y + box.height > top)
            paintRow(painter, scene, frame, box);
    }
    painter.restore();

    painter.fillRect(QRectF(0, 0, whole.width(), top), theme.alternate);
    paintRow(painter, scene, frame, {&ruler, 0.0, top});
    const QRectF data(frame.dataLeft(), 0, scene.widthUnits, whole.height());
    painter.setClipRect(data);
    painter.translate(frame.dataLeft(), 0);
    paintSelection(painter, scene, QRectF(0, 0, data.width(), data.height()));
    paintRubberBand(painter, scene, QRectF(0, 0, data.width(), data.height()));
    painter.resetTransform();
    painter.setClipping(false);
    if (q->hasFocus()) {
        painter.setPen(QPen(theme.accent, 1));
        painter.drawLine(QPointF(0, 0.5), QPointF(whole.width(), 0.5));
    }
}

void TrackStack::Private::paintFigure(QPainter& painter, QSizeF sizePoints, const Theme& figureTheme)
{
    if (sequences.isEmpty())
        return;
    const data::Interval visible = screenScene().visibleColumns();
    TrackScene scene;
    scene.sequences = &sequences;
    scene.theme = &figureTheme;
    scene.isFigure = true;
    scene.devicePixelRatio = kRasterDpi / 72.0;
    scene.font = pixelFont(q->font(), kFigureTextPoints);
    scene.smallFont = pixelFont(q->font(), kFigureSmallTextPoints);
    scene.startColumn = double(visible.startNt);
    scene.widthUnits = sizePoints.width() - kFigureLabelWidth - kFigureLegendWidth;
    scene.unitsPerColumn = scene.widthUnits / double(std::max<std::int64_t>(1, visible.length()));
    const double titleHeight = kFigureTitlePoints * 1.6;
    scene.heightScale = (sizePoints.height() - titleHeight) / naturalHeight(scene);
    prepareScales(scene);

    painter.setFont(pixelFont(q->font(), kFigureTitlePoints, true));
    painter.setPen(figureTheme.text);
    painter.drawText(QRectF(0, 0, sizePoints.width(), titleHeight), Qt::AlignLeft | Qt::AlignVCenter, q->figureTitle());
    painter.translate(0, titleHeight);
    const Frame frame{kFigureLabelWidth, kFigureLegendWidth};
    const double rulerPoints = ruler.heightPixels(scene) * scene.heightScale;
    paintRow(painter, scene, frame, {&ruler, 0.0, rulerPoints});
    painter.translate(0, rulerPoints);
    for (const RowBox& box : layOut(scene, 0.0))
        paintRow(painter, scene, frame, box);
}

void TrackStack::Private::paintRow(QPainter& painter, const TrackScene& scene, const Frame& frame, const RowBox& box) const
{
    painter.save();
    painter.translate(0, box.y);
    paintLabel(painter, scene, frame, box);
    const QString empty = box.row->emptyText(scene);
    painter.translate(frame.dataLeft(), 0);
    painter.save();
    if (!scene.isFigure)  // the margin left of the data belongs to the row (axis labels)
        painter.setClipRect(QRectF(-frame.labelWidth, 0, frame.labelWidth + scene.widthUnits, box.height), Qt::IntersectClip);
    if (!empty.isEmpty()) {
        painter.setFont(scene.isFigure ? scene.smallFont : scene.font);
        painter.setPen(scene.theme->mutedText);
        painter.drawText(QRectF(0, 0, scene.widthUnits, box.height), Qt::AlignCenter | Qt::TextWordWrap,
                         box.row->isUpdating() ? TrackStack::tr("Computing …") : empty);
    } else {
        box.row->paint(painter, scene, box.height);
        if (box.row->isUpdating())
            paintUpdating(painter, scene, box);
    }
    painter.restore();

    painter.save();
    const double gap = 10.0 * (scene.isFigure ? kFigurePointsPerPixel : 1.0);
    painter.translate(scene.widthUnits + gap, 0);
    box.row->paintLegend(painter, scene, {frame.legendWidth - 1.4 * gap, box.height});
    painter.restore();
    if (!scene.isFigure) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(scene.theme->grid);
        painter.drawLine(QPointF(-frame.labelWidth, box.height - 1), QPointF(scene.widthUnits + frame.legendWidth, box.height - 1));
    }
    painter.restore();
}

void TrackStack::Private::paintLabel(QPainter& painter, const TrackScene& scene, const Frame& frame, const RowBox& box) const
{
    const double margin = scene.isFigure ? 0.0 : 8.0;
    const bool isRuler = box.row == &ruler;
    QFont font = isRuler ? scene.smallFont : scene.font;
    font.setBold(!isRuler);
    if (!scene.isFigure && !isRuler)
        font.setPixelSize(std::max(10, font.pixelSize() - 1));
    painter.setFont(font);
    painter.setPen(isRuler ? scene.theme->mutedText : scene.theme->text);
    const double top = isRuler ? 0.0 : 4.0 * scene.heightScale;
    painter.drawText(QRectF(margin, top, frame.labelWidth - margin, box.height - top),
                     (isRuler ? Qt::AlignVCenter : Qt::AlignTop) | Qt::AlignLeft | Qt::TextDontClip, box.row->title(scene));
}

void TrackStack::Private::paintUpdating(QPainter& painter, const TrackScene& scene, const RowBox& box) const
{
    if (!scene.isFigure)
        painter.fillRect(QRectF(0, 0, scene.widthUnits, box.height - 1), scene.theme->updating);
    painter.setFont(scene.smallFont);
    const QFontMetricsF metrics(scene.smallFont);
    const QString text = TrackStack::tr("updating …");
    const double width = metrics.horizontalAdvance(text) + metrics.height();
    const QRectF badge(scene.widthUnits - width - 0.3 * metrics.height(), 0.3 * metrics.height(), width, 1.25 * metrics.height());
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(Qt::NoPen);
    painter.setBrush(scene.theme->accent);
    painter.drawRoundedRect(badge, badge.height() / 2, badge.height() / 2);
    painter.setPen(scene.theme->onAccent);
    painter.drawText(badge, Qt::AlignCenter | Qt::TextDontClip, text);
}

void TrackStack::Private::paintSelection(QPainter& painter, const TrackScene& scene, const QRectF& area) const
{
    if (!selection)
        return;
    const data::Interval columns = scene.columns().columnsOfAlt(*selection);
    QRectF band(scene.xOf(double(columns.startNt)), area.top(), double(columns.length()) * scene.unitsPerColumn, area.height());
    band.setWidth(std::max(band.width(), 2.0));
    if (!band.intersects(area))
        return;
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(band, theme.selection);
    painter.setPen(QPen(theme.accent, 1));
    painter.drawLine(band.topLeft(), band.bottomLeft());
    painter.drawLine(band.topRight(), band.bottomRight());
}

void TrackStack::Private::paintRubberBand(QPainter& painter, const TrackScene& scene, const QRectF& area) const
{
    if (drag != Drag::Zoom)
        return;
    const auto [from, to] = std::minmax({scene.xOf(pressColumn), scene.xOf(dragColumn)});
    QColor fill = theme.accent;
    fill.setAlpha(40);
    painter.fillRect(QRectF(from, area.top(), to - from, area.height()), fill);
    painter.setPen(QPen(theme.accent, 1, Qt::DashLine));
    painter.drawLine(QPointF(from, area.top()), QPointF(from, area.bottom()));
    painter.drawLine(QPointF(to, area.top()), QPointF(to, area.bottom()));
}

void TrackStack::Private::paintEmpty(QPainter& painter, const QRectF& area) const
{
    painter.setFont(q->font());
    painter.setPen(theme.mutedText);
    painter.drawText(area.adjusted(24, 24, -24, -24), Qt::AlignCenter | Qt::TextWordWrap, emptyStackText);
}

}  // namespace nscope::widgets
