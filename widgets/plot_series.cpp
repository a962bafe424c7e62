// Purpose: lines with bands, points with whiskers, bars, density scatters and guides on axes.
#include "widgets/colour_maps.h"
#include "widgets/number_text.h"
#include "widgets/plot_frame.h"
#include "widgets/plot_shapes.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <limits>

namespace nscope::widgets {

namespace {

using Kind = data::PlotSeries::Kind;

constexpr double kBarShare = 0.78;  ///< of the distance between bars
constexpr double kWidestBar = 7.0;  ///< with a name, in text heights

bool hasInterval(const data::PlotSeries& series)
{
    return series.low.size() == series.y.size() && series.high.size() == series.y.size() && !series.y.empty();
}

QColor translucent(QColor colour, int alpha)
{
    colour.setAlpha(alpha);
    return colour;
}

/// Smallest distance between neighbouring places of all bars.
double barSpacing(const data::Plot& plot)
{
    std::vector<double> places;
    for (const data::PlotSeries& series : plot.series)
        if (series.kind == Kind::Bars)
            places.insert(places.end(), series.x.begin(), series.x.end());
    std::ranges::sort(places);
    double spacing = std::numeric_limits<double>::max();
    for (std::size_t i = 1; i < places.size(); ++i)
        if (places[i] - places[i - 1] > 1e-9 * std::abs(places[i]))
            spacing = std::min(spacing, places[i] - places[i - 1]);
    return spacing == std::numeric_limits<double>::max() ? 1.0 : spacing;
}

class SeriesPicture : public PlotPicture {
public:
    SeriesPicture(const data::Plot& plot, const PlotStyle& style, PlotFrame frame)
        : m_plot(plot), m_style(style), m_frame(std::move(frame)), m_spacing(barSpacing(plot))
    {
        for (const data::PlotSeries& series : plot.series)
            m_barSeries += series.kind == Kind::Bars;
    }

    const PlotFrame* frame() const override { return &m_frame; }
    void draw(QPainter& painter) const override;
    std::optional<PlotHit> hit(QPointF place) const override;

    static QColor colourOf(const data::Plot& plot, std::size_t index, const Theme& theme)
    {
        const data::PlotSeries& series = plot.series[index];
        if (series.shade)
            return QColor::fromRgb(colourAt(sequentialTable(), *series.shade));
        const int own = series.colour;
        return theme.category(own >= 0 ? own : int(index));
    }

private:
    bool shows(const data::PlotSeries& series, std::size_t i) const { return m_frame.shows(series.x[i], series.y[i]); }
    bool isInside(QPointF point) const { return m_frame.box().adjusted(-0.5, -0.5, 0.5, 0.5).contains(point); }
    QRectF barBox(std::size_t series, std::size_t i) const;
    double pointRadius(const data::PlotSeries& series) const;

    void drawLine(QPainter& painter, const data::PlotSeries& series, const QColor& colour) const;
    void drawBand(QPainter& painter, const data::PlotSeries& series, const QColor& colour) const;
    void drawPoints(QPainter& painter, const data::PlotSeries& series, const QColor& colour) const;
    void drawBars(QPainter& painter, std::size_t index, const QColor& colour) const;
    void drawDensity(QPainter& painter, const data::PlotSeries& series) const;
    void drawWhisker(QPainter& painter, const data::PlotSeries& series, std::size_t i, double x, const QColor& colour) const;
    void drawGuides(QPainter& painter) const;
    QString describe(const data::PlotSeries& series, std::size_t i) const;

