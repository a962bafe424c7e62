#include "widgets/signal_row.h"

#include "widgets/number_text.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace nscope::widgets {

namespace {

constexpr double kHeight = 54.0;
constexpr double kTopShare = 0.06;  ///< room above the largest value
constexpr double kFigureColumn = 0.25;  ///< points: 288 columns per inch
constexpr int kFillAlpha = 190;
constexpr int kRangeAlpha = 80;

QColor withAlpha(QColor colour, int alpha)
{
    colour.setAlpha(alpha);
    return colour;
}

}  // namespace

double SignalRow::heightPixels(const GenomeScene&) const { return kHeight; }

double SignalRow::columnUnits(const GenomeScene& scene) const
{
    return scene.isFigure ? kFigureColumn : 1.0 / scene.devicePixelRatio;
}

void SignalRow::prepare(const GenomeScene& scene)
{
    const int count = std::max(1, int(std::ceil(scene.widthUnits / columnUnits(scene))));
    const double ntPerColumn = columnUnits(scene) * scene.ntPerUnit;
    m_columns.clear();
    for (const SignalSeries& series : m_series) {
        m_columns.emplace_back();
        if (!series.signal)
            continue;
        // Counted from the edge where x is 0, so that columns are the same pixels on both strands.
        const double end = scene.startNt + scene.widthUnits * scene.ntPerUnit;
        const double from = scene.isReversed ? end - count * ntPerColumn : scene.startNt;
        m_columns.back() = series.signal->columns(from, from + count * ntPerColumn, count);
        if (scene.isReversed)
            std::ranges::reverse(m_columns.back());
    }
}

double SignalRow::shownValue(const data::SignalColumn& column) const
{
    return m_settings.summary == SignalSummary::Maximum ? column.most : column.mean;
}

std::optional<AxisRange> SignalRow::valueRange() const
{
    if (m_settings.fixedAxis)
        return m_settings.fixedAxis;
    std::optional<AxisRange> range;
    for (const auto& columns : m_columns) {
        for (const data::SignalColumn& column : columns) {
            if (std::isnan(column.mean))
                continue;
            const bool isRange = m_settings.summary == SignalSummary::MeanAndRange;
            const double low = isRange ? column.least : shownValue(column);
            const double high = isRange ? column.most : shownValue(column);
            range = range ? AxisRange{std::min(range->low, low), std::max(range->high, high)} : AxisRange{low, high};
        }
    }
    if (range)
        *range = {std::min(0.0, range->low), std::max(0.0, range->high)};
    return range;
}

void SignalRow::setAxis(AxisRange axis)
{
    m_axis = axis;
    if (!(m_axis.high > m_axis.low))
        m_axis.high = m_axis.low + 1.0;
}

double SignalRow::scaled(double value) const
{
    return m_settings.isLogarithmic ? std::log10(1.0 + std::max(value, 0.0)) : value;
}

double SignalRow::yOf(double value, double height) const
{
    const double low = scaled(m_axis.low), high = scaled(m_axis.high);
    const double top = height * kTopShare;
    const double y = height - (scaled(value) - low) / std::max(high - low, 1e-300) * (height - top);
    return std::clamp(y, 0.0, height);
}

void SignalRow::paintFilled(QPainter& painter, const GenomeScene& scene, double height, std::size_t index) const
{
    const auto& columns = m_columns[index];
    const double unit = columnUnits(scene), base = yOf(0.0, height);
    const QColor& colour = m_series[index].colour;
    const bool isRange = m_settings.summary == SignalSummary::MeanAndRange;
    // Figures hold paths of whole runs, so that a drawing program shows one shape; the screen takes single columns.
    QPainterPath meanPath, rangePath;
    std::vector<QRectF> meanBoxes, rangeBoxes;
    std::size_t run = 0;
    const auto endRun = [&](std::size_t end) {
        if (run == end)
            return;
        const auto outline = [&](QPainterPath& path, auto&& upper, auto&& lower) {
            path.moveTo(double(run) * unit, lower(columns[run]));
            for (std::size_t i = run; i < end; ++i) {
                path.lineTo(double(i) * unit, upper(columns[i]));
                path.lineTo(double(i + 1) * unit, upper(columns[i]));
            }
            for (std::size_t i = end; i-- > run;) {
                path.lineTo(double(i + 1) * unit, lower(columns[i]));
                path.lineTo(double(i) * unit, lower(columns[i]));
            }
            path.closeSubpath();
        };
        outline(meanPath, [&](const auto& c) { return yOf(shownValue(c), height); }, [&](const auto&) { return base; });
        if (isRange)
            outline(rangePath, [&](const auto& c) { return yOf(c.most, height); },
                    [&](const auto& c) { return yOf(c.least, height); });
    };
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const data::SignalColumn& column = columns[i];
        if (std::isnan(column.mean)) {
            if (scene.isFigure)
                endRun(i);
            run = i + 1;
            continue;
        }
        if (scene.isFigure)
            continue;
        const double x = double(i) * unit, y = yOf(shownValue(column), height);
        meanBoxes.emplace_back(x, std::min(y, base), unit, std::abs(base - y));
        if (isRange && column.most > column.least) {
            const double top = yOf(column.most, height);
            rangeBoxes.emplace_back(x, top, unit, yOf(column.least, height) - top);
        }
    }
    painter.setPen(Qt::NoPen);
    if (scene.isFigure) {
        endRun(columns.size());
        painter.setBrush(withAlpha(colour, kRangeAlpha));
        painter.drawPath(rangePath);
        painter.setBrush(withAlpha(colour, kFillAlpha));
        painter.drawPath(meanPath);
        return;
    }
    painter.setBrush(withAlpha(colour, kRangeAlpha));
    painter.drawRects(rangeBoxes.data(), int(rangeBoxes.size()));
    painter.setBrush(withAlpha(colour, kFillAlpha));
    painter.drawRects(meanBoxes.data(), int(meanBoxes.size()));
}

