// Purpose: draws the structure track.
#include "widgets/structure_track.h"

#include "widgets/number_text.h"
#include "widgets/track_drawing.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

namespace nscope::widgets {

namespace {

constexpr double kArcsPixels = 64.0;
constexpr double kLinePixels = 18.0;
constexpr double kMargin = 4.0;
constexpr double kNearPixels = 5.0;      ///< an arc is under the mouse when it is this near
constexpr double kSmallestArc = 0.75;    ///< arcs narrower than this many units are left to the stripes

QString stateName(char state)
{
    switch (state) {
    case 'f': return StructureTrack::tr("5' end, unpaired");
    case 't': return StructureTrack::tr("3' end, unpaired");
    case 'i': return StructureTrack::tr("internal loop");
    case 'h': return StructureTrack::tr("hairpin loop");
    case 'm': return StructureTrack::tr("multiloop");
    case 's': return StructureTrack::tr("stem");
    default: return StructureTrack::tr("state not known");
    }
}

QColor pairColour(const Theme& theme, bool isPseudoknot) { return isPseudoknot ? theme.edit : theme.accent; }

}  // namespace

void StructureTrack::setData(const data::TranscriptPtr& transcript)
{
    m_dotBracket.clear();
    m_states.clear();
    m_pairs.clear();
    m_pairOfBase.clear();
    m_longestSpan = 1;
    m_hasPseudoknots = false;
    const auto fits = [&](std::size_t count) { return count > 0 && std::int64_t(count) == transcript->sequence.length(); };
    if (!transcript)
        return;
    const auto numbers = transcript->features.find(data::kStructureFeature);
    if (numbers != transcript->features.end() && fits(numbers->second.size())) {
        for (const float number : numbers->second)
            m_states += data::stateLetter(number);
    }
    if (!fits(transcript->dotBracket.size()))
        return;
    auto structure = data::parseDotBracket(transcript->dotBracket);
    if (!structure)
        return;
    m_dotBracket = transcript->dotBracket;
    if (m_states.empty())
        m_states = data::structureStates(*structure);
    m_pairs = std::move(structure->pairs);
    m_pairOfBase.assign(m_states.size(), -1);
    for (std::size_t i = 0; i < m_pairs.size(); ++i) {
        const data::BasePair& pair = m_pairs[i];
        m_pairOfBase[std::size_t(pair.firstNt)] = m_pairOfBase[std::size_t(pair.secondNt)] = std::int32_t(i);
        m_longestSpan = std::max(m_longestSpan, pair.secondNt - pair.firstNt);
        m_hasPseudoknots |= pair.isPseudoknot;
    }
}

const data::BasePair* StructureTrack::pairOf(std::int64_t positionNt) const
{
    if (positionNt < 0 || positionNt >= std::int64_t(m_pairOfBase.size()))
        return nullptr;
    const std::int32_t index = m_pairOfBase[std::size_t(positionNt)];
    return index < 0 ? nullptr : &m_pairs[std::size_t(index)];
}

QString StructureTrack::title(const TrackScene& scene) const
{
    return scene.sequences->isEdited() ? tr("Structure\nas given") : tr("Structure");
}

double StructureTrack::heightPixels(const TrackScene&) const
{
    if (!hasData())
        return 0.0;
    return (m_pairs.empty() ? 0.0 : kArcsPixels) + kLinePixels + 2 * kMargin;
}

double StructureTrack::lineHeight(const TrackScene& scene) const { return kLinePixels * scene.heightScale; }

double StructureTrack::arcBase(const TrackScene& scene, double height) const
{
    return height - kMargin * scene.heightScale - lineHeight(scene);
}

/// Heights go with the root of the span, so that short hairpins stay visible beside long pairs.
StructureTrack::Arc StructureTrack::arcOf(const TrackScene& scene, const data::BasePair& pair, double base) const
{
    const double left = scene.xOf(double(scene.columns().columnOfAlt(pair.firstNt)) + 0.5);
    const double right = scene.xOf(double(scene.columns().columnOfAlt(pair.secondNt)) + 0.5);
    const double share = std::sqrt(double(pair.secondNt - pair.firstNt) / double(m_longestSpan));
    return {(left + right) / 2, (right - left) / 2, share * (base - kMargin * scene.heightScale)};
}

std::optional<data::BasePair> StructureTrack::pairAt(const TrackScene& scene, double column, double y, double height) const
{
    const double base = arcBase(scene, height);
    const data::BasePair* found = y >= base ? pairOf(scene.columns().altAt(std::int64_t(column))) : nullptr;
    double nearest = kNearPixels * scene.heightScale;
    const double x = scene.xOf(column);
    for (const data::BasePair& pair : m_pairs) {
        const Arc arc = arcOf(scene, pair, base);
        if (y >= base || std::abs(x - arc.centre) > arc.radius + nearest || arc.radius < kSmallestArc || arc.height <= 0)
            continue;
        // Distance from the ellipse along the ray from its centre.
        const double dx = x - arc.centre;
        const double dy = base - y;
        const double relative = std::hypot(dx / arc.radius, dy / arc.height);
        const double distance = relative > 0 ? std::hypot(dx, dy) * std::abs(1.0 - 1.0 / relative) : std::min(arc.radius, arc.height);
        if (distance < nearest) {
            nearest = distance;
            found = &pair;
        }
    }
    return found == nullptr ? std::nullopt : std::optional(*found);
}

void StructureTrack::paint(QPainter& painter, const TrackScene& scene, double height) const
{
    if (!hasData())
        return;
    const DataClip clip(painter, scene, height);
    const double base = arcBase(scene, height);
    paintArcs(painter, scene, base);
    const QRectF line(0, base, scene.widthUnits, lineHeight(scene));
    if (scene.showsLetters())
        paintText(painter, scene, line);
    else
        paintStripes(painter, scene, line);
}

void StructureTrack::paintArcs(QPainter& painter, const TrackScene& scene, double base) const
{
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setBrush(Qt::NoBrush);
    // Pairs of one stem that fall on the same pixels are drawn once.
    const auto pixel = [&](double x) { return std::int64_t(std::floor(x * scene.devicePixelRatio)); };
    std::pair<std::int64_t, std::int64_t> last{std::numeric_limits<std::int64_t>::min(), 0};
    for (const data::BasePair& pair : m_pairs) {
        const Arc arc = arcOf(scene, pair, base);
        const double left = arc.centre - arc.radius;
        const double right = arc.centre + arc.radius;
        if (right < 0 || left > scene.widthUnits || 2 * arc.radius < kSmallestArc)
            continue;
        const std::pair place{pixel(left), pixel(right)};
        if (place == last && !pair.isPseudoknot)
            continue;
        last = place;
        painter.setPen(QPen(pairColour(*scene.theme, pair.isPseudoknot), 1.2 * scene.heightScale));
        constexpr int kHalfTurn = 180 * 16;  // Qt counts sixteenths of a degree
        painter.drawArc(QRectF(left, base - arc.height, 2 * arc.radius, 2 * arc.height), 0, kHalfTurn);
    }
}

void StructureTrack::paintText(QPainter& painter, const TrackScene& scene, const QRectF& area) const
{
    painter.setFont(scene.font);
    const std::string& text = m_dotBracket.empty() ? m_states : m_dotBracket;
    const data::Interval visible = scene.visibleColumns();
    for (std::int64_t column = visible.startNt; column < visible.endNt; ++column) {
        const std::int64_t position = scene.columns().altAt(column);
        if (position < 0)
            continue;
        const data::BasePair* pair = pairOf(position);
        painter.setPen(pair != nullptr ? pairColour(*scene.theme, pair->isPseudoknot)
                                       : m_states[std::size_t(position)] == 's' ? scene.theme->accent : scene.theme->mutedText);
        painter.drawText(QRectF(scene.xOf(double(column)), area.top(), scene.unitsPerColumn, area.height()),
                         Qt::AlignCenter | Qt::TextDontClip, QString(QLatin1Char(text[std::size_t(position)])));
    }
}

void StructureTrack::paintStripes(QPainter& painter, const TrackScene& scene, const QRectF& area) const
{
    const double inset = kMargin * scene.heightScale;
    const QRgb paired = scene.theme->accent.rgb();
    drawRasterRows(painter, scene, 1, area.adjusted(0, inset, 0, -inset), [&](int, data::Interval columns) -> QRgb {
        std::int64_t stems = 0;
        std::int64_t bases = 0;
        for (std::int64_t column = columns.startNt; column < columns.endNt; ++column) {
            if (const std::int64_t position = scene.columns().altAt(column); position >= 0) {
                ++bases;
                stems += m_states[std::size_t(position)] == 's';
            }
        }
        constexpr double kPalest = 0.85;  // unpaired bases differ from gaps
        return bases == 0 ? qRgba(0, 0, 0, 0) : paler(paired, scene.theme->background, kPalest * (1.0 - double(stems) / double(bases)));
    });
}

void StructureTrack::paintLegend(QPainter& painter, const TrackScene& scene, QSizeF size) const
{
    if (!hasData())
        return;
    painter.setFont(scene.smallFont);
    const double line = QFontMetricsF(scene.smallFont).height();
    const auto entry = [&](int row, const QColor& colour, const QString& text) {
        painter.setPen(colour);
        painter.drawText(QRectF(0, kMargin * scene.heightScale + row * line, size.width(), line), Qt::AlignLeft | Qt::AlignVCenter, text);
    };
    entry(0, pairColour(*scene.theme, false), m_pairs.empty() ? tr("s: stem") : tr("base pair"));
    if (m_hasPseudoknots)
        entry(1, pairColour(*scene.theme, true), tr("pseudoknot"));
}

QString StructureTrack::toolTip(const TrackScene& scene, double column, double y, double height) const
{
    if (!hasData())
        return {};
    if (const auto pair = pairAt(scene, column, y, height)) {
        const auto base = [&](std::int64_t position) {
            const data::Sequence& sequence = scene.sequences->current->sequence;
            return QLatin1Char(data::displayLetter(sequence.letters[std::size_t(position)], sequence.alphabet))
                   + countText(position + 1);
        };
        const QString text = tr("base pair %1 with %2, %3 nt apart")
                                 .arg(base(pair->firstNt), base(pair->secondNt), countText(pair->secondNt - pair->firstNt));
        return pair->isPseudoknot ? text + tr(", pseudoknot") : text;
    }
    const std::int64_t position = scene.columns().altAt(std::int64_t(column));
    return position < 0 || position >= std::int64_t(m_states.size()) ? QString() : stateName(m_states[std::size_t(position)]);
}

}  // namespace nscope::widgets
