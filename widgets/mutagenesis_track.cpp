// Purpose: draws the mutagenesis heat map.
#include "widgets/mutagenesis_track.h"

#include "widgets/number_text.h"
#include "widgets/track_drawing.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace nscope::widgets {

namespace {

constexpr double kMargin = 4.0;       ///< above and below the cells, in pixels
constexpr double kPreviewFade = 0.55; ///< how far previews go towards the background

double percentile(std::vector<float>& magnitudes, double share)
{
    if (magnitudes.empty())
        return 0.0;
    const auto place = magnitudes.begin() + std::ptrdiff_t(share * double(magnitudes.size() - 1));
    std::nth_element(magnitudes.begin(), place, magnitudes.end());
    return *place;
}

QRectF cellArea(const TrackScene& scene, double height)
{
    const double margin = kMargin * scene.heightScale;
    return {0, margin, scene.widthUnits, height - 2 * margin};
}

}  // namespace

double MutagenesisTrack::effect(std::int64_t position, int base) const
{
    const int reference = data::baseIndex(m_letters[std::size_t(position)]);
    const double own = reference < 0 ? 0.0 : m_attribution->at(position, reference);
    return m_attribution->at(position, base) - own;
}

void MutagenesisTrack::setData(AttributionPtr attribution, const data::TranscriptPtr& transcript)
{
    m_attribution = nullptr;
    m_wholeLimit = 0.0;
    if (!attribution || !transcript || attribution->length() != transcript->sequence.length())
        return;
    m_attribution = std::move(attribution);
    m_letters = transcript->sequence.letters;
    std::vector<float> magnitudes;
    magnitudes.reserve(m_letters.size() * 3);
    for (std::int64_t position = 0; position < m_attribution->length(); ++position) {
        for (int base = 0; base < data::kBaseCount; ++base) {
            const double value = std::abs(effect(position, base));
            if (value > 0.0 && std::isfinite(value))
                magnitudes.push_back(float(value));
        }
    }
    m_wholeLimit = percentile(magnitudes, 0.995);
}

double MutagenesisTrack::visibleLimit(const TrackScene& scene) const
{
    std::vector<float> magnitudes;
    const data::Interval visible = scene.visibleColumns();
    for (std::int64_t column = visible.startNt; column < visible.endNt && hasData(); ++column) {
        const std::int64_t position = positionAt(scene, m_role, column);
        for (int base = 0; position >= 0 && base < data::kBaseCount; ++base)
            magnitudes.push_back(float(std::abs(effect(position, base))));
    }
    return percentile(magnitudes, 1.0);
}

QString MutagenesisTrack::title(const TrackScene& scene) const
{
    if (!scene.sequences->isEdited())
        return tr("Mutagenesis");
    return m_role == SequenceRole::Current ? tr("Mutagenesis\nALT") : tr("Mutagenesis\nREF");
}

double MutagenesisTrack::heightPixels(const TrackScene& scene) const
{
    if (m_role == SequenceRole::Reference && (!scene.sequences->isEdited() || !hasData()))
        return 0.0;
    return hasData() ? 4 * 16.0 + 2 * kMargin : 56.0;
}

QString MutagenesisTrack::emptyText(const TrackScene&) const
{
    return hasData() ? QString() : m_emptyText;
}

QRgb MutagenesisTrack::cellColour(const TrackScene& scene, std::int64_t position, int base) const
{
    const QRgb colour = divergingColour(scene.theme->diverging(), effect(position, base), m_limit);
    return m_attribution->isExact(position) ? colour : paler(colour, scene.theme->background, kPreviewFade);
}

void MutagenesisTrack::paint(QPainter& painter, const TrackScene& scene, double height) const
{
    if (!hasData())
        return;
    const QRectF area = cellArea(scene, height);
    const double line = area.height() / data::kBaseCount;
    painter.setFont(scene.smallFont);
    for (int base = 0; base < data::kBaseCount; ++base) {
        const char letter = data::kBases[std::size_t(base)];
        painter.setPen(scene.theme->letterColour(letter));
        painter.drawText(QRectF(-2.4 * line, area.top() + base * line, 2.1 * line, line),
                         Qt::AlignRight | Qt::AlignVCenter | Qt::TextDontClip,
                         QString(QLatin1Char(data::displayLetter(letter, scene.sequences->alphabet()))));
    }
    const DataClip clip(painter, scene, height);
    if (scene.drawsShapes(4 * scene.visibleColumns().length())) {
        paintCells(painter, scene, area);
        if (scene.unitsPerColumn >= 4.0 * (scene.isFigure ? scene.heightScale : 1.0))
            paintMarks(painter, scene, area);
    } else {
        paintPixels(painter, scene, area);
    }
}