    const data::Plot& m_plot;
    PlotStyle m_style;
    PlotFrame m_frame;
    double m_spacing;
    int m_barSeries = 0;
};

void SeriesPicture::draw(QPainter& painter) const
{
    m_frame.drawBehind(painter);
    for (std::size_t i = 0; i < m_plot.series.size(); ++i)
        if (m_plot.series[i].kind == Kind::Line)
            drawBand(painter, m_plot.series[i], colourOf(m_plot, i, *m_style.theme));
    for (std::size_t i = 0; i < m_plot.series.size(); ++i) {
        const data::PlotSeries& series = m_plot.series[i];
        const QColor colour = colourOf(m_plot, i, *m_style.theme);
        switch (series.kind) {
        case Kind::Line:
            drawLine(painter, series, colour);
            break;
        case Kind::Points:
            drawPoints(painter, series, colour);
            break;
        case Kind::Bars:
            drawBars(painter, i, colour);
            break;
        case Kind::Density:
            drawDensity(painter, series);
            break;
        }
    }
    drawGuides(painter);
    m_frame.drawAround(painter);
}

void SeriesPicture::drawLine(QPainter& painter, const data::PlotSeries& series, const QColor& colour) const
{
    QPen pen(colour, 1.8 * m_style.line, series.dashed ? Qt::DashLine : Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    QPainterPath path;
    std::optional<QPointF> last;
    for (std::size_t i = 0; i < series.y.size(); ++i) {
        if (!shows(series, i)) {
            last.reset();
            continue;
        }
        const QPointF point = m_frame.toUnits(series.x[i], series.y[i]);
        if (last) {
            if (const auto part = cutToBox(QLineF(*last, point), m_frame.box())) {
                if (path.elementCount() == 0 || path.currentPosition() != part->p1())
                    path.moveTo(part->p1());
                path.lineTo(part->p2());
            }
        }
        last = point;
    }
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
    // A single point between gaps would be invisible.
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    for (std::size_t i = 0; i < series.y.size(); ++i) {
        const bool isAlone = shows(series, i) && (i == 0 || !shows(series, i - 1)) && (i + 1 == series.y.size() || !shows(series, i + 1));
        if (isAlone && isInside(m_frame.toUnits(series.x[i], series.y[i])))
            painter.drawEllipse(m_frame.toUnits(series.x[i], series.y[i]), 1.6 * m_style.line, 1.6 * m_style.line);
    }
}

void SeriesPicture::drawBand(QPainter& painter, const data::PlotSeries& series, const QColor& colour) const
{
    if (!hasInterval(series))
        return;
    painter.setPen(Qt::NoPen);
    painter.setBrush(translucent(colour, 45));
    const auto has = [&](std::size_t i) { return m_frame.shows(series.x[i], series.low[i]) && m_frame.shows(series.x[i], series.high[i]); };
    for (std::size_t first = 0; first < series.y.size(); ++first) {
        if (!has(first))
            continue;
        std::size_t end = first;
        while (end < series.y.size() && has(end))
            ++end;
        QPolygonF band;
        for (std::size_t i = first; i < end; ++i)
            band << m_frame.toUnits(series.x[i], series.high[i]);
        for (std::size_t i = end; i-- > first;)
            band << m_frame.toUnits(series.x[i], series.low[i]);
        painter.drawPolygon(cutToBox(band, m_frame.box()));
        first = end;
    }
}

void SeriesPicture::drawWhisker(QPainter& painter, const data::PlotSeries& series, std::size_t i, double x, const QColor& colour) const
{
    if (!m_frame.y().shows(series.low[i]) || !m_frame.y().shows(series.high[i]))
        return;
    const double low = m_frame.y().toUnit(series.low[i]), high = m_frame.y().toUnit(series.high[i]);
    const double cap = 0.22 * m_style.textHeight();
    painter.setPen(QPen(colour, 1.2 * m_style.line));
    for (const QLineF& line : {QLineF(x, low, x, high), QLineF(x - cap, low, x + cap, low), QLineF(x - cap, high, x + cap, high)})
        if (const auto part = cutToBox(line, m_frame.box()))
            painter.drawLine(*part);
}

double SeriesPicture::pointRadius(const data::PlotSeries& series) const
{
    const double text = m_style.textHeight();
    return series.y.size() > 2000 ? 0.10 * text : series.y.size() > 200 ? 0.15 * text : 0.22 * text;
}

void SeriesPicture::drawPoints(QPainter& painter, const data::PlotSeries& series, const QColor& colour) const
{
    const double radius = pointRadius(series);
    for (std::size_t i = 0; i < series.y.size(); ++i) {
        if (!shows(series, i))
            continue;
        const QPointF at = m_frame.toUnits(series.x[i], series.y[i]);
        if (hasInterval(series))
            drawWhisker(painter, series, i, at.x(), colour);
        if (!isInside(at))
            continue;
        painter.setPen(Qt::NoPen);
        painter.setBrush(series.y.size() > 200 ? translucent(colour, 150) : colour);
        painter.drawEllipse(at, radius, radius);
    }
}

QRectF SeriesPicture::barBox(std::size_t index, std::size_t i) const
{
    const data::PlotSeries& series = m_plot.series[index];
    int before = 0;
    for (std::size_t other = 0; other < index; ++other)
        before += m_plot.series[other].kind == Kind::Bars;
    // Few named bars are not blown up to fill the plot.
    const double widest = kWidestBar * m_style.textHeight() * m_barSeries / (m_frame.x().toUnit(1.0) - m_frame.x().toUnit(0.0));
    const bool isNamed = !m_plot.x.ticks.empty() && !m_plot.x.logarithmic;
    const double all = isNamed ? std::min(kBarShare * m_spacing, widest) : kBarShare * m_spacing;
    const double share = all / m_barSeries;
    const double left = series.x[i] - all / 2 + before * share;
    const double foot = m_frame.y().isLogarithmic() ? m_frame.y().range().from : 0.0;
    const QRectF bar = QRectF(m_frame.toUnits(left, foot), m_frame.toUnits(left + share, series.y[i])).normalized();
    return bar.intersected(m_frame.box());
}

void SeriesPicture::drawBars(QPainter& painter, std::size_t index, const QColor& colour) const
{
    const data::PlotSeries& series = m_plot.series[index];
    for (std::size_t i = 0; i < series.y.size(); ++i) {
        if (!m_frame.y().shows(series.y[i]) || !std::isfinite(series.x[i]))
            continue;
        const QRectF bar = barBox(index, i);
        painter.setPen(Qt::NoPen);
        painter.setBrush(translucent(colour, 215));
        if (bar.isValid())
            painter.drawRect(bar);
        if (hasInterval(series))
            drawWhisker(painter, series, i, bar.center().x(), m_style.theme->text);
    }
}

void SeriesPicture::drawDensity(QPainter& painter, const data::PlotSeries& series) const
{
    std::vector<QPointF> points;
    for (std::size_t i = 0; i < series.y.size(); ++i)
        if (shows(series, i) && isInside(m_frame.toUnits(series.x[i], series.y[i])))
            points.push_back(m_frame.toUnits(series.x[i], series.y[i]));
    drawDensePoints(painter, points, 1.1 * pointRadius(series), m_style);
}

void SeriesPicture::drawGuides(QPainter& painter) const
{
    const QRectF& box = m_frame.box();
    const double text = m_style.textHeight();
    painter.setFont(m_style.smallFont);
    int row = 0;
    for (const data::PlotGuide& guide : m_plot.guides) {
        const PlotScale& scale = guide.vertical ? m_frame.x() : m_frame.y();
        if (!scale.shows(guide.at) || guide.at < scale.range().from || guide.at > scale.range().to)
            continue;
        const double at = scale.toUnit(guide.at);
        painter.setPen(QPen(m_style.theme->mutedText, 1.1 * m_style.line, Qt::DashLine));
        painter.drawLine(guide.vertical ? QLineF(at, box.top(), at, box.bottom()) : QLineF(box.left(), at, box.right(), at));
        const QString label = plotText(guide.label);
        if (label.isEmpty())
            continue;
        const double wide = QFontMetricsF(m_style.smallFont).horizontalAdvance(label);
        QRectF place(box.right() - wide - 0.3 * text, at - text - 0.1 * text, wide, text);
        if (guide.vertical)  // neighbouring guides would write over each other in one line
            place = QRectF(at + 0.3 * text + wide > box.right() ? at - 0.3 * text - wide : at + 0.3 * text, box.top() + (row++ % 3) * text, wide, text);
        else if (place.top() < box.top())
            place.moveTop(at + 0.1 * text);
        painter.fillRect(place, translucent(m_style.theme->background, 190));
        painter.setPen(m_style.theme->mutedText);
        painter.drawText(place, Qt::AlignCenter | Qt::TextDontClip, label);
    }
}

QString SeriesPicture::describe(const data::PlotSeries& series, std::size_t i) const
{
    QStringList lines;
    if (i < series.labels.size() && !series.labels[i].empty())
        lines << plotText(series.labels[i]);
    if (!series.name.empty())
        lines << plotText(series.name);
    const auto named = [](const data::PlotAxis& axis, double at, const QString& value) {
        const auto tick = std::ranges::find(axis.ticks, at, &data::PlotTick::at);
        const QString text = tick == axis.ticks.end() ? value : plotText(tick->label);
        return axis.label.empty() ? text : QStringLiteral("%1: %2").arg(plotText(axis.label), text);
    };
    const double x = series.x[i];
    lines << named(m_plot.x, x, x == std::round(x) && std::abs(x) < 1e9 ? tickText(x, 1.0) : valueText(x));
    QString y = valueText(series.y[i]);
    if (hasInterval(series) && std::isfinite(series.low[i]) && std::isfinite(series.high[i]))
        y += QCoreApplication::translate("nscope::widgets::ResultPlot", " (%1 to %2)").arg(valueText(series.low[i]), valueText(series.high[i]));
    lines << named(m_plot.y, std::numeric_limits<double>::quiet_NaN(), y);
    return lines.join(QLatin1Char('\n'));
}

std::optional<PlotHit> SeriesPicture::hit(QPointF place) const
{
    if (!m_frame.box().adjusted(-2, -2, 2, 2).contains(place))
        return std::nullopt;
    double nearest = 1.2 * m_style.textHeight();
    std::optional<PlotHit> best;
    for (std::size_t s = 0; s < m_plot.series.size(); ++s) {
        const data::PlotSeries& series = m_plot.series[s];
        std::optional<std::size_t> found;
        QPointF at;
        for (std::size_t i = 0; i < series.y.size(); ++i) {
            if (!shows(series, i))
                continue;
            QPointF point = m_frame.toUnits(series.x[i], series.y[i]);
            double distance = std::hypot(point.x() - place.x(), point.y() - place.y());
            if (series.kind == Kind::Bars) {
                const QRectF bar = barBox(s, i);
                point = {bar.center().x(), std::clamp(point.y(), m_frame.box().top(), m_frame.box().bottom())};
                if (place.x() >= bar.left() && place.x() < bar.right())
                    distance = 0.99 * m_style.textHeight();
            }
            if (distance < nearest && isInside(point)) {
                nearest = distance;
                found = i;
                at = point;
            }
        }
        if (found)
            best = PlotHit{at, describe(series, *found)};
    }
    return best;
}

std::vector<PlotLegendEntry> legendOf(const data::Plot& plot, const Theme& theme)
{
    std::vector<PlotLegendEntry> legend;
    for (std::size_t i = 0; i < plot.series.size(); ++i) {
        const data::PlotSeries& series = plot.series[i];
        if (series.name.empty())
            continue;
        PlotLegendEntry entry{plotText(series.name), SeriesPicture::colourOf(plot, i, theme)};
        if (series.kind == Kind::Line)
            entry.mark = series.dashed ? PlotLegendEntry::Mark::Dashed : PlotLegendEntry::Mark::Line;
        else
            entry.mark = series.kind == Kind::Bars ? PlotLegendEntry::Mark::Box : PlotLegendEntry::Mark::Point;
        if (series.kind == Kind::Density)
            entry.colour = QColor::fromRgb(colourAt(sequentialTable(), 0.5));
        legend.push_back(entry);
    }
    return legend;
}

}  // namespace

std::unique_ptr<PlotPicture> makeSeriesPicture(const data::Plot& plot, QSizeF size, const PlotStyle& style, const PlotZoom& zoom)
{
    std::vector<double> xs, ys;
    bool hasBars = false, onlyLines = true;
    const double half = 0.5 * barSpacing(plot);
    for (const data::PlotSeries& series : plot.series) {
        for (std::size_t i = 0; i < series.y.size(); ++i) {
            if (!std::isfinite(series.x[i]) || !std::isfinite(series.y[i]))
                continue;
            if (series.kind == Kind::Bars)
                xs.insert(xs.end(), {series.x[i] - half, series.x[i] + half});
            else
                xs.push_back(series.x[i]);
            ys.push_back(series.y[i]);
            if (hasInterval(series))
                ys.insert(ys.end(), {series.low[i], series.high[i]});
        }
        hasBars = hasBars || series.kind == Kind::Bars;
        onlyLines = onlyLines && (series.kind == Kind::Line || series.kind == Kind::Bars);
    }
    if (!ys.empty())
        for (const data::PlotGuide& guide : plot.guides)
            (guide.vertical ? xs : ys).push_back(guide.at);
    const auto xRange = axisRange(plot.x, xs, false, onlyLines ? 0.0 : 0.04);
    const auto yRange = axisRange(plot.y, ys, hasBars, 0.06);
    if (!xRange || !yRange)
        return nullptr;
    return std::make_unique<SeriesPicture>(plot, style,
                                           PlotFrame(plot, size, style, PlotScale(zoom.x.value_or(*xRange), plot.x.logarithmic),
                                                     PlotScale(zoom.y.value_or(*yRange), plot.y.logarithmic), legendOf(plot, *style.theme)));
}

}  // namespace nscope::widgets
