// Purpose: aligned tracks over one ruler for one transcript: annotation, letters, profile, explanation,
// mutagenesis, attention.
// Positions in the interface are 0-based positions of the current sequence (ALT); the screen shows them 1-based.
// Letters are canonical (T for U). Results belong to REF or ALT and are drawn in common columns, so an indel never
// shifts one against the other. The stack changes nothing itself: it asks (…Requested) and its owner edits.
// Thread: GUI. Drawing touches only what is visible; 28,000 nt are drawn in a few milliseconds.
#pragma once

#include "core/data/attention.h"
#include "core/data/edit.h"
#include "core/data/letter_scores.h"
#include "core/data/orf.h"
#include "core/data/search.h"
#include "core/data/track.h"
#include "core/data/transcript.h"
#include "widgets/figure_source.h"
#include "widgets/theme.h"

#include <QAbstractScrollArea>

#include <memory>
#include <optional>
#include <vector>

namespace nscope::widgets {

using AttributionPtr = std::shared_ptr<const data::Attribution>;
using ProfilesPtr = std::shared_ptr<const std::vector<data::Track>>;
using AttentionMapPtr = std::shared_ptr<const data::AttentionMap>;

/// The tracks that can be shown and hidden; the ruler is always there.
/// The numbers stand in session files.
enum class TrackKind { Annotation, Letters, Explanation, Mutagenesis, Attention, Profile, Structure };

/// What the height of a letter in the explanation means.
using data::LetterScore;
enum class ScaleRange { WholeSequence, VisibleRange };
enum class AttentionStyle { HeadRows, MeanLine };

class TrackStack : public QAbstractScrollArea, public FigureSource {
    Q_OBJECT
public:
    explicit TrackStack(QWidget* parent = nullptr);
    ~TrackStack() override;

    void setTheme(const Theme& theme);

    /// The sequences on show. `current` equals `reference` (or is null) without edits; `path` are the edits between
    /// them (EditHistory::path()). Another reference resets range, selection and all results; an edit keeps them, and
    /// results stay until they are replaced: mark them as updating. The structure track draws the structure that
    /// `current` carries (Transcript::dotBracket, features["structure"]) and is hidden when there is none.
    void setTranscript(data::TranscriptPtr reference, data::TranscriptPtr current, const std::vector<data::Edit>& path);
    void clear();

    /// Results; null for none. Their length must be the sequence's, others are ignored while they do not fit.
    void setAttribution(AttributionPtr reference, AttributionPtr current);
    void setMutagenesis(AttributionPtr reference, AttributionPtr current);
    /// One map per decoder layer, of the current sequence; the row drawn is the query's (0: the class decision).
    void setAttention(std::vector<AttentionMapPtr> layers, int query = 0);
    /// Predicted profiles (Prediction::profiles) of the two sequences; `tasks`: the rows to draw, by name.
    void setProfiles(ProfilesPtr reference, ProfilesPtr current);
    void setProfileTasks(std::vector<std::string> tasks);
    void setUpdating(TrackKind track, bool updating);
    void setEmptyText(TrackKind track, const QString& sentence);

    /// Of the current sequence.
    void setOrfs(std::vector<data::Orf> orfs);
    void setSearchHits(std::vector<data::SearchHit> hits);
    /// Highlights one hit and brings it into view; -1 for none.
    void setCurrentSearchHit(int index);

    /// A track that the model has nothing for takes no room, whether it is shown or not (Profile at first).
    void setTrackAvailable(TrackKind track, bool available);
    bool isTrackAvailable(TrackKind track) const;
    void setTrackShown(TrackKind track, bool shown);
    bool isTrackShown(TrackKind track) const;
    void setLetterScore(LetterScore score);
    void setScaleRange(ScaleRange range);
    void setAttentionStyle(AttentionStyle style);
    /// Shows the REF rows of explanation and mutagenesis beside ALT when the sequence is edited (default on).
    void setReferenceRowsShown(bool shown);

    data::Interval visibleRange() const;
    /// Shows at least this range (clamped), as large as it fits.
    void setVisibleRange(data::Interval range);
    /// Keeps the zoom and centres a range if it is not in view.
    void ensureVisible(data::Interval range);
    double pixelsPerBase() const;

    std::optional<data::Interval> selection() const;
    void setSelection(std::optional<data::Interval> range);
    /// Displayed letters (U or T) of the selection, empty without one.
    QString selectedText() const;

    /// Centre of a base in viewport coordinates (x) and the middle of a track (y); for tests and callouts.
    QPoint viewportPointOf(std::int64_t positionNt, TrackKind track) const;
    /// Position under a viewport point, -1 outside the data area or on a gap.
    std::int64_t positionAtViewport(QPoint point) const;

    void drawFigure(QPainter& painter, QSizeF sizePoints, const Theme& theme) const override;
    QString figureTitle() const override;
    double preferredHeightPoints(double widthPoints) const override;

public slots:
    void zoomIn();
    void zoomOut();
    void zoomToAll();
    void zoomToSelection();
    /// Next or previous coding region boundary, ORF start, search hit or edit.
    void goToNextFeature();
    void goToPreviousFeature();
    void copySelection();

signals:
    void baseEditRequested(std::int64_t positionNt, char letter);
    void deletionRequested(nscope::data::Interval range);
    /// Text from the clipboard to insert before a position: upper case, blanks and digits removed, letters unchecked.
    void pasteRequested(std::int64_t positionNt, const QString& letters);
    /// An empty interval means that nothing is selected.
    void selectionChanged(nscope::data::Interval range);
    void visibleRangeChanged(nscope::data::Interval range);
    void contextMenuRequested(const QPoint& globalPosition, std::int64_t positionNt, nscope::data::Interval selection);
    /// What is under the mouse, one line; -1 and empty when the mouse leaves.
    void hovered(std::int64_t positionNt, const QString& description);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace nscope::widgets
