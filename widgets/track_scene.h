// Purpose: what all tracks of one stack share while they draw: the sequences, their columns, the visible range and the
// look. Units: "units" are pixels on screen and points in figures; x = 0 is the left edge of the data area.
#pragma once

#include "core/data/edit.h"
#include "core/data/locus.h"
#include "core/data/transcript.h"
#include "widgets/sequence_columns.h"
#include "widgets/theme.h"

#include <QFont>

#include <optional>
#include <vector>

namespace nscope::widgets {

/// The sequences on show. `current` is ALT; without edits it is the reference itself.
struct TrackSequences {
    data::TranscriptPtr reference;
    data::TranscriptPtr current;
    SequenceColumns columns;
    std::vector<data::Interval> differences;  ///< columns where REF and ALT differ

    bool isEmpty() const { return !current; }
    bool isEdited() const { return !differences.empty(); }
    /// Where the reference lies on a chromosome, if its id says so ("chr8:11,560,101-11,570,100", core/data/locus.h).
    std::optional<data::Locus> origin() const;
    /// Number on the chromosome's forward strand, 1-based, of a position of the reference.
    static std::int64_t genomicNumber(const data::Locus& origin, std::int64_t positionNt)
    {
        return origin.strand == data::Strand::Reverse ? origin.interval.endNt - positionNt : origin.interval.startNt + positionNt + 1;
    }
    data::Alphabet alphabet() const { return current ? current->sequence.alphabet : data::Alphabet::Dna; }
    /// "20A>T": what a run of differing columns means, in REF coordinates.
    QString describeDifference(const data::Interval& columns) const;
};

struct TrackScene {
    const TrackSequences* sequences = nullptr;
    const Theme* theme = nullptr;
    double startColumn = 0.0;
    double unitsPerColumn = 1.0;
    double widthUnits = 0.0;        ///< of the data area
    double heightScale = 1.0;       ///< units per screen pixel of row height
    double devicePixelRatio = 1.0;  ///< raster columns per unit
    bool isFigure = false;
    QFont font;       ///< body text; its pixel size is in units
    QFont smallFont;
    std::optional<data::Interval> selection;  ///< ALT positions

    double xOf(double column) const { return (column - startColumn) * unitsPerColumn; }
    double columnAt(double x) const { return startColumn + x / unitsPerColumn; }
    /// Whole columns that touch the data area.
    data::Interval visibleColumns() const;
    bool showsLetters() const;       ///< letters have room to be read
    bool showsSingleBases() const { return unitsPerColumn >= 1.0; }
    /// A column wide enough to be drawn as a shape of its own in a figure of this many shapes.
    bool drawsShapes(std::int64_t shapes) const;
    const SequenceColumns& columns() const { return sequences->columns; }
};

/// Which of the two sequences a track's values belong to.
enum class SequenceRole { Reference, Current };
std::int64_t positionAt(const TrackScene& scene, SequenceRole role, std::int64_t column);
const data::TranscriptPtr& transcriptOf(const TrackScene& scene, SequenceRole role);

}  // namespace nscope::widgets
