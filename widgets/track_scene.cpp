// Purpose: the arithmetic of the visible range and the naming of differences.
#include "widgets/track_scene.h"

#include <algorithm>
#include <cmath>

namespace nscope::widgets {

std::optional<data::Locus> TrackSequences::origin() const
{
    return reference ? data::locusOfRecord(reference->sequence.id, reference->sequence.length()) : std::nullopt;
}

QString TrackSequences::describeDifference(const data::Interval& range) const
{
    data::Edit edit;
    edit.startNt = -1;
    for (std::int64_t column = range.startNt; column < range.endNt; ++column) {
        if (const std::int64_t ref = columns.refAt(column); ref >= 0) {
            if (edit.startNt < 0)
                edit.startNt = ref;
            edit.removed += reference->sequence.letters[std::size_t(ref)];
        }
        if (const std::int64_t alt = columns.altAt(column); alt >= 0)
            edit.inserted += current->sequence.letters[std::size_t(alt)];
    }
    if (edit.startNt < 0) {  // a pure insertion stands before the next REF base
        std::int64_t column = range.endNt;
        while (column < columns.count() && columns.refAt(column) < 0)
            ++column;
        edit.startNt = column < columns.count() ? columns.refAt(column) : reference->sequence.length();
    }
    return QString::fromStdString(data::describeEdit(edit, alphabet()));
}

data::Interval TrackScene::visibleColumns() const
{
    const auto first = std::int64_t(std::floor(startColumn + 1e-9));
    const auto last = std::int64_t(std::ceil(startColumn + widthUnits / unitsPerColumn - 1e-9));
    return data::Interval{first, last}.intersected({0, columns().count()});
}

bool TrackScene::showsLetters() const
{
    constexpr double kLetterPixels = 7.0;
    constexpr double kLetterPoints = 4.0;
    return unitsPerColumn >= (isFigure ? kLetterPoints : kLetterPixels);
}

bool TrackScene::drawsShapes(std::int64_t shapes) const
{
    constexpr std::int64_t kMaxFigureShapes = 12000;
    return isFigure ? shapes <= kMaxFigureShapes : unitsPerColumn >= 4.0;
}

std::int64_t positionAt(const TrackScene& scene, SequenceRole role, std::int64_t column)
{
    return role == SequenceRole::Reference ? scene.columns().refAt(column) : scene.columns().altAt(column);
}

const data::TranscriptPtr& transcriptOf(const TrackScene& scene, SequenceRole role)
{
    return role == SequenceRole::Reference ? scene.sequences->reference : scene.sequences->current;
}

}  // namespace nscope::widgets
