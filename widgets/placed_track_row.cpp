#include "widgets/placed_track_row.h"

#include "core/data/alphabet.h"
#include "core/data/other_strand.h"
#include "widgets/attention_track.h"
#include "widgets/attribution_track.h"
#include "widgets/mutagenesis_track.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <utility>

namespace nscope::widgets {

namespace {

constexpr double kAwayHeight = 24.0;  ///< while the window is somewhere else
constexpr double kNumbersAxis = 62.0;
constexpr double kLettersAxis = 20.0;

data::TranscriptPtr otherStrand(const data::TranscriptPtr& record)
{
    auto other = std::make_shared<data::Transcript>();
    other->sequence = record->sequence;
    other->sequence.letters = data::reverseComplement(record->sequence.letters);
    return other;
}

bool fits(const AttributionPtr& attribution, const PlacedRecord& placed)
{
    return attribution && placed.record && attribution->length() == placed.record->sequence.length();
}

AttributionPtr along(const AttributionPtr& attribution, bool isOtherStrand)
{
    return isOtherStrand ? std::make_shared<const data::Attribution>(data::onOtherStrand(*attribution)) : attribution;
}

}  // namespace

PlacedTrackRow::PlacedTrackRow(const PlacedRecord& placed, const QString& title, double axisPixels, const Make& make,
                               Scale scale)
    : m_window(placed.window.interval),
      m_title(title),
      m_elsewhere(tr("of %1").arg(QString::fromStdString(data::locusText(placed.window)))),
      m_axisPixels(axisPixels),
      m_scale(std::move(scale))
{
    const bool isReverse = placed.window.strand == data::Strand::Reverse;
    for (int side = 0; side < 2; ++side) {
        const bool isOther = (side == 1) != isReverse;
        Reading& reading = m_readings[std::size_t(side)];
        reading.sequences.current = isOther ? otherStrand(placed.record) : placed.record;
        reading.sequences.reference = reading.sequences.current;
        reading.sequences.columns = SequenceColumns(m_window.length());
        reading.track = make(reading.sequences.current, isOther);
    }
}

std::optional<PlacedTrackRow::Part> PlacedTrackRow::partOf(const GenomeScene& scene) const
{
    const double a = scene.xOf(double(m_window.startNt)), b = scene.xOf(double(m_window.endNt));
    const double left = std::max(0.0, std::min(a, b)), right = std::min(scene.widthUnits, std::max(a, b));
    if (right - left < scene.heightScale)
        return std::nullopt;
    Part part;
    part.left = left;
    part.scene.sequences = &reading(scene).sequences;
    part.scene.theme = scene.theme;
    part.scene.startColumn = std::max(0.0, scene.isReversed ? double(m_window.endNt) - scene.endNt()
                                                            : scene.startNt - double(m_window.startNt));
    part.scene.unitsPerColumn = 1.0 / scene.ntPerUnit;
    part.scene.widthUnits = right - left;
    if (scene.isFigure) {  // whole bases only, for nothing is clipped there
        const double first = std::ceil(part.scene.startColumn - 1e-9);
        const double last = std::floor(part.scene.startColumn + part.scene.widthUnits / part.scene.unitsPerColumn + 1e-9);
        if (last <= first)
            return std::nullopt;
        part.left += (first - part.scene.startColumn) * part.scene.unitsPerColumn;
        part.scene.startColumn = first;
        part.scene.widthUnits = (last - first) * part.scene.unitsPerColumn;
    }
    part.scene.heightScale = scene.heightScale;
    part.scene.devicePixelRatio = scene.devicePixelRatio;
    part.scene.isFigure = scene.isFigure;
    part.scene.font = scene.font;
    part.scene.smallFont = scene.smallFont;
    return part;
}

double PlacedTrackRow::heightPixels(const GenomeScene& scene) const
{
    const auto part = partOf(scene);
    return part ? reading(scene).track->heightPixels(part->scene) : kAwayHeight;
}

void PlacedTrackRow::prepare(const GenomeScene& scene)
{
    const auto part = partOf(scene);
    if (part && m_scale)
        m_scale(*reading(scene).track, part->scene);
}

void PlacedTrackRow::paint(QPainter& painter, const GenomeScene& scene, double height) const
{
    const auto part = partOf(scene);
    if (!part) {
        painter.setFont(scene.smallFont);
        painter.setPen(scene.theme->mutedText);
        painter.drawText(QRectF(0, 0, scene.widthUnits, height), Qt::AlignCenter, m_elsewhere);
        return;
    }
    painter.save();
    painter.translate(part->left, 0);
    reading(scene).track->paint(painter, part->scene, height);
    painter.restore();
}

void PlacedTrackRow::paintLabel(QPainter& painter, const GenomeScene& scene, QSizeF size) const
{
    if (const auto part = partOf(scene))
        reading(scene).track->paintLegend(painter, part->scene, size);
}

QString PlacedTrackRow::toolTip(const GenomeScene& scene, double x, double y, double height) const
{
    const auto part = partOf(scene);
    if (!part || x < part->left || x >= part->left + part->scene.widthUnits)
        return {};
    return reading(scene).track->toolTip(part->scene, part->scene.columnAt(x - part->left), y, height);
}

std::shared_ptr<GenomeRow> explanationRow(const PlacedRecord& placed, const AttributionPtr& explanation,
                                          LetterScore score)
{
    if (!fits(explanation, placed))
        return nullptr;
    return std::make_shared<PlacedTrackRow>(
        placed, PlacedTrackRow::tr("Explanation"), kNumbersAxis,
        [&](const data::TranscriptPtr& record, bool isOther) {
            auto track = std::make_unique<AttributionTrack>(SequenceRole::Current);
            track->setData(along(explanation, isOther), record, score);
            return track;
        },
        [](TrackRow& track, const TrackScene& scene) {
            auto& letters = static_cast<AttributionTrack&>(track);
            letters.setAxis(letters.visibleRange(scene));
        });
}

std::shared_ptr<GenomeRow> mutagenesisRow(const PlacedRecord& placed, const AttributionPtr& mutagenesis)
{
    if (!fits(mutagenesis, placed))
        return nullptr;
    return std::make_shared<PlacedTrackRow>(
        placed, PlacedTrackRow::tr("Mutagenesis"), kLettersAxis,
        [&](const data::TranscriptPtr& record, bool isOther) {
            auto track = std::make_unique<MutagenesisTrack>(SequenceRole::Current);
            track->setData(along(mutagenesis, isOther), record);
            return track;
        },
        [](TrackRow& track, const TrackScene&) {
            auto& map = static_cast<MutagenesisTrack&>(track);
            map.setLimit(map.wholeLimit());
        });
}

std::shared_ptr<GenomeRow> attentionRow(const PlacedRecord& placed, const std::vector<AttentionMapPtr>& layers)
{
    const bool isThere = std::ranges::any_of(layers, [](const AttentionMapPtr& map) { return map != nullptr; });
    if (!isThere || !placed.record)
        return nullptr;
    return std::make_shared<PlacedTrackRow>(
        placed, PlacedTrackRow::tr("Attention"), kNumbersAxis,
        [&](const data::TranscriptPtr& record, bool isOther) {
            std::vector<AttentionMapPtr> shown;
            for (const AttentionMapPtr& map : layers)
                if (map)
                    shown.push_back(isOther ? std::make_shared<const data::AttentionMap>(
                                                  data::onOtherStrand(*map, record->sequence.length()))
                                            : map);
            auto track = std::make_unique<AttentionTrack>();
            track->setData(std::move(shown), 0, record);
            return track;
        },
        nullptr);
}

}  // namespace nscope::widgets
