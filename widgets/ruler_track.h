// Purpose: the 1-based positions of the current sequence; with indels also those of the reference in a second line.
#pragma once

#include "widgets/track_row.h"

namespace nscope::widgets {

class RulerTrack : public TrackRow {
    Q_DECLARE_TR_FUNCTIONS(nscope::widgets::RulerTrack)
public:
    QString title(const TrackScene& scene) const override;
    double heightPixels(const TrackScene& scene) const override;
    void paint(QPainter& painter, const TrackScene& scene, double height) const override;
    void paintLegend(QPainter& painter, const TrackScene& scene, QSizeF size) const override;
    QString toolTip(const TrackScene& scene, double column, double y, double height) const override;

private:
    void paintTicks(QPainter& painter, const TrackScene& scene, SequenceRole role, double top, double height) const;
};

/// Distance between labelled ticks: 1, 2 or 5 times a power of ten, at least `minColumns`.
std::int64_t niceTickStep(double minColumns);

}  // namespace nscope::widgets
