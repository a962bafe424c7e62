// Purpose: one axis of a plot: from values to units of the painter and back, linear or logarithmic, with ticks at round
// numbers. Thread: any.
#pragma once

#include "core/data/plot.h"

#include <QString>

#include <optional>
#include <vector>

namespace nscope::widgets {

struct PlotRange {
    double from = 0.0;
    double to = 1.0;

    double width() const { return to - from; }
    bool operator==(const PlotRange&) const = default;
};

struct PlotTickMark {
    double at = 0.0;
    QString label;  ///< empty: a short mark without a number
};

class PlotScale {
public:
    PlotScale() = default;
    /// `range` is widened where it is empty; a logarithmic one must be above zero.
    PlotScale(PlotRange range, bool logarithmic);
    /// Where the range's ends stand, in units (downwards for y: start > end).
    void setUnits(double start, double end);

    const PlotRange& range() const { return m_range; }
    bool isLogarithmic() const { return m_logarithmic; }
    /// Whether the value can stand on this axis at all.
    bool shows(double value) const;
    double toUnit(double value) const;
    double toValue(double unit) const;

    /// Round numbers, at most about `count`; logarithmic: powers of ten, with 2 and 5 where there is room.
    std::vector<PlotTickMark> ticks(int count) const;

    /// The range seen after zooming by `factor` (below 1: nearer) around a place.
    PlotRange zoomed(double aroundUnit, double factor) const;
    /// The range seen after moving the paper by so many units.
    PlotRange moved(double units) const;

private:
    double inner(double value) const;  ///< value or its logarithm
    double outer(double inner) const;

    PlotRange m_range;
    bool m_logarithmic = false;
    double m_start = 0.0;
    double m_end = 1.0;
};

/// What the axis shows: its own bounds, else as far as the values go with a little room; nothing without a value that
/// it can show. `withZero`: zero belongs to it (bars).
std::optional<PlotRange> axisRange(const data::PlotAxis& axis, const std::vector<double>& values, bool withZero, double room);

/// A number at a tick: as many decimals as the step between ticks asks for.
QString tickText(double value, double step);

}  // namespace nscope::widgets
