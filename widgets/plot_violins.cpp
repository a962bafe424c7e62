// Purpose: distributions as violins: a Gaussian kernel density per group with its quartiles and median, single values as
// points where there are few. Source: Hintze and Nelson 1998; bandwidth after Silverman 1986, 0.9 · min(σ, IQR/1.34) · n^−1/5.
#include "widgets/number_text.h"
#include "widgets/plot_frame.h"

#include <QCoreApplication>
#include <QPainter>
#include <QPolygonF>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace nscope::widgets {

namespace {

constexpr int kSteps = 80;
constexpr std::size_t kFewest = 6;  ///< a density of fewer values would be an invention
constexpr double kShare = 0.42;     ///< half width of a violin between neighbours

struct Group {
    std::vector<double> sorted;   ///< in the axis' own measure: logarithms on a logarithmic axis
    std::vector<double> density;  ///< kSteps + 1 from least to greatest; empty for few or equal values

    double quantile(double fraction) const
    {
        const double place = fraction * double(sorted.size() - 1);
        const auto below = std::size_t(place);
        return std::lerp(sorted[below], sorted[std::min(below + 1, sorted.size() - 1)], place - double(below));
    }
};

Group makeGroup(const data::PlotDistribution& distribution, bool logarithmic)
{
    Group group;
    for (const double value : distribution.values)
        if (std::isfinite(value) && (!logarithmic || value > 0.0))
            group.sorted.push_back(logarithmic ? std::log10(value) : value);
    std::ranges::sort(group.sorted);
    const double count = double(group.sorted.size());
    if (group.sorted.size() < kFewest || group.sorted.front() == group.sorted.back())
        return group;
    const double mean = std::accumulate(group.sorted.begin(), group.sorted.end(), 0.0) / count;
    double squares = 0.0;
    for (const double value : group.sorted)
        squares += (value - mean) * (value - mean);
    const double deviation = std::sqrt(squares / (count - 1.0));
    const double quartiles = (group.quantile(0.75) - group.quantile(0.25)) / 1.34;
    const double width = 0.9 * (quartiles > 0.0 ? std::min(deviation, quartiles) : deviation) * std::pow(count, -0.2);
    for (int step = 0; step <= kSteps; ++step) {
        const double at = std::lerp(group.sorted.front(), group.sorted.back(), double(step) / kSteps);
        double sum = 0.0;
        const auto first = std::ranges::lower_bound(group.sorted, at - 4.0 * width);
        for (auto value = first; value != group.sorted.end() && *value <= at + 4.0 * width; ++value)
            sum += std::exp(-0.5 * std::pow((*value - at) / width, 2.0));
        group.density.push_back(sum / (count * width * std::sqrt(2.0 * std::numbers::pi)));
    }
    return group;
}

class ViolinPicture : public PlotPicture {
public:
    /// `plot` has its groups as ticks of x.
    ViolinPicture(const data::Plot& plot, std::vector<Group> groups, const PlotStyle& style, data::Plot framed, QSizeF size, PlotRange y)
        : m_plot(plot), m_groups(std::move(groups)), m_style(style), m_framed(std::move(framed)),
          m_frame(m_framed, size, style, PlotScale({-0.5, double(plot.distributions.size()) - 0.5}, false), PlotScale(y, plot.y.logarithmic), {})
    {
    }

    void draw(QPainter& painter) const override
    {
        m_frame.drawBehind(painter);
        for (std::size_t i = 0; i < m_groups.size(); ++i)
            if (!m_groups[i].sorted.empty())
                drawGroup(painter, i);
        for (const data::PlotGuide& guide : m_plot.guides) {
            if (guide.vertical || !m_frame.y().shows(guide.at) || guide.at < m_frame.y().range().from || guide.at > m_frame.y().range().to)
                continue;
            painter.setPen(QPen(m_style.theme->mutedText, 1.1 * m_style.line, Qt::DashLine));
            painter.drawLine(QLineF(m_frame.box().left(), m_frame.y().toUnit(guide.at), m_frame.box().right(), m_frame.y().toUnit(guide.at)));
        }
        m_frame.drawAround(painter);
    }

