// Purpose: draws the explanation track.
#include "widgets/attribution_track.h"

#include "widgets/letter_glyphs.h"
#include "widgets/number_text.h"
#include "widgets/track_drawing.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <map>

namespace nscope::widgets {

void ValueRange::include(double value)
{
    low = std::min(low, value);
    high = std::max(high, value);
}

struct AttributionTrack::Axis {
    double top;
    double bottom;
    ValueRange range;

    double y(double value) const
    {
        const double clamped = std::clamp(value, range.low, range.high);
        return range.span() > 0 ? bottom - (clamped - range.low) / range.span() * (bottom - top) : bottom;
    }
};

void AttributionTrack::setData(AttributionPtr attribution, const data::TranscriptPtr& transcript, LetterScore score)
{
    m_attribution = nullptr;
    m_scores.clear();
    m_wholeRange = {};
    if (!attribution || !transcript || attribution->length() != transcript->sequence.length())
        return;
    m_attribution = std::move(attribution);
    m_score = data::resolvedLetterScore(*m_attribution, transcript->sequence.letters, score);
    m_scores = data::letterScores(*m_attribution, transcript->sequence.letters, score);
    for (const float height : m_scores)
        m_wholeRange.include(height);
}

ValueRange AttributionTrack::visibleRange(const TrackScene& scene) const
{
    ValueRange range;
    const data::Interval visible = scene.visibleColumns();
    for (std::int64_t column = visible.startNt; column < visible.endNt && hasData(); ++column) {
        if (const std::int64_t position = positionAt(scene, m_role, column); position >= 0)
            range.include(m_scores[std::size_t(position)]);
    }
    return range;
}

QString AttributionTrack::title(const TrackScene& scene) const
{
    if (!scene.sequences->isEdited())
        return tr("Explanation");
    return m_role == SequenceRole::Current ? tr("Explanation\nALT") : tr("Explanation\nREF");
}

double AttributionTrack::heightPixels(const TrackScene& scene) const
{
    if (m_role == SequenceRole::Reference && (!scene.sequences->isEdited() || !hasData()))
        return 0.0;
    if (!hasData())
        return 56.0;
    return scene.sequences->isEdited() ? 84.0 : 110.0;
}

QString AttributionTrack::emptyText(const TrackScene&) const
{
    return hasData() ? QString() : m_emptyText;
}

void AttributionTrack::paint(QPainter& painter, const TrackScene& scene, double height) const
{
    if (!hasData())
        return;
    const double margin = 6.0 * scene.heightScale;
    const Axis axis{margin, height - margin, m_axis};
    paintAxis(painter, scene, axis);
    const DataClip clip(painter, scene, height);
    const double minLetterUnits = scene.isFigure ? 0.6 : 2.5;
    if (scene.unitsPerColumn >= minLetterUnits)
        paintLetters(painter, scene, axis);
    else
        paintEnvelope(painter, scene, axis);
}

void AttributionTrack::paintAxis(QPainter& painter, const TrackScene& scene, const Axis& axis) const
{
    painter.setFont(scene.smallFont);
    const QFontMetricsF metrics(scene.smallFont);
    const double line = metrics.height();
    double lastY = -1e9;
    for (const double value : {axis.range.high, 0.0, axis.range.low}) {
        const double y = axis.y(value);
        painter.setPen(QPen(value == 0.0 ? scene.theme->outline : scene.theme->grid, scene.heightScale));
        painter.drawLine(QPointF(0, y), QPointF(scene.widthUnits, y));
        if (y - lastY < line * 0.9)
            continue;
        lastY = y;
        painter.setPen(scene.theme->mutedText);
        painter.drawText(QRectF(-6.0 * line, y - line / 2, 5.7 * line, line),
                         Qt::AlignRight | Qt::AlignVCenter | Qt::TextDontClip, signedText(value));
    }
}

void AttributionTrack::paintLetters(QPainter& painter, const TrackScene& scene, const Axis& axis) const
{
    const std::string& letters = transcriptOf(scene, m_role)->sequence.letters;
    const data::Interval visible = scene.visibleColumns();
    const double zero = axis.y(0);
    const double minHeight = (scene.isFigure ? 0.05 : 0.5);
    const bool asBars = scene.unitsPerColumn < (scene.isFigure ? 0.6 : 4.0);
    std::map<char, QPainterPath> paths;  // one path per letter: one colour change each
    for (std::int64_t column = visible.startNt; column < visible.endNt; ++column) {
        const std::int64_t position = positionAt(scene, m_role, column);
        if (position < 0)
            continue;
        const double value = m_scores[std::size_t(position)];
        const double y = axis.y(value);
        if (std::abs(y - zero) < minHeight)
            continue;
        const QRectF box(scene.xOf(double(column)) + scene.unitsPerColumn * 0.04, std::min(y, zero), scene.unitsPerColumn * 0.92, std::abs(y - zero));
        const char letter = letters[std::size_t(position)];
        if (asBars)
            paths[letter].addRect(box);
        else
            addLetter(paths[letter], data::displayLetter(letter, scene.sequences->alphabet()), box, value < 0);
    }
    painter.setRenderHint(QPainter::Antialiasing, !asBars || scene.isFigure);
    painter.setPen(Qt::NoPen);
    for (auto& [letter, path] : paths) {
        path.setFillRule(Qt::WindingFill);
        painter.setBrush(scene.theme->letterColour(letter));
        painter.drawPath(path);
    }
}

void AttributionTrack::paintEnvelope(QPainter& painter, const TrackScene& scene, const Axis& axis) const
{
    TrackScene grid = scene;  // figures: a few values per point are enough
    grid.devicePixelRatio = scene.isFigure ? 2.0 : scene.devicePixelRatio;
    const int pixels = pixelCount(grid);
    QPolygonF upper;
    QPolygonF lower;
    for (int pixel = 0; pixel < pixels; ++pixel) {
        const data::Interval columns = columnsOfPixel(grid, pixel).intersected({0, scene.columns().count()});
        ValueRange range;
        for (std::int64_t column = columns.startNt; column < columns.endNt; ++column) {
            if (const std::int64_t position = positionAt(scene, m_role, column); position >= 0)
                range.include(m_scores[std::size_t(position)]);
        }
        if (columns.isEmpty())
            break;
        const double left = pixel / grid.devicePixelRatio;
        const double right = (pixel + 1) / grid.devicePixelRatio;
        upper << QPointF(left, axis.y(range.high)) << QPointF(right, axis.y(range.high));
        lower << QPointF(left, axis.y(range.low)) << QPointF(right, axis.y(range.low));
    }
    std::ranges::reverse(lower);
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(Qt::NoPen);
    painter.setBrush(scene.theme->accent);
    painter.drawPolygon(upper + lower);
}

void AttributionTrack::paintLegend(QPainter& painter, const TrackScene& scene, QSizeF size) const
{
    if (!hasData())
        return;
    QString meaning = m_score == LetterScore::Endogenous      ? tr("height: value of the base")
                      : m_score == LetterScore::MeanEffect    ? tr("height: − mean effect of changing the base")
                                                              : tr("height: − largest effect of changing the base");
    if (!m_attribution->target.empty())
        meaning += QStringLiteral("\n") + QString::fromStdString(m_attribution->target);
    painter.setFont(scene.smallFont);
    painter.setPen(scene.theme->mutedText);
    painter.drawText(QRectF(QPointF(0, 4.0 * scene.heightScale), size), Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, meaning);
}

QString AttributionTrack::toolTip(const TrackScene& scene, double column, double, double) const
{
    const std::int64_t position = positionAt(scene, m_role, std::int64_t(column));
    if (!hasData() || position < 0)
        return {};
    const char letter = transcriptOf(scene, m_role)->sequence.letters[std::size_t(position)];
    QString text = tr("%1: letter height %2")
                       .arg(QString(QLatin1Char(data::displayLetter(letter, scene.sequences->alphabet()))),
                            signedText(m_scores[std::size_t(position)]));
    for (int base = 0; base < data::kBaseCount; ++base)
        text += QStringLiteral("\n%1 %2").arg(
            QString(QLatin1Char(data::displayLetter(data::kBases[std::size_t(base)], scene.sequences->alphabet()))),
            signedText(m_attribution->at(position, base)));
    if (!m_attribution->isExact(position))
        text += QStringLiteral("\n") + tr("approximate: the exact value is still to come");
    if (!m_attribution->meaning.empty())
        text += QStringLiteral("\n") + QString::fromStdString(m_attribution->meaning);
    return text;
}

}  // namespace nscope::widgets
