// Purpose: predicted profiles along the sequence: one row per task as a filled curve, REF in grey behind ALT in colour.
// Every task has its own scale, because coverage and counts of different experiments do not compare; REF and ALT share
// it. Zoomed out, a pixel shows its largest value. Of an edited sequence a row of ALT − REF follows each task.
#pragma once

#include "widgets/attribution_track.h"
#include "widgets/track_row.h"
#include "widgets/track_view.h"

#include <array>
#include <memory>

namespace nscope::widgets {

class ProfileTrack : public TrackRow {
    Q_DECLARE_TR_FUNCTIONS(nscope::widgets::ProfileTrack)
public:
    /// `reference` is null without edits. Tasks that the profiles lack are left out; profiles with bins beyond their
    /// sequence are cut there.
    void setData(ProfilesPtr reference, ProfilesPtr current, const std::vector<std::string>& tasks,
                 const TrackSequences& sequences);
    bool hasData() const { return !m_rows.empty(); }
    void setEmptyText(QString text) { m_emptyText = std::move(text); }
    /// Fits each row's axis to what is visible, or to the whole sequence.
    void prepareScales(const TrackScene& scene, bool wholeSequence);

    std::size_t rowCount() const { return m_rows.size(); }
    QString taskOf(std::size_t row) const { return QString::fromStdString(m_rows[row].task); }
    ValueRange axisOf(std::size_t row) const { return m_rows[row].axis; }
    /// Value of a row at a position of REF or ALT; nothing outside the profile.
    std::optional<double> value(std::size_t row, SequenceRole role, std::int64_t positionNt) const;
    /// Row under a height inside the track.
    std::size_t rowAt(const TrackScene& scene, double y, double height) const;

    QString title(const TrackScene& scene) const override;
    double heightPixels(const TrackScene& scene) const override;
    void paint(QPainter& painter, const TrackScene& scene, double height) const override;
    void paintLegend(QPainter& painter, const TrackScene& scene, QSizeF size) const override;
    QString toolTip(const TrackScene& scene, double column, double y, double height) const override;
    QString emptyText(const TrackScene& scene) const override;

private:
    /// One role's values of a task: a row of a data::Track.
    struct Source {
        const data::Track* track = nullptr;
        std::size_t row = 0;
    };
    struct Row {
        std::string task;
        std::array<Source, 2> sources;  ///< REF, ALT; an empty one has no such task
        ValueRange wholeRange;
        ValueRange axis;
    };
    /// A run of columns of one height; in units of x.
    struct Span {
        double left;
        double right;
        double value;
    };

    void addDifference(const TrackSequences& sequences);
    static Source find(const ProfilesPtr& profiles, const std::string& task);
    QRectF plotArea(const TrackScene& scene, std::size_t row, double height) const;
    std::vector<Span> spans(const TrackScene& scene, const Row& row, SequenceRole role) const;
    void paintCurve(QPainter& painter, const TrackScene& scene, const QRectF& area, const Row& row, SequenceRole role) const;
    void paintAxis(QPainter& painter, const TrackScene& scene, const QRectF& area, const Row& row) const;

    std::array<ProfilesPtr, 2> m_profiles;  ///< REF, ALT: kept alive for the sources
    std::vector<Row> m_rows;
    std::vector<std::unique_ptr<data::Track>> m_differences;  ///< that rows point into
    QString m_emptyText;
};

}  // namespace nscope::widgets
