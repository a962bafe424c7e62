// Purpose: draws the ruler.
#include "widgets/ruler_track.h"

#include "widgets/number_text.h"
#include "widgets/track_drawing.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace nscope::widgets {

std::int64_t niceTickStep(double minColumns)
{
    std::int64_t power = 1;
    while (true) {
        for (const std::int64_t factor : {1, 2, 5}) {
            if (double(factor * power) >= minColumns)
                return factor * power;
        }
        power *= 10;
    }
}

QString RulerTrack::title(const TrackScene& scene) const
{
    const auto origin = scene.sequences->origin();
    const QString chromosome = origin ? QString::fromStdString(origin->chromosome) : QString();
    if (scene.columns().hasGaps())
        return origin ? tr("Position ALT\n%1").arg(chromosome) : tr("Position ALT\nREF");
    return origin ? chromosome : tr("Position (nt)");
}

double RulerTrack::heightPixels(const TrackScene& scene) const
{
    return scene.columns().hasGaps() ? 40.0 : 26.0;
}

void RulerTrack::paintTicks(QPainter& painter, const TrackScene& scene, SequenceRole role, double top,
                            double height) const
{
    const data::Interval visible = scene.visibleColumns();
    const auto& transcript = transcriptOf(scene, role);
    if (!transcript)
        return;
    painter.setFont(scene.smallFont);
    const QFontMetricsF metrics(scene.smallFont);
    // Of a region of a genome: its places on the chromosome, which ALT shares as long as there is no indel.
    const auto origin = role == SequenceRole::Reference || !scene.columns().hasGaps() ? scene.sequences->origin() : std::nullopt;
    const std::int64_t largest = origin ? origin->interval.endNt : transcript->sequence.length();
    const double labelUnits = metrics.horizontalAdvance(countText(largest)) + metrics.height();
    const std::int64_t step = niceTickStep(labelUnits / scene.unitsPerColumn);
    const std::int64_t minorStep = step >= 10 ? step / 5 : 1;
    const bool showsMinor = minorStep * scene.unitsPerColumn >= 4.0 * scene.heightScale && minorStep < step;
    const bool isReference = role == SequenceRole::Reference;

    double freeFrom = -1e9;
    for (std::int64_t column = visible.startNt; column < visible.endNt; ++column) {
        const std::int64_t position = positionAt(scene, role, column);
        if (position < 0)
            continue;
        const std::int64_t number = origin ? TrackSequences::genomicNumber(*origin, position) : position + 1;
        const bool isMajor = number % step == 0 || number == 1;
        if (!isMajor && !(showsMinor && number % minorStep == 0))
            continue;
        const double x = scene.xOf(double(column) + 0.5);
        const double tick = height * (isMajor ? 0.3 : 0.16);
        painter.setPen(QPen(scene.theme->mutedText, scene.heightScale));
        painter.drawLine(QPointF(x, top + height - tick), QPointF(x, top + height));
        if (!isMajor)
            continue;
        const QString label = countText(number);
        const double width = metrics.horizontalAdvance(label);
        const double left = std::clamp(x - width / 2, 0.0, std::max(0.0, scene.widthUnits - width));
        if (left < freeFrom || (number == 1 && step > 1 && (step - 1) * scene.unitsPerColumn < labelUnits))
            continue;
        painter.setPen(isReference ? scene.theme->mutedText : scene.theme->text);
        painter.drawText(QPointF(left, top + height * 0.66 - metrics.descent() * 0.5), label);
        freeFrom = left + width + metrics.height() * 0.4;
    }
}

void RulerTrack::paint(QPainter& painter, const TrackScene& scene, double height) const
{
    painter.setRenderHint(QPainter::Antialiasing, scene.isFigure);
    const bool both = scene.columns().hasGaps();
    const double line = both ? height / 2 : height;
    paintTicks(painter, scene, SequenceRole::Current, 0, line);
    if (both)
        paintTicks(painter, scene, SequenceRole::Reference, line, line);
    painter.setPen(QPen(scene.theme->outline, scene.heightScale));
    painter.drawLine(QPointF(0, height), QPointF(scene.widthUnits, height));
}

void RulerTrack::paintLegend(QPainter& painter, const TrackScene& scene, QSizeF size) const
{
    const data::Interval visible = scene.visibleColumns();
    const data::Interval range = scene.columns().altInterval(visible.startNt, visible.endNt);
    painter.setFont(scene.smallFont);
    painter.setPen(scene.theme->mutedText);
    drawFitting(painter, QRectF(QPointF(0, 0), size), tr("%1 nt shown").arg(countText(range.length())),
                Qt::AlignLeft | Qt::AlignVCenter);
}

QString RulerTrack::toolTip(const TrackScene&, double, double, double) const
{
    return tr("Drag to zoom to a range.");
}

}  // namespace nscope::widgets