void SignalRow::paintLine(QPainter& painter, const GenomeScene& scene, double height, std::size_t index) const
{
    const auto& columns = m_columns[index];
    const double unit = columnUnits(scene);
    QPainterPath path;
    bool isOpen = false;
    double last = 0.0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (std::isnan(columns[i].mean)) {
            isOpen = false;
            continue;
        }
        const double x = (double(i) + 0.5) * unit, y = yOf(shownValue(columns[i]), height);
        if (!isOpen)
            path.moveTo(x, y);
        else if (y != last || i + 1 == columns.size() || std::isnan(columns[i + 1].mean) || shownValue(columns[i + 1]) != shownValue(columns[i]))
            path.lineTo(x, y);  // the ends of flat runs are enough
        isOpen = true;
        last = y;
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(m_series[index].colour, 1.4 * scene.heightScale));
    painter.drawPath(path);
}

void SignalRow::paint(QPainter& painter, const GenomeScene& scene, double height) const
{
    painter.setRenderHint(QPainter::Antialiasing, scene.isFigure);
    const bool isEmpty = std::ranges::all_of(m_columns, [](const auto& columns) { return columns.empty(); });
    if (isEmpty) {
        painter.setFont(scene.smallFont);
        painter.setPen(scene.theme->mutedText);
        painter.drawText(QRectF(0, 0, scene.widthUnits, height), Qt::AlignCenter, m_sentence);
        return;
    }
    painter.setPen(QPen(scene.theme->grid, scene.heightScale));
    const double base = yOf(0.0, height);
    painter.drawLine(QPointF(0, base), QPointF(scene.widthUnits, base));
    for (const bool isLine : {false, true}) {
        for (std::size_t i = 0; i < m_series.size(); ++i) {
            if (m_series[i].isLine != isLine || m_columns[i].empty())
                continue;
            painter.setRenderHint(QPainter::Antialiasing, isLine || scene.isFigure);
            isLine ? paintLine(painter, scene, height, i) : paintFilled(painter, scene, height, i);
        }
    }
}

void SignalRow::paintLabel(QPainter& painter, const GenomeScene& scene, QSizeF size) const
{
    painter.setFont(scene.smallFont);
    const QFontMetricsF metrics(scene.smallFont);
    const double line = metrics.height();
    painter.setPen(scene.theme->mutedText);
    QString text = QStringLiteral("%1 – %2").arg(valueText(m_axis.low), valueText(m_axis.high));
    if (m_settings.isLogarithmic)
        text += tr(", log");
    double y = 0.0;
    painter.drawText(QRectF(0, y, size.width(), line), Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(text, Qt::ElideRight, size.width()));
    if (m_series.size() < 2)
        return;
    for (const SignalSeries& series : m_series) {
        y += line;
        if (y + line > size.height() + 1.0)
            break;
        const QRectF key(0, y + line * 0.3, line * 0.6, series.isLine ? line * 0.15 : line * 0.45);
        painter.fillRect(key, series.colour);
        painter.drawText(QRectF(line * 0.85, y, size.width() - line * 0.85, line), Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(series.name, Qt::ElideMiddle, size.width() - line * 0.85));
    }
}

std::optional<double> SignalRow::valueAt(const GenomeScene& scene, std::size_t series, double x) const
{
    const auto& columns = m_columns[series];
    const auto i = std::int64_t(std::floor(x / columnUnits(scene)));
    if (i < 0 || i >= std::int64_t(columns.size()) || std::isnan(columns[std::size_t(i)].mean))
        return std::nullopt;
    return columns[std::size_t(i)].mean;
}

QString SignalRow::toolTip(const GenomeScene& scene, double x, double, double) const
{
    QStringList lines;
    for (std::size_t i = 0; i < std::min(m_series.size(), m_columns.size()); ++i) {
        const auto value = valueAt(scene, i, x);
        const QString number = value ? valueText(*value) : tr("no value");
        const auto at = std::int64_t(std::floor(x / columnUnits(scene)));
        QString text = QStringLiteral("%1: %2").arg(m_series[i].name, number);
        if (value && m_columns[i][std::size_t(at)].most > m_columns[i][std::size_t(at)].least)
            text += tr(" (%1 – %2)").arg(valueText(m_columns[i][std::size_t(at)].least), valueText(m_columns[i][std::size_t(at)].most));
        lines << text;
    }
    return lines.join(QLatin1Char('\n'));
}

}  // namespace nscope::widgets
