// Purpose: what the parts of GenomeView share. Internal to widgets.
#pragma once

#include "widgets/genome_view.h"

#include <QPainter>

namespace nscope::widgets {

struct GenomeView::Private {
    struct RowBox {
        GenomeRowPtr row;
        double y = 0.0;  ///< below the head
        double height = 0.0;
    };
    enum class Drag { None, Pressed, Pan, Select, Zoom, Overview };

    explicit Private(GenomeView* view) : q(view) {}

    // Layout and drawing (genome_view.cpp).
    double dataWidth() const;
    std::vector<RowBox> layOut(const GenomeScene& scene, double availableHeight) const;
    std::vector<RowBox> screenRows(const GenomeScene& scene) const;
    void shareAxes(const std::vector<RowBox>& boxes) const;
    void drawRows(QPainter& painter, const GenomeScene& scene, const std::vector<RowBox>& boxes,
                  double labelWidth) const;
    void drawHead(QPainter& painter, const GenomeScene& scene, double labelWidth) const;
    void drawOverview(QPainter& painter, const GenomeScene& scene, QRectF bar) const;
    void drawTicks(QPainter& painter, const GenomeScene& scene, double top, double height) const;
    void updateScrollBar();

    // Where the view is.
    void setView(double startNt, double ntPerPixel);
    void zoomAt(double factor, double viewportX);
    void panBy(double nt);
    double leastNtPerPixel() const;
    double mostNtPerPixel() const;

    // Input (genome_view_input.cpp).
    QString tipAt(QPointF point) const;
    void select(std::optional<data::Interval> range);
    bool handleKey(QKeyEvent* event);

    GenomeView* q;
    Theme theme = Theme::make({});
    QString chromosome;
    std::int64_t lengthNt = 0;
    QString emptyText;
    std::vector<GenomeRowPtr> rows;
    double startNt = 0.0, ntPerPixel = 1.0;
    bool isReversed = false;
    double widthBefore = 0.0;  ///< of the data area, before the window was resized
    bool fitsAll = true;       ///< the whole chromosome is on show: it stays so when the window grows
    std::optional<data::Interval> selection;

    Drag drag = Drag::None;
    QPointF pressPoint;
    double pressNt = 0.0, dragNt = 0.0, pressStart = 0.0;
};

inline constexpr double kGenomeLabelWidth = 150.0;
inline constexpr double kGenomeOverviewHeight = 16.0;
inline constexpr double kGenomeRulerHeight = 26.0;
inline constexpr double kGenomeHeadHeight = kGenomeOverviewHeight + kGenomeRulerHeight;
inline constexpr double kGenomeRightMargin = 10.0;

}  // namespace nscope::widgets
