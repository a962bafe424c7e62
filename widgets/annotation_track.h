// Purpose: what is known about the transcript: 5'UTR, CDS, 3'UTR, open reading frames in three frames with start, stop
// and Kozak strength, search hits and the marks of edits.
#pragma once

#include "core/data/orf.h"
#include "core/data/search.h"
#include "widgets/track_row.h"

#include <vector>

namespace nscope::widgets {

QString kozakText(data::KozakStrength strength);

class AnnotationTrack : public TrackRow {
    Q_DECLARE_TR_FUNCTIONS(nscope::widgets::AnnotationTrack)
public:
    void setOrfs(std::vector<data::Orf> orfs) { m_orfs = std::move(orfs); }
    void setSearchHits(std::vector<data::SearchHit> hits);
    void setCurrentHit(int index) { m_currentHit = index; }
    const std::vector<data::Orf>& orfs() const { return m_orfs; }
    const std::vector<data::SearchHit>& searchHits() const { return m_hits; }

    QString title(const TrackScene& scene) const override;
    double heightPixels(const TrackScene& scene) const override;
    void paint(QPainter& painter, const TrackScene& scene, double height) const override;
    void paintLegend(QPainter& painter, const TrackScene& scene, QSizeF size) const override;
    QString toolTip(const TrackScene& scene, double column, double y, double height) const override;

private:
    struct Lines {
        double marks = 0.0;      ///< height of the line with hits and edits
        double structure = 0.0;  ///< UTRs and CDS
        double frame = 0.0;      ///< one of three
    };
    Lines lines(const TrackScene& scene) const;
    void paintMarks(QPainter& painter, const TrackScene& scene, double height) const;
    void paintHits(QPainter& painter, const TrackScene& scene, double height) const;
    void paintStructure(QPainter& painter, const TrackScene& scene, double top, double height) const;
    void paintFrames(QPainter& painter, const TrackScene& scene, double top, double frameHeight) const;
    void paintOrf(QPainter& painter, const TrackScene& scene, const data::Orf& orf, const QRectF& box) const;
    QString structureTip(const TrackScene& scene, std::int64_t positionNt) const;

    std::vector<data::Orf> m_orfs;
    std::vector<data::SearchHit> m_hits;
    int m_currentHit = -1;
};

}  // namespace nscope::widgets
