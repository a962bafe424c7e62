// Purpose: the effect of every single-base change as a heat map, four rows (A, C, G, T/U) by position, in diverging
// colours symmetric around zero. Values that are still a preview are paler and hatched until exact ones replace them.
#pragma once

#include "widgets/track_row.h"
#include "widgets/track_view.h"

namespace nscope::widgets {

class MutagenesisTrack : public TrackRow {
    Q_DECLARE_TR_FUNCTIONS(nscope::widgets::MutagenesisTrack)
public:
    explicit MutagenesisTrack(SequenceRole role) : m_role(role) {}

    void setData(AttributionPtr attribution, const data::TranscriptPtr& transcript);
    bool hasData() const { return m_attribution != nullptr; }
    /// 99.5th percentile of the magnitudes: one strong place does not bleach the rest.
    double wholeLimit() const { return m_wholeLimit; }
    double visibleLimit(const TrackScene& scene) const;
    /// Value of the strongest colour, shared by REF and ALT.
    void setLimit(double limit) { m_limit = limit; }
    void setEmptyText(QString text) { m_emptyText = std::move(text); }

    QString title(const TrackScene& scene) const override;
    double heightPixels(const TrackScene& scene) const override;
    void paint(QPainter& painter, const TrackScene& scene, double height) const override;
    void paintLegend(QPainter& painter, const TrackScene& scene, QSizeF size) const override;
    QString toolTip(const TrackScene& scene, double column, double y, double height) const override;
    QString emptyText(const TrackScene& scene) const override;

private:
    double effect(std::int64_t position, int base) const;
    QRgb cellColour(const TrackScene& scene, std::int64_t position, int base) const;
    void paintCells(QPainter& painter, const TrackScene& scene, const QRectF& area) const;
    void paintPixels(QPainter& painter, const TrackScene& scene, const QRectF& area) const;
    void paintMarks(QPainter& painter, const TrackScene& scene, const QRectF& area) const;

    SequenceRole m_role;
    AttributionPtr m_attribution;
    std::string m_letters;
    double m_wholeLimit = 0.0;
    double m_limit = 0.0;
    QString m_emptyText;
};

}  // namespace nscope::widgets
