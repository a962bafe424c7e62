#include "widgets/plot_frame.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

namespace nscope::widgets {

namespace {

constexpr double kTick = 0.28;         ///< length of a tick, in text heights
constexpr double kLongestName = 11.0;  ///< what a turned name may take, in text heights
constexpr int kFree = Qt::TextDontClip;

}  // namespace

double PlotStyle::textHeight() const { return QFontMetricsF(smallFont).height(); }

QString plotText(const std::string& text) { return QString::fromStdString(text); }

namespace {

QString onOneLine(const QString& name) { return QString(name).replace('\n', ' '); }

}  // namespace

NameLayout layoutNames(const std::vector<QString>& names, double spacing, const QFont& font)
{
    const QFontMetricsF metrics(font);
    double widest = 0.0;
    qsizetype lines = 1;
    for (const QString& name : names) {
        const QStringList parts = name.split('\n');
        lines = std::max(lines, parts.size());
        for (const QString& part : parts)
            widest = std::max(widest, metrics.horizontalAdvance(part));
    }
    const double line = metrics.height();
    NameLayout layout;
    layout.height = double(lines) * line;
    if (widest + 0.5 * line <= spacing)
        return layout;
    if (lines > 1) {
        widest = 0.0;
        for (const QString& name : names)
            widest = std::max(widest, metrics.horizontalAdvance(onOneLine(name)));
    }
    layout.upright = true;
    layout.height = std::min(widest, kLongestName * line);
    if (layout.height <= 2.0 * line)  // short names do not become shorter by turning
        layout = {.upright = false, .each = 1, .height = double(lines) * line};
    layout.each = std::max(1, int(std::ceil((layout.upright ? line * 0.95 : widest + 0.5 * line) / spacing)));
    return layout;
}

void drawNameBelow(QPainter& painter, const QFont& font, QPointF at, const QString& name, const NameLayout& layout)
{
    const double line = QFontMetricsF(font).height();
    if (!layout.upright) {
        painter.drawText(QRectF(at.x() - 200, at.y(), 400, layout.height), Qt::AlignHCenter | Qt::AlignTop | kFree, name);
        return;
    }
    painter.save();
    painter.translate(at);
    painter.rotate(-90);
    painter.drawText(QRectF(-layout.height, -line / 2, layout.height, line), Qt::AlignRight | Qt::AlignVCenter | kFree,
                     QFontMetricsF(font).elidedText(onOneLine(name), Qt::ElideRight, layout.height + 0.5));
    painter.restore();
}

double plotTitleHeight(const data::Plot& plot, const PlotStyle& style)
{
    return plot.title.empty() ? 0.0 : QFontMetricsF(style.font).height() * 1.5;
}

double drawPlotTitle(QPainter& painter, const data::Plot& plot, double width, const PlotStyle& style)
{
    const double height = plotTitleHeight(plot, style);
    if (height <= 0.0)
        return height;
    QFont font = style.font;
    font.setBold(true);
    painter.setFont(font);
    painter.setPen(style.theme->text);
    painter.drawText(QRectF(0, 0, width, height), Qt::AlignLeft | Qt::AlignTop | kFree,
                     QFontMetricsF(font).elidedText(plotText(plot.title), Qt::ElideRight, width));
    return height;
}

void drawVerticalLabel(QPainter& painter, const QRectF& strip, const QString& label, const PlotStyle& style)
{
    painter.save();
    painter.setFont(style.smallFont);
    painter.setPen(style.theme->text);
    painter.translate(strip.center());
    painter.rotate(-90);
    painter.drawText(QRectF(-strip.height() / 2, -strip.width() / 2, strip.height(), strip.width()), Qt::AlignCenter | kFree,
                     QFontMetricsF(style.smallFont).elidedText(label, Qt::ElideRight, strip.height()));
    painter.restore();
}

void drawPlotSentence(QPainter& painter, const QRectF& box, const QString& sentence, const PlotStyle& style)
{
    painter.setFont(style.font);
    painter.setPen(style.theme->mutedText);
    painter.drawText(box, Qt::AlignCenter | Qt::TextWordWrap, sentence);
}

PlotFrame::PlotFrame(const data::Plot& plot, QSizeF size, const PlotStyle& style, PlotScale x, PlotScale y,
                     std::vector<PlotLegendEntry> legend)
    : m_plot(plot), m_size(size), m_style(style), m_x(x), m_y(y), m_legend(std::move(legend))
{
    place();
}

std::vector<PlotTickMark> PlotFrame::ticksOf(const data::PlotAxis& axis, const PlotScale& scale, double units,
                                             double unitsPerTick) const
{
    if (axis.ticks.empty())
        return scale.ticks(int(units / unitsPerTick));
    std::vector<PlotTickMark> ticks;
    for (const data::PlotTick& tick : axis.ticks)
        if (tick.at >= scale.range().from && tick.at <= scale.range().to)
            ticks.push_back({tick.at, plotText(tick.label)});
    return ticks;
}

void PlotFrame::place()
{
    const double text = m_style.textHeight();
    const QFontMetricsF metrics(m_style.smallFont);
    const double title = plotTitleHeight(m_plot, m_style);
    const double xLabel = m_plot.x.label.empty() ? 0.0 : 1.3 * text;
    const double right = 0.8 * text + (m_plot.x.ticks.empty() ? 1.2 * text : 0.0);
    const auto leftOf = [&](const std::vector<PlotTickMark>& ticks) {
        double widest = text;
        for (const PlotTickMark& tick : ticks)
            widest = std::max(widest, metrics.horizontalAdvance(tick.label));
        return widest + (kTick + 0.25) * text + (m_plot.y.label.empty() ? 0.0 : 1.5 * text) + 0.2 * text;
    };
    const auto boxHeight = [&](double legend, double names) {
        return std::max(3.0 * text, m_size.height() - title - legend - 0.6 * text - kTick * text - names - xLabel - 0.4 * text);
    };
    m_yTicks = ticksOf(m_plot.y, m_y, boxHeight(text, text), 2.6 * text);
    const double left = leftOf(m_yTicks);
    const double width = std::max(4.0 * text, m_size.width() - left - right);
    m_xTicks = ticksOf(m_plot.x, m_x, width, 5.0 * text);
    m_x.setUnits(left, left + width);
    m_xNames = {.upright = false, .each = 1, .height = text};
    if (!m_plot.x.ticks.empty() && m_xTicks.size() > 1) {
        double spacing = std::numeric_limits<double>::max();
        std::vector<QString> names;
        for (std::size_t i = 0; i < m_xTicks.size(); ++i) {
            names.push_back(m_xTicks[i].label);
            if (i > 0)
                spacing = std::min(spacing, std::abs(m_x.toUnit(m_xTicks[i].at) - m_x.toUnit(m_xTicks[i - 1].at)));
        }
        m_xNames = layoutNames(names, std::max(spacing, 0.5), m_style.smallFont);
    }
    m_box = QRectF(left, title, width, 0);
    const double legend = placeLegend(m_size.width() - left - 0.5 * text);
    const double height = boxHeight(legend, m_xNames.height);
    m_box = QRectF(left, title + legend + 0.6 * text, width, height);
    m_y.setUnits(m_box.bottom(), m_box.top());
    m_yTicks = ticksOf(m_plot.y, m_y, height, 2.6 * text);
}

double PlotFrame::placeLegend(double width)
{
    const double text = m_style.textHeight();
    const QFontMetricsF metrics(m_style.smallFont);
    double x = 0.0, y = 0.0;
    m_legendPlaces.clear();
    for (const PlotLegendEntry& entry : m_legend) {
        const double wide = std::min(width, metrics.horizontalAdvance(entry.name) + 2.1 * text);
        if (x > 0.0 && x + wide > width) {
            x = 0.0;
            y += 1.15 * text;
        }
        m_legendPlaces.emplace_back(m_box.left() + x, m_box.top() + y, wide, text);
        x += wide + 1.1 * text;
    }
    return m_legend.empty() ? 0.0 : y + 1.15 * text;
}

void PlotFrame::drawBehind(QPainter& painter) const
{
    painter.setRenderHint(QPainter::Antialiasing, m_style.rasterPerUnit > 0.0);
    painter.setPen(QPen(m_style.theme->grid, m_style.line));
    for (const PlotTickMark& tick : m_yTicks) {
        if (!tick.label.isEmpty())
            painter.drawLine(QPointF(m_box.left(), m_y.toUnit(tick.at)), QPointF(m_box.right(), m_y.toUnit(tick.at)));
    }
    if (m_plot.x.ticks.empty()) {
        for (const PlotTickMark& tick : m_xTicks)
            if (!tick.label.isEmpty())
                painter.drawLine(QPointF(m_x.toUnit(tick.at), m_box.top()), QPointF(m_x.toUnit(tick.at), m_box.bottom()));
    }
    if (!m_y.isLogarithmic() && m_y.range().from < 0.0 && m_y.range().to > 0.0) {
        painter.setPen(QPen(m_style.theme->outline, m_style.line));
        painter.drawLine(QPointF(m_box.left(), m_y.toUnit(0.0)), QPointF(m_box.right(), m_y.toUnit(0.0)));
    }
    painter.setRenderHint(QPainter::Antialiasing, true);
}

void PlotFrame::drawAround(QPainter& painter) const
{
    const double text = m_style.textHeight();
    const widgets::Theme& theme = *m_style.theme;
    drawPlotTitle(painter, m_plot, m_size.width(), m_style);
    drawLegend(painter);
    painter.setRenderHint(QPainter::Antialiasing, m_style.rasterPerUnit > 0.0);
    painter.setPen(QPen(theme.mutedText, m_style.line));
    painter.drawLine(m_box.bottomLeft(), m_box.bottomRight());
    painter.drawLine(m_box.bottomLeft(), m_box.topLeft());
    painter.setFont(m_style.smallFont);
    const double tickLength = kTick * text;
    int number = 0;
    for (const PlotTickMark& tick : m_xTicks) {
        const double x = m_x.toUnit(tick.at);
        const bool isNamed = number++ % m_xNames.each == 0 && !tick.label.isEmpty();
        painter.setPen(QPen(theme.mutedText, m_style.line));
        painter.drawLine(QPointF(x, m_box.bottom()), QPointF(x, m_box.bottom() + (isNamed ? 1.0 : 0.6) * tickLength));
        painter.setPen(theme.text);
        if (isNamed)
            drawNameBelow(painter, m_style.smallFont, {x, m_box.bottom() + tickLength + 0.1 * text}, tick.label, m_xNames);
    }
    for (const PlotTickMark& tick : m_yTicks) {
        const double y = m_y.toUnit(tick.at);
        painter.setPen(QPen(theme.mutedText, m_style.line));
        painter.drawLine(QPointF(m_box.left() - (tick.label.isEmpty() ? 0.6 : 1.0) * tickLength, y), QPointF(m_box.left(), y));
        painter.setPen(theme.text);
        painter.drawText(QRectF(0, y - text / 2, m_box.left() - tickLength - 0.2 * text, text), Qt::AlignRight | Qt::AlignVCenter | kFree, tick.label);
    }
    painter.setRenderHint(QPainter::Antialiasing, true);
    const double below = m_box.bottom() + tickLength + 0.2 * text + m_xNames.height;
    painter.setPen(theme.text);
    if (!m_plot.x.label.empty())
        painter.drawText(QRectF(m_box.left(), below, m_box.width(), 1.2 * text), Qt::AlignCenter | kFree, plotText(m_plot.x.label));
    if (!m_plot.y.label.empty())
        drawVerticalLabel(painter, {0.1 * text, m_box.top(), 1.2 * text, m_box.height()}, plotText(m_plot.y.label), m_style);
}

void PlotFrame::drawLegend(QPainter& painter) const
{
    const double text = m_style.textHeight();
    painter.setFont(m_style.smallFont);
    for (std::size_t i = 0; i < m_legend.size(); ++i) {
        const PlotLegendEntry& entry = m_legend[i];
        const QRectF& place = m_legendPlaces[i];
        const QRectF mark(place.left(), place.top() + 0.2 * text, 1.4 * text, 0.6 * text);
        painter.setRenderHint(QPainter::Antialiasing, true);
        painter.setBrush(entry.colour);
        switch (entry.mark) {
        case PlotLegendEntry::Mark::Line:
        case PlotLegendEntry::Mark::Dashed:
            painter.setPen(QPen(entry.colour, 1.8 * m_style.line, entry.mark == PlotLegendEntry::Mark::Dashed ? Qt::DashLine : Qt::SolidLine));
            painter.drawLine(QPointF(mark.left(), mark.center().y()), QPointF(mark.right(), mark.center().y()));
            break;
        case PlotLegendEntry::Mark::Point:
            painter.setPen(Qt::NoPen);
            painter.drawEllipse(mark.center(), 0.28 * text, 0.28 * text);
            break;
        case PlotLegendEntry::Mark::Box:
            painter.setPen(Qt::NoPen);
            painter.drawRect(QRectF(mark.center().x() - 0.35 * text, mark.top(), 0.7 * text, mark.height()));
            break;
        }
        painter.setPen(m_style.theme->text);
        const double room = place.width() - 1.8 * text;
        painter.drawText(QRectF(place.left() + 1.8 * text, place.top(), room + text, text), Qt::AlignLeft | Qt::AlignVCenter | kFree,
                         QFontMetricsF(m_style.smallFont).elidedText(entry.name, Qt::ElideRight, room + 1.0));
    }
}

}  // namespace nscope::widgets
