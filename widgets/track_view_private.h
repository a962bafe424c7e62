// Purpose: the inside of TrackStack, shared by the files that lay out and draw it, and that answer mouse and keys.
#pragma once

#include "widgets/annotation_track.h"
#include "widgets/attention_track.h"
#include "widgets/attribution_track.h"
#include "widgets/letters_track.h"
#include "widgets/mutagenesis_track.h"
#include "widgets/profile_track.h"
#include "widgets/ruler_track.h"
#include "widgets/structure_track.h"
#include "widgets/track_view.h"

#include <QPoint>

#include <array>

namespace nscope::widgets {

inline constexpr double kScreenLabelWidth = 144.0;
inline constexpr double kScreenLegendWidth = 108.0;

struct TrackStack::Private {
    /// Where a row stands; y and height in units from the top of the rows.
    struct RowBox {
        TrackRow* row;
        double y;
        double height;
    };
    /// Places of the parts of a stack on screen (pixels) or in a figure (points).
    struct Frame {
        double labelWidth;
        double legendWidth;
        double dataLeft() const { return labelWidth; }
    };
    enum class Drag { None, Pressed, Pan, Select, Zoom };

    explicit Private(TrackStack* stack);

    // Layout and drawing (track_view_paint.cpp)
    TrackScene screenScene() const;
    double dataWidth() const;
    double rulerHeight() const;
    std::vector<TrackRow*> shownRows() const;  ///< those that are shown and available
    /// Rows from the top; spare height goes to the rows that gain from it.
    std::vector<RowBox> layOut(const TrackScene& scene, double availableHeight) const;
    std::vector<RowBox> screenRows() const;
    void prepareScales(const TrackScene& scene);
    void paintScreen(QPainter& painter);
    void paintFigure(QPainter& painter, QSizeF sizePoints, const Theme& figureTheme);
    void paintRow(QPainter& painter, const TrackScene& scene, const Frame& frame, const RowBox& box) const;
    void paintLabel(QPainter& painter, const TrackScene& scene, const Frame& frame, const RowBox& box) const;
    void paintUpdating(QPainter& painter, const TrackScene& scene, const RowBox& box) const;
    void paintSelection(QPainter& painter, const TrackScene& scene, const QRectF& area) const;
    void paintRubberBand(QPainter& painter, const TrackScene& scene, const QRectF& area) const;
    void paintEmpty(QPainter& painter, const QRectF& area) const;
    double naturalHeight(const TrackScene& scene) const;

    // Data
    TrackRow& rowOf(TrackKind kind);
    void refreshRows();
    bool showsReference() const { return referenceRows && sequences.isEdited(); }
    std::int64_t length() const { return sequences.columns.altLength(); }

    // View range (track_view_range.cpp)
    double minScale() const;
    double maxScale() const;
    void setView(double newStart, double newScale);
    void zoomAt(double factor, double x);
    void panBy(double columns);
    void syncScrollBars();
    void announceRange();
    void viewChanged();

    // Mouse and keys (track_view_input.cpp)
    double columnAtX(double viewportX) const;
    double xOfColumn(double column) const;
    std::int64_t positionNear(double column) const;
    const RowBox* rowAt(const std::vector<RowBox>& rows, double viewportY) const;
    QString tipAt(QPoint point) const;
    QString placeText(std::int64_t column) const;
    void select(std::optional<data::Interval> range);
    void extendSelection(std::int64_t position);
    bool typeLetter(const QString& text);
    bool handleCommandKey(QKeyEvent* event);
    bool handleMoveKey(QKeyEvent* event);
    void paste();
    std::vector<data::Interval> features() const;
    void goToFeature(bool forward);

    TrackStack* q;
    Theme theme = Theme::make({});
    TrackSequences sequences;
    QString emptyStackText;

    RulerTrack ruler;
    AnnotationTrack annotation;
    LettersTrack letters;
    std::array<AttributionTrack, 2> explanation{AttributionTrack(SequenceRole::Reference), AttributionTrack(SequenceRole::Current)};
    std::array<MutagenesisTrack, 2> mutagenesis{MutagenesisTrack(SequenceRole::Reference), MutagenesisTrack(SequenceRole::Current)};
    AttentionTrack attention;
    ProfileTrack profile;
    StructureTrack structure;

    std::array<AttributionPtr, 2> attributions;      ///< as given: REF, ALT
    std::array<AttributionPtr, 2> mutagenesisData;   ///< as given: REF, ALT
    std::array<ProfilesPtr, 2> profiles;             ///< as given: REF, ALT
    std::vector<std::string> profileTasks;
    std::vector<AttentionMapPtr> attentionLayers;
    int attentionQuery = 0;
    LetterScore letterScore = LetterScore::Automatic;
    ScaleRange scaleRange = ScaleRange::VisibleRange;
    bool referenceRows = true;

    double startColumn = 0.0;
    double pixelsPerColumn = 1.0;
    bool fitsAll = true;
    std::optional<data::Interval> keptRange;  ///< asked for by name and kept when the window changes its size
    bool syncingBars = false;
    data::Interval announced{-1, -1};

    std::optional<data::Interval> selection;
    std::int64_t anchor = 0;
    Drag drag = Drag::None;
    QPoint pressPoint;
    double pressColumn = 0.0;   ///< under the mouse when it was pressed
    double dragColumn = 0.0;    ///< under the mouse now
    double pressStart = 0.0;    ///< startColumn when it was pressed
};

}  // namespace nscope::widgets