void MutagenesisTrack::paintCells(QPainter& painter, const TrackScene& scene, const QRectF& area) const
{
    const data::Interval visible = scene.visibleColumns();
    const double line = area.height() / data::kBaseCount;
    ColourBatches batches;
    for (std::int64_t column = visible.startNt; column < visible.endNt; ++column) {
        const std::int64_t position = positionAt(scene, m_role, column);
        if (position < 0) {
            batches.add(scene.theme->grid.rgb(), QRectF(scene.xOf(double(column)), area.center().y(), scene.unitsPerColumn, scene.heightScale));
            continue;
        }
        const int own = data::baseIndex(m_letters[std::size_t(position)]);
        for (int base = 0; base < data::kBaseCount; ++base) {
            if (base != own)
                batches.add(cellColour(scene, position, base),
                            QRectF(scene.xOf(double(column)), area.top() + base * line, scene.unitsPerColumn, line));
        }
    }
    batches.draw(painter);
}

void MutagenesisTrack::paintMarks(QPainter& painter, const TrackScene& scene, const QRectF& area) const
{
    const data::Interval visible = scene.visibleColumns();
    const double line = area.height() / data::kBaseCount;
    const double dot = std::min(scene.unitsPerColumn, line) * 0.16;
    painter.save();
    painter.setPen(Qt::NoPen);
    painter.setBrush(scene.theme->mutedText);
    painter.setRenderHint(QPainter::Antialiasing, true);
    QPainterPath dots;
    std::vector<QLineF> hatch;
    for (std::int64_t column = visible.startNt; column < visible.endNt; ++column) {
        const std::int64_t position = positionAt(scene, m_role, column);
        if (position < 0)
            continue;
        const double x = scene.xOf(double(column));
        if (const int own = data::baseIndex(m_letters[std::size_t(position)]); own >= 0)
            dots.addEllipse(QPointF(x + scene.unitsPerColumn / 2, area.top() + (own + 0.5) * line), dot, dot);
        if (!m_attribution->isExact(position)) {
            for (int row = 0; row < data::kBaseCount; ++row)
                hatch.emplace_back(x, area.top() + (row + 1) * line, x + scene.unitsPerColumn, area.top() + row * line);
        }
    }
    painter.drawPath(dots);
    QColor stroke = scene.theme->mutedText;
    stroke.setAlpha(110);
    painter.setPen(QPen(stroke, 0.6 * scene.heightScale));
    painter.drawLines(QList<QLineF>(hatch.begin(), hatch.end()));
    painter.restore();
}

void MutagenesisTrack::paintPixels(QPainter& painter, const TrackScene& scene, const QRectF& area) const
{
    drawRasterRows(painter, scene, data::kBaseCount, area, [&](int base, data::Interval columns) {
        std::int64_t strongest = -1;
        for (std::int64_t column = columns.startNt; column < columns.endNt; ++column) {
            const std::int64_t position = positionAt(scene, m_role, column);
            if (position >= 0 && (strongest < 0 || std::abs(effect(position, base)) > std::abs(effect(strongest, base))))
                strongest = position;
        }
        return strongest < 0 ? qRgba(0, 0, 0, 0) : cellColour(scene, strongest, base);
    });
}

void MutagenesisTrack::paintLegend(QPainter& painter, const TrackScene& scene, QSizeF size) const
{
    if (!hasData())
        return;
    painter.translate(0, kMargin * scene.heightScale);
    drawColourScale(painter, scene, {size.width(), size.height() - 2 * kMargin * scene.heightScale}, scene.theme->diverging(),
                    tr("Δ score"), signedText(m_limit), QStringLiteral("0"), signedText(-m_limit));
}

QString MutagenesisTrack::toolTip(const TrackScene& scene, double column, double y, double height) const
{
    const std::int64_t position = positionAt(scene, m_role, std::int64_t(column));
    if (!hasData() || position < 0)
        return {};
    const QRectF area = cellArea(scene, height);
    const int base = std::clamp(int((y - area.top()) / (area.height() / data::kBaseCount)), 0, data::kBaseCount - 1);
    const char own = m_letters[std::size_t(position)];
    const auto shown = [&](char letter) { return QString(QLatin1Char(data::displayLetter(letter, scene.sequences->alphabet()))); };
    const char other = data::kBases[std::size_t(base)];
    if (own == other)
        return tr("%1: the base that is there").arg(shown(own));
    const QString change = tr("%1>%2: %3").arg(shown(own), shown(other), signedText(effect(position, base)));
    return m_attribution->isExact(position) ? change + tr(" (exact)") : change + tr(" (approximate, exact value still to come)");
}

}  // namespace nscope::widgets
