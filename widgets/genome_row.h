// Purpose: what a row of the genome view is: it draws into its own box, its x axis being the chromosome. Positions are
// 0-based on the forward strand; the screen shows them 1-based. Units are pixels on screen and points in a figure.
// Thread: GUI.
#pragma once

#include "core/data/interval.h"
#include "widgets/theme.h"

#include <QFont>
#include <QRectF>
#include <QString>

#include <optional>

class QPainter;

namespace nscope::widgets {

/// The place on show, and how it is drawn.
struct GenomeScene {
    const Theme* theme = nullptr;
    double startNt = 0.0;  ///< least position on show
    double ntPerUnit = 1.0;
    double widthUnits = 0.0;
    bool isReversed = false;  ///< read from right to left: the reverse strand points to the right
    double devicePixelRatio = 1.0;
    double heightScale = 1.0;  ///< units per pixel of heightPixels()
    bool isFigure = false;
    QFont font, smallFont;

    double endNt() const { return startNt + ntPerUnit * widthUnits; }
    double xOf(double positionNt) const
    {
        const double x = (positionNt - startNt) / ntPerUnit;
        return isReversed ? widthUnits - x : x;
    }
    double positionAt(double x) const { return startNt + (isReversed ? widthUnits - x : x) * ntPerUnit; }
    /// Whole positions that are at least partly on show.
    data::Interval visible() const;
    bool shows(data::Interval range) const { return double(range.endNt) > startNt && double(range.startNt) < endNt(); }
    /// The part of a range that is on show, at least `leastWidth` units wide.
    QRectF box(data::Interval range, double top, double height, double leastWidth = 0.0) const;
};

/// Least and largest value of an axis.
struct AxisRange {
    double low = 0.0;
    double high = 0.0;
    bool operator==(const AxisRange&) const = default;
};

class GenomeRow {
public:
    virtual ~GenomeRow() = default;

    virtual QString title() const = 0;
    /// 0: the row has nothing to show at this zoom.
    virtual double heightPixels(const GenomeScene& scene) const = 0;
    /// Before anything is drawn: what this scene needs is worked out once.
    virtual void prepare(const GenomeScene&) {}
    virtual void paint(QPainter& painter, const GenomeScene& scene, double height) const = 0;
    /// How far left of its box the row draws, in screen pixels: an axis, names of lines.
    virtual double axisPixels() const { return 0.0; }
    /// Below the title, in the label's column.
    virtual void paintLabel(QPainter&, const GenomeScene&, QSizeF) const {}
    /// Plain text; empty: nothing there.
    virtual QString toolTip(const GenomeScene&, double /*x*/, double /*y*/, double /*height*/) const { return {}; }

    /// Values on show, for an axis that rows of one group share (group 0: of its own). After prepare().
    virtual std::optional<AxisRange> valueRange() const { return std::nullopt; }
    virtual int scaleGroup() const { return 0; }
    virtual void setAxis(AxisRange) {}
};

}  // namespace nscope::widgets
