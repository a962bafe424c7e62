// Purpose: draws the annotation track.
#include "widgets/annotation_track.h"

#include "widgets/number_text.h"
#include "widgets/track_drawing.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>
#include <QStringList>

#include <algorithm>

namespace nscope::widgets {

namespace {

QRectF boxOf(const TrackScene& scene, data::Interval columns, double top, double height)
{
    const double left = std::clamp(scene.xOf(double(columns.startNt)), 0.0, scene.widthUnits - scene.heightScale);
    const double right = std::clamp(scene.xOf(double(columns.endNt)), left + scene.heightScale, scene.widthUnits);
    return {left, top, right - left, height};
}

bool isVisible(const TrackScene& scene, data::Interval columns)
{
    return !columns.intersected(scene.visibleColumns()).isEmpty();
}

}  // namespace

QString kozakText(data::KozakStrength strength)
{
    switch (strength) {
    case data::KozakStrength::Weak: return AnnotationTrack::tr("weak Kozak");
    case data::KozakStrength::Adequate: return AnnotationTrack::tr("adequate Kozak");
    case data::KozakStrength::Strong: return AnnotationTrack::tr("strong Kozak");
    }
    return {};
}

void AnnotationTrack::setSearchHits(std::vector<data::SearchHit> hits)
{
    m_hits = std::move(hits);
    m_currentHit = -1;
}

QString AnnotationTrack::title(const TrackScene&) const
{
    return tr("Annotation");
}

AnnotationTrack::Lines AnnotationTrack::lines(const TrackScene& scene) const
{
    return {.marks = m_hits.empty() && !scene.sequences->isEdited() ? 0.0 : 15.0,
            .structure = 22.0,
            .frame = m_orfs.empty() ? 0.0 : 13.0};
}

double AnnotationTrack::heightPixels(const TrackScene& scene) const
{
    const Lines parts = lines(scene);
    return parts.marks + parts.structure + 3 * parts.frame + 8.0;
}

void AnnotationTrack::paint(QPainter& painter, const TrackScene& scene, double height) const
{
    const Lines parts = lines(scene);
    const double unit = height / heightPixels(scene);
    double y = 3.0 * unit;
    painter.setRenderHint(QPainter::Antialiasing, true);
    if (parts.marks > 0) {
        painter.save();
        painter.translate(0, y);
        paintHits(painter, scene, parts.marks * unit);
        paintMarks(painter, scene, parts.marks * unit);
        painter.restore();
        y += parts.marks * unit;
    }
    paintStructure(painter, scene, y, parts.structure * unit);
    y += parts.structure * unit;
    if (parts.frame > 0)
        paintFrames(painter, scene, y, parts.frame * unit);
}

void AnnotationTrack::paintHits(QPainter& painter, const TrackScene& scene, double height) const
{
    for (std::size_t i = 0; i < m_hits.size(); ++i) {
        const data::Interval columns = scene.columns().columnsOfAlt(m_hits[i].span);
        if (!isVisible(scene, columns))
            continue;
        const bool isCurrent = int(i) == m_currentHit;
        QRectF box = boxOf(scene, columns, height * 0.25, height * 0.55);
        if (!scene.isFigure)
            box.setWidth(std::max(box.width(), 3.0));
        QColor fill = scene.theme->searchHit;
        fill.setAlpha(isCurrent ? 255 : 150);
        painter.setPen(isCurrent ? QPen(scene.theme->text, 1.5 * scene.heightScale) : QPen(Qt::NoPen));
        painter.setBrush(fill);
        painter.drawRect(box);
        if (m_hits[i].reverseStrand && box.width() > height) {
            painter.setPen(Theme::textOn(scene.theme->searchHit));
            painter.setFont(scene.smallFont);
            drawFitting(painter, box, QStringLiteral("◂"));
        }
    }
}

void AnnotationTrack::paintMarks(QPainter& painter, const TrackScene& scene, double height) const
{
    painter.setFont(scene.smallFont);
    const QFontMetricsF metrics(scene.smallFont);
    double freeFrom = -1e9;
    const std::vector<data::Interval>& differences = scene.sequences->differences;
    for (std::size_t i = 0; i < differences.size(); ++i) {
        const data::Interval& columns = differences[i];
        if (!isVisible(scene, columns))
            continue;
        const double x = std::clamp((scene.xOf(double(columns.startNt)) + scene.xOf(double(columns.endNt))) / 2, 0.0,
                                    scene.widthUnits);
        const double half = height * 0.28;
        QPainterPath pin(QPointF(x, height * 0.95));
        pin.lineTo(x - half, height * 0.35);
        pin.lineTo(x + half, height * 0.35);
        pin.closeSubpath();
        painter.setPen(Qt::NoPen);
        painter.setBrush(scene.theme->edit);
        painter.drawPath(pin);
        QString name = scene.sequences->describeDifference(columns);
        constexpr int kLongestName = 24;
        if (name.size() > kLongestName)
            name = name.left(kLongestName - 1) + QStringLiteral("…");
        const QRectF label(x + half * 1.5, 0, metrics.horizontalAdvance(name) + 1, height);
        const double nextPin = i + 1 < differences.size() ? scene.xOf(double(differences[i + 1].startNt)) - half : scene.widthUnits;
        if (label.left() < freeFrom || label.right() > std::min(nextPin, scene.widthUnits))
            continue;
        painter.setPen(scene.theme->edit);
        painter.drawText(label, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextDontClip, name);
        freeFrom = label.right() + half * 2;
    }
}

void AnnotationTrack::paintStructure(QPainter& painter, const TrackScene& scene, double top, double height) const
{
    const data::Transcript& transcript = *scene.sequences->current;
    const Theme& theme = *scene.theme;
    painter.setFont(scene.smallFont);
    const auto part = [&](data::Interval alt, const QColor& fill, double share, const QString& name) {
        const data::Interval columns = scene.columns().columnsOfAlt(alt);
        if (alt.isEmpty() || !isVisible(scene, columns))
            return;
        const QRectF box = boxOf(scene, columns, top + height * (1 - share) / 2, height * share);
        painter.setPen(Qt::NoPen);
        painter.setBrush(fill);
        painter.drawRect(box);
        painter.setPen(Theme::textOn(fill));
        drawFitting(painter, box.intersected(QRectF(0, top, scene.widthUnits, height)), name);
    };
    if (!transcript.cds) {
        part({0, transcript.sequence.length()}, theme.grid, 0.62, {});
        painter.setPen(theme.mutedText);
        drawFitting(painter, QRectF(0, top, scene.widthUnits, height), tr("no coding region annotated"));
        return;
    }
    part(*transcript.utr5(), theme.utr5, 0.56, tr("5′UTR"));
    part(*transcript.cds, theme.cds, 0.82, tr("CDS"));
    part(*transcript.utr3(), theme.utr3, 0.56, tr("3′UTR"));
}

void AnnotationTrack::paintFrames(QPainter& painter, const TrackScene& scene, double top, double frameHeight) const
{
    painter.setFont(scene.smallFont);
    const double gap = frameHeight * 0.1;
    painter.setPen(scene.theme->mutedText);
    for (int frame = 0; frame < 3; ++frame) {
        const double y = top + frame * frameHeight;
        painter.drawText(QRectF(-6.0 * frameHeight, y, 5.6 * frameHeight, frameHeight),
                         Qt::AlignRight | Qt::AlignVCenter | Qt::TextDontClip, tr("ORF %1").arg(frame + 1));
        QColor lane = scene.theme->frames[std::size_t(frame)];
        lane.setAlpha(24);
        painter.fillRect(QRectF(0, y + gap, scene.widthUnits, frameHeight - 2 * gap), lane);
    }
    for (const data::Orf& orf : m_orfs) {
        const data::Interval columns = scene.columns().columnsOfAlt(orf.span);
        if (isVisible(scene, columns))
            paintOrf(painter, scene, orf,
                     boxOf(scene, columns, top + orf.frame * frameHeight + gap, frameHeight - 2 * gap));
    }
}

void AnnotationTrack::paintOrf(QPainter& painter, const TrackScene& scene, const data::Orf& orf, const QRectF& box) const
{
    const Theme& theme = *scene.theme;
    QColor fill = theme.frames[std::size_t(orf.frame)];
    const QColor solid = fill;
    fill.setAlpha(orf.kozak == data::KozakStrength::Strong ? 230 : orf.kozak == data::KozakStrength::Adequate ? 165 : 95);
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    painter.drawRect(box);
    const double codon = 3.0 * scene.unitsPerColumn;
    const double tick = std::clamp(codon, 1.0 * scene.heightScale, 3.0 * scene.heightScale);
    if (box.width() < 4.0 * tick)
        return;
    const data::Interval columns = scene.columns().columnsOfAlt(orf.span);
    const double left = scene.xOf(double(columns.startNt));
    const double right = scene.xOf(double(columns.endNt));
    if (left >= 0)
        painter.fillRect(QRectF(left, box.top(), tick, box.height()), theme.startCodon);
    if (orf.hasStop && right <= scene.widthUnits + 0.5)
        painter.fillRect(QRectF(right - tick, box.top(), tick, box.height()), theme.stopCodon);
    const std::int64_t codons = orf.span.length() / 3 - (orf.hasStop ? 1 : 0);
    painter.setPen(theme.isDark() || orf.kozak != data::KozakStrength::Strong ? theme.text : Theme::textOn(solid));
    const QRectF inside = box.adjusted(tick * 1.5, 0, -tick * 1.5, 0).intersected(QRectF(0, box.top(), scene.widthUnits, box.height()));
    if (!drawFitting(painter, inside, tr("%1 codons, %2").arg(countText(codons), kozakText(orf.kozak))))
        drawFitting(painter, inside, countText(codons));
}

void AnnotationTrack::paintLegend(QPainter& painter, const TrackScene& scene, QSizeF size) const
{
    if (m_orfs.empty())
        return;
    const Lines parts = lines(scene);
    const double unit = size.height() / heightPixels(scene);
    const double top = (parts.marks + parts.structure + 3.0) * unit;
    const double line = parts.frame * unit;
    painter.setFont(scene.smallFont);
    const auto entry = [&](int row, const QColor& colour, const QString& text) {
        const QRectF key(0, top + row * line + line * 0.15, line * 0.45, line * 0.7);
        painter.fillRect(key, colour);
        painter.setPen(scene.theme->mutedText);
        painter.drawText(QRectF(key.right() + line * 0.3, top + row * line, size.width() - key.width(), line),
                         Qt::AlignVCenter | Qt::AlignLeft, text);
    };
    entry(0, scene.theme->startCodon, tr("start"));
    entry(1, scene.theme->stopCodon, tr("stop"));
    QColor kozak = scene.theme->frames[0];
    entry(2, kozak, tr("darker: Kozak"));
}

QString AnnotationTrack::structureTip(const TrackScene& scene, std::int64_t positionNt) const
{
    const data::Transcript& transcript = *scene.sequences->current;
    if (!transcript.cds)
        return {};
    const data::Interval cds = *transcript.cds;
    if (cds.contains(positionNt))
        return tr("CDS %1, codon %2, codon position %3")
            .arg(intervalText(cds), countText((positionNt - cds.startNt) / 3 + 1),
                 QString::number((positionNt - cds.startNt) % 3 + 1));
    if (positionNt < cds.startNt)
        return tr("5′UTR, %1 nt before the start codon").arg(countText(cds.startNt - positionNt));
    return tr("3′UTR, %1 nt after the stop codon").arg(countText(positionNt - cds.endNt + 1));
}

QString AnnotationTrack::toolTip(const TrackScene& scene, double column, double y, double height) const
{
    const std::int64_t position = scene.columns().altAt(std::int64_t(column));
    const Lines parts = lines(scene);
    const double unit = height / heightPixels(scene);
    QStringList text;
    for (const data::Interval& columns : scene.sequences->differences) {
        if (columns.contains(std::int64_t(column)))
            text << tr("Edit %1").arg(scene.sequences->describeDifference(columns));
    }
    if (position < 0)
        return text.join(QLatin1Char('\n'));
    const double framesTop = (3.0 + parts.marks + parts.structure) * unit;
    if (parts.frame <= 0 || y < framesTop)
        text << structureTip(scene, position);
    else {
        const int frame = std::min(2, int((y - framesTop) / (parts.frame * unit)));
        for (const data::Orf& orf : m_orfs) {
            if (orf.frame == frame && orf.span.contains(position))
                text << tr("ORF in frame %1, %2, %3 codons, %4, %5")
                            .arg(QString::number(frame + 1), intervalText(orf.span),
                                 countText(orf.span.length() / 3 - (orf.hasStop ? 1 : 0)), kozakText(orf.kozak),
                                 orf.hasStop ? tr("ends at a stop codon") : tr("open at the 3′ end"));
        }
    }
    for (const data::SearchHit& hit : m_hits) {
        if (hit.span.contains(position))
            text << tr("Search hit %1%2").arg(intervalText(hit.span), hit.reverseStrand ? tr(" (reverse complement)") : QString());
    }
    text.removeAll(QString());
    return text.join(QLatin1Char('\n'));
}

}  // namespace nscope::widgets
