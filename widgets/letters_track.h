// Purpose: the sequence as letters (zoomed in), colour blocks, or base composition per pixel (zoomed out), with the
// amino acids of the CDS below; REF above ALT when the sequence is edited, gaps where an indel is.
#pragma once

#include "widgets/track_row.h"

namespace nscope::widgets {

class LettersTrack : public TrackRow {
    Q_DECLARE_TR_FUNCTIONS(nscope::widgets::LettersTrack)
public:
    QString title(const TrackScene& scene) const override;
    double heightPixels(const TrackScene& scene) const override;
    void paint(QPainter& painter, const TrackScene& scene, double height) const override;
    void paintLegend(QPainter& painter, const TrackScene& scene, QSizeF size) const override;
    QString toolTip(const TrackScene& scene, double column, double y, double height) const override;

private:
    /// One line of the track; y and height in screen pixels.
    struct Line {
        SequenceRole role;
        bool isProtein;
        double y;
        double height;
    };
    std::vector<Line> lines(const TrackScene& scene) const;
    void paintBases(QPainter& painter, const TrackScene& scene, SequenceRole role, const QRectF& area) const;
    void paintBlocks(QPainter& painter, const TrackScene& scene, SequenceRole role, const QRectF& area) const;
    void paintComposition(QPainter& painter, const TrackScene& scene, SequenceRole role, const QRectF& area) const;
    void paintProtein(QPainter& painter, const TrackScene& scene, SequenceRole role, const QRectF& area) const;
    void paintDifferences(QPainter& painter, const TrackScene& scene, double height) const;
};

}  // namespace nscope::widgets
