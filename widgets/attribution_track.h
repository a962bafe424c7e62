// Purpose: an explanation as scaled letters: the height of a letter is what that base contributes; zoomed out it is
// the envelope of minimum and maximum per pixel.
#pragma once

#include "widgets/track_row.h"
#include "widgets/track_view.h"

#include <string_view>
#include <vector>

namespace nscope::widgets {

/// Lowest and highest value an axis has to hold; zero is always inside.
struct ValueRange {
    double low = 0.0;
    double high = 0.0;
    void include(double value);
    double span() const { return high - low; }
};

class AttributionTrack : public TrackRow {
    Q_DECLARE_TR_FUNCTIONS(nscope::widgets::AttributionTrack)
public:
    explicit AttributionTrack(SequenceRole role) : m_role(role) {}

    /// Recomputes the heights; `attribution` is dropped if it is not of this length.
    void setData(AttributionPtr attribution, const data::TranscriptPtr& transcript, LetterScore score);
    bool hasData() const { return !m_scores.empty(); }
    ValueRange wholeRange() const { return m_wholeRange; }
    ValueRange visibleRange(const TrackScene& scene) const;
    /// The axis; shared by REF and ALT so that they can be compared.
    void setAxis(ValueRange axis) { m_axis = axis; }
    void setEmptyText(QString text) { m_emptyText = std::move(text); }

    QString title(const TrackScene& scene) const override;
    double heightPixels(const TrackScene& scene) const override;
    void paint(QPainter& painter, const TrackScene& scene, double height) const override;
    void paintLegend(QPainter& painter, const TrackScene& scene, QSizeF size) const override;
    QString toolTip(const TrackScene& scene, double column, double y, double height) const override;
    QString emptyText(const TrackScene& scene) const override;

private:
    struct Axis;
    void paintAxis(QPainter& painter, const TrackScene& scene, const Axis& axis) const;
    void paintLetters(QPainter& painter, const TrackScene& scene, const Axis& axis) const;
    void paintEnvelope(QPainter& painter, const TrackScene& scene, const Axis& axis) const;

    SequenceRole m_role;
    AttributionPtr m_attribution;
    std::vector<float> m_scores;
    LetterScore m_score = LetterScore::Automatic;
    ValueRange m_wholeRange;
    ValueRange m_axis;
    QString m_emptyText;
};

}  // namespace nscope::widgets