    std::optional<PlotHit> hit(QPointF place) const override
    {
        if (!m_frame.box().contains(place))
            return std::nullopt;
        const auto index = std::size_t(std::clamp(std::lround(m_frame.x().toValue(place.x())), 0L, long(m_groups.size()) - 1));
        const Group& group = m_groups[index];
        if (group.sorted.empty())
            return std::nullopt;
        const auto outer = [&](double fraction) { return valueText(value(group.quantile(fraction))); };
        return PlotHit{m_frame.toUnits(double(index), value(group.quantile(0.5))),
                       QCoreApplication::translate("nscope::widgets::ResultPlot", "%1\n%2 values\nMedian %3, quartiles %4 and %5\n%6 to %7")
                           .arg(plotText(m_plot.distributions[index].name), countText(std::int64_t(group.sorted.size())), outer(0.5), outer(0.25),
                                outer(0.75), outer(0.0), outer(1.0))};
    }

private:
    double value(double inner) const { return m_plot.y.logarithmic ? std::pow(10.0, inner) : inner; }
    double unit(double inner) const { return m_frame.y().toUnit(value(inner)); }

    void drawGroup(QPainter& painter, std::size_t index) const
    {
        const Group& group = m_groups[index];
        const QColor colour = m_style.theme->category(int(index));
        const double x = m_frame.x().toUnit(double(index));
        const double half = kShare * (m_frame.x().toUnit(1.0) - m_frame.x().toUnit(0.0));
        const double wide = std::min(half, 6.0 * m_style.textHeight());
        if (group.density.empty()) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(colour);
            for (const double each : group.sorted)
                painter.drawEllipse(QPointF(x, unit(each)), 0.2 * m_style.textHeight(), 0.2 * m_style.textHeight());
            return;
        }
        QPolygonF shape;
        const double densest = *std::ranges::max_element(group.density);
        const auto point = [&](int step, double side) {
            const double at = std::lerp(group.sorted.front(), group.sorted.back(), double(step) / kSteps);
            return QPointF(x + side * wide * group.density[std::size_t(step)] / densest, unit(at));
        };
        for (int step = 0; step <= kSteps; ++step)
            shape << point(step, 1.0);
        for (int step = kSteps; step >= 0; --step)
            shape << point(step, -1.0);
        QColor fill = colour;
        fill.setAlpha(110);
        painter.setPen(QPen(colour, m_style.line));
        painter.setBrush(fill);
        painter.drawPolygon(shape);
        const double bar = 0.16 * m_style.textHeight();
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_style.theme->text);
        painter.drawRect(QRectF(QPointF(x - bar, unit(group.quantile(0.75))), QPointF(x + bar, unit(group.quantile(0.25)))));
        painter.setBrush(m_style.theme->background);
        painter.setPen(QPen(m_style.theme->text, m_style.line));
        painter.drawEllipse(QPointF(x, unit(group.quantile(0.5))), 1.5 * bar, 1.5 * bar);
    }

    const data::Plot& m_plot;
    std::vector<Group> m_groups;
    PlotStyle m_style;
    data::Plot m_framed;  ///< what the frame reads: axes and title
    PlotFrame m_frame;
};

}  // namespace

std::unique_ptr<PlotPicture> makeViolinPicture(const data::Plot& plot, QSizeF size, const PlotStyle& style)
{
    std::vector<double> all;
    std::vector<Group> groups;
    data::Plot framed;
    framed.title = plot.title;
    framed.x.label = plot.x.label;
    framed.y = plot.y;
    for (std::size_t i = 0; i < plot.distributions.size(); ++i) {
        all.insert(all.end(), plot.distributions[i].values.begin(), plot.distributions[i].values.end());
        groups.push_back(makeGroup(plot.distributions[i], plot.y.logarithmic));
        framed.x.ticks.push_back({double(i), plot.distributions[i].name});
    }
    const auto range = axisRange(plot.y, all, false, 0.05);
    if (!range)
        return nullptr;
    return std::make_unique<ViolinPicture>(plot, std::move(groups), style, std::move(framed), size, *range);
}

}  // namespace nscope::widgets
