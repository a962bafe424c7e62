#include "widgets/plot_scale.h"

#include "widgets/number_text.h"

#include <QLocale>

#include <algorithm>
#include <cmath>

namespace nscope::widgets {

namespace {

/// 1, 2 or 5 times a power of ten, at least `least`.
double roundStep(double least)
{
    const double power = std::pow(10.0, std::floor(std::log10(least)));
    for (const double times : {1.0, 2.0, 5.0})
        if (times * power >= least * (1.0 - 1e-9))
            return times * power;
    return 10.0 * power;
}

}  // namespace

PlotScale::PlotScale(PlotRange range, bool logarithmic) : m_range(range), m_logarithmic(logarithmic)
{
    if (m_range.to > m_range.from)
        return;
    if (logarithmic) {
        m_range = {range.from / 2.0, range.from * 2.0};
    } else {
        const double half = range.from == 0.0 ? 1.0 : std::abs(range.from) * 0.1;
        m_range = {range.from - half, range.from + half};
    }
}

void PlotScale::setUnits(double start, double end)
{
    m_start = start;
    m_end = end;
}

double PlotScale::inner(double value) const { return m_logarithmic ? std::log10(value) : value; }
double PlotScale::outer(double inner) const { return m_logarithmic ? std::pow(10.0, inner) : inner; }

bool PlotScale::shows(double value) const { return std::isfinite(value) && (!m_logarithmic || value > 0.0); }

double PlotScale::toUnit(double value) const
{
    const double from = inner(m_range.from);
    return m_start + (inner(value) - from) / (inner(m_range.to) - from) * (m_end - m_start);
}

double PlotScale::toValue(double unit) const
{
    const double from = inner(m_range.from);
    return outer(from + (unit - m_start) / (m_end - m_start) * (inner(m_range.to) - from));
}

std::vector<PlotTickMark> PlotScale::ticks(int count) const
{
    std::vector<PlotTickMark> ticks;
    count = std::max(count, 2);
    if (!m_logarithmic) {
        const double step = roundStep(m_range.width() / count);
        const double slack = step * 1e-6;
        for (double at = std::ceil((m_range.from - slack) / step); at * step <= m_range.to + slack; at += 1.0)
            ticks.push_back({at * step, tickText(at * step, step)});
        return ticks;
    }
    const double first = std::floor(std::log10(m_range.from)), last = std::ceil(std::log10(m_range.to));
    const double each = std::max(1.0, std::ceil((last - first) / count));
    const double decades = std::log10(m_range.to / m_range.from);
    const bool isNear = 3.0 * decades <= count;
    for (double power = first; power <= last; power += 1.0) {
        for (const int times : {1, 2, 3, 4, 5, 6, 7, 8, 9}) {
            const double at = times * std::pow(10.0, power);
            if (at < m_range.from * (1 - 1e-9) || at > m_range.to * (1 + 1e-9) || (times > 1 && each > 1.0))
                continue;
            const bool isNamed = times == 1 ? std::fmod(power - first, each) == 0.0 : isNear && (times == 2 || times == 5);
            ticks.push_back({at, isNamed ? valueText(at) : QString()});
            if (isNamed && at >= 1.0 && at < 1e6)
                ticks.back().label = countText(std::llround(at));
            else if (isNamed && at >= 1e-4 && at < 1.0)
                ticks.back().label = QString::number(at);
        }
    }
    return ticks;
}

PlotRange PlotScale::zoomed(double aroundUnit, double factor) const
{
    const double around = inner(toValue(aroundUnit));
    return {outer(around + (inner(m_range.from) - around) * factor), outer(around + (inner(m_range.to) - around) * factor)};
}

PlotRange PlotScale::moved(double units) const
{
    const double by = -units / (m_end - m_start) * (inner(m_range.to) - inner(m_range.from));
    return {outer(inner(m_range.from) + by), outer(inner(m_range.to) + by)};
}

std::optional<PlotRange> axisRange(const data::PlotAxis& axis, const std::vector<double>& values, bool withZero, double room)
{
    std::optional<PlotRange> range;
    const auto take = [&](double value) {
        if (!std::isfinite(value) || (axis.logarithmic && value <= 0.0))
            return;
        if (!range)
            range = PlotRange{value, value};
        range->from = std::min(range->from, value);
        range->to = std::max(range->to, value);
    };
    for (const double value : values)
        take(value);
    if (!range)
        return range;
    if (withZero && !axis.logarithmic)
        take(0.0);
    if (axis.logarithmic) {
        const double by = std::pow(range->to / range->from, room);
        range = PlotRange{range->from / by, range->to * by};
    } else {
        const double by = range->width() * room;
        // Bars stand on the axis: no room below zero.
        range = PlotRange{withZero && range->from == 0.0 ? 0.0 : range->from - by, withZero && range->to == 0.0 ? 0.0 : range->to + by};
    }
    range->from = axis.from.value_or(range->from);
    range->to = axis.to.value_or(range->to);
    return range;
}

QString tickText(double value, double step)
{
    if (std::abs(value) < step * 1e-6)
        return QStringLiteral("0");
    const double magnitude = std::abs(value);
    if (magnitude >= 1e7 || step < 1e-6)
        return valueText(value);
    static const QLocale kScreen(QLocale::English, QLocale::UnitedStates);
    const int decimals = std::clamp(int(std::ceil(-std::log10(step) - 1e-9)), 0, 6);
    return (value < 0 ? QStringLiteral("−") : QString()) + kScreen.toString(magnitude, 'f', decimals);
}

}  // namespace nscope::widgets
