// Purpose: encoder–decoder attention along the sequence: one row per layer and head as a heat map, or the mean over the
// heads of each layer as a line. Values belong to the current sequence.
#pragma once

#include "widgets/track_row.h"
#include "widgets/track_view.h"

namespace nscope::widgets {

class AttentionTrack : public TrackRow {
    Q_DECLARE_TR_FUNCTIONS(nscope::widgets::AttentionTrack)
public:
    /// Maps that reach beyond the sequence or lack the query are left out.
    void setData(std::vector<AttentionMapPtr> layers, int query, const data::TranscriptPtr& transcript);
    bool hasData() const { return !m_heads.empty(); }
    void setStyle(AttentionStyle style) { m_style = style; }
    void setEmptyText(QString text) { m_emptyText = std::move(text); }

    QString title(const TrackScene& scene) const override;
    double heightPixels(const TrackScene& scene) const override;
    void paint(QPainter& painter, const TrackScene& scene, double height) const override;
    void paintLegend(QPainter& painter, const TrackScene& scene, QSizeF size) const override;
    QString toolTip(const TrackScene& scene, double column, double y, double height) const override;
    QString emptyText(const TrackScene& scene) const override;

private:
    /// One drawn row: a view into a map.
    struct Head {
        AttentionMapPtr map;
        std::size_t index;  ///< in the map
    };
    double weight(const Head& head, std::int64_t positionNt) const;
    double meanOfLayer(const data::AttentionMap& map, std::int64_t positionNt) const;
    void paintRows(QPainter& painter, const TrackScene& scene, const QRectF& area) const;
    void paintLines(QPainter& painter, const TrackScene& scene, const QRectF& area) const;
    QRectF plotArea(const TrackScene& scene, double height) const;

    std::vector<Head> m_heads;
    std::vector<AttentionMapPtr> m_layers;
    std::size_t m_query = 0;
    double m_limit = 0.0;      ///< 99.5th percentile of the weights drawn
    double m_meanLimit = 0.0;  ///< largest mean over heads
    AttentionStyle m_style = AttentionStyle::HeadRows;
    QString m_emptyText;
};

}  // namespace nscope::widgets
