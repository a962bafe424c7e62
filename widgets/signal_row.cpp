#include "widgets/signal_row.h"

#include "widgets/number_text.h"

#include <QImage>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace nscope::widgets {

namespace {

constexpr double kHeight = 54.0;
constexpr double kTopShare = 0.06;      ///< room above the largest value
constexpr double kFigureColumn = 0.25;  ///< points: 288 columns per inch
constexpr double kLineWidth = 1.5;
constexpr int kFillAlpha = 190;
constexpr int kRangeAlpha = 80;

QColor withAlpha(QColor colour, int alpha)
{
    colour.setAlpha(alpha);
    return colour;
}

/// Columns of pixels, written into an image: a painter takes ten times as long for thousands of narrow boxes or a line
/// that goes up and down.
class PixelColumns {
public:
    PixelColumns(std::size_t columns, double height, double ratio)
        : m_image(int(columns), std::max(1, int(std::lround(height * ratio))), QImage::Format_ARGB32_Premultiplied),
          m_ratio(ratio)
    {
        m_image.fill(Qt::transparent);
        m_bits = reinterpret_cast<QRgb*>(m_image.bits());
        m_stride = std::size_t(m_image.bytesPerLine()) / sizeof(QRgb);
    }
    int rows() const { return m_image.height(); }
    int rowOf(double y) const { return std::clamp(int(std::lround(y * m_ratio)), 0, rows()); }
    void fill(std::size_t column, int from, int to, const QColor& colour)
    {
        const QRgb value = qPremultiply(colour.rgba());
        for (int row = std::max(0, std::min(from, to)); row < std::min(rows(), std::max(from, to)); ++row)
            m_bits[std::size_t(row) * m_stride + column] = value;
    }
    void draw(QPainter& painter) const
    {
        painter.drawImage(QRectF(0, 0, m_image.width() / m_ratio, m_image.height() / m_ratio), m_image);
    }

private:
    QImage m_image;
    double m_ratio;
    QRgb* m_bits = nullptr;
    std::size_t m_stride = 0;
};

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

void SignalRow::paintFilled(QPainter& painter, const GenomeScene& scene, double height, std::size_t series) const
{
    scene.isFigure ? paintShapes(painter, height, series) : paintPixels(painter, scene, height, series);
}

void SignalRow::paintPixels(QPainter& painter, const GenomeScene& scene, double height, std::size_t series) const
{
    const auto& columns = m_columns[series];
    PixelColumns pixels(columns.size(), height, scene.devicePixelRatio);
    const QColor& colour = m_series[series].colour;
    const int base = pixels.rowOf(yOf(0.0, height));
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const data::SignalColumn& column = columns[i];
        if (std::isnan(column.mean))
            continue;
        if (m_settings.summary == SignalSummary::MeanAndRange && column.most > column.least)
            pixels.fill(i, pixels.rowOf(yOf(column.least, height)), pixels.rowOf(yOf(column.most, height)),
                        withAlpha(colour, kRangeAlpha));
        const int top = pixels.rowOf(yOf(shownValue(column), height));
        // A value that is not zero is at least one pixel high.
        pixels.fill(i, base, top == base && shownValue(column) != 0.0 ? base - 1 : top, withAlpha(colour, kFillAlpha));
    }
    pixels.draw(painter);
}

/// Every column reaches from its own value to the one before.
void SignalRow::paintLinePixels(QPainter& painter, const GenomeScene& scene, double height, std::size_t series) const
{
    const auto& columns = m_columns[series];
    PixelColumns pixels(columns.size(), height, scene.devicePixelRatio);
    const int thickness = std::max(1, int(std::lround(kLineWidth * scene.devicePixelRatio)));
    int before = -1;  ///< no value there
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (std::isnan(columns[i].mean)) {
            before = -1;
            continue;
        }
        const int row =
            std::max(0, std::min(pixels.rowOf(yOf(shownValue(columns[i]), height)), pixels.rows() - thickness));
        const int other = before < 0 ? row : before;
        pixels.fill(i, std::min(row, other), std::max(row, other) + thickness, m_series[series].colour);
        before = row;
    }
    pixels.draw(painter);
}

/// Paths of whole runs, so that a drawing program shows one shape.
void SignalRow::paintShapes(QPainter& painter, double height, std::size_t series) const
{
    const auto& columns = m_columns[series];
    const double base = yOf(0.0, height);
    QPainterPath mean, range;
    const auto outline = [&](QPainterPath& path, std::size_t first, std::size_t end, auto&& upper, auto&& lower) {
        path.moveTo(double(first) * kFigureColumn, lower(columns[first]));
        for (std::size_t i = first; i < end; ++i) {
            path.lineTo(double(i) * kFigureColumn, upper(columns[i]));
            path.lineTo(double(i + 1) * kFigureColumn, upper(columns[i]));
        }
        for (std::size_t i = end; i-- > first;) {
            path.lineTo(double(i + 1) * kFigureColumn, lower(columns[i]));
            path.lineTo(double(i) * kFigureColumn, lower(columns[i]));
        }
        path.closeSubpath();
    };
    const auto top = [&](double value) { return yOf(value, height); };
    for (std::size_t first = 0; first < columns.size();) {
        std::size_t end = first;
        while (end < columns.size() && !std::isnan(columns[end].mean))
            ++end;
        if (end > first) {
            outline(
                mean, first, end, [&](const auto& c) { return top(shownValue(c)); }, [&](const auto&) { return base; });
            if (m_settings.summary == SignalSummary::MeanAndRange)
                outline(
                    range, first, end, [&](const auto& c) { return top(c.most); },
                    [&](const auto& c) { return top(c.least); });
        }
        first = end + 1;
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(withAlpha(m_series[series].colour, kRangeAlpha));
    painter.drawPath(range);
    painter.setBrush(withAlpha(m_series[series].colour, kFillAlpha));
    painter.drawPath(mean);
}

void SignalRow::paintLine(QPainter& painter, const GenomeScene& scene, double height, std::size_t index) const
{
    if (!scene.isFigure)
        return paintLinePixels(painter, scene, height, index);
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
        else if (y != last || i + 1 == columns.size() || std::isnan(columns[i + 1].mean)
                 || shownValue(columns[i + 1]) != shownValue(columns[i]))
            path.lineTo(x, y);  // the ends of flat runs are enough
        isOpen = true;
        last = y;
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(m_series[index].colour, kLineWidth * scene.heightScale));
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
            text +=
                tr(" (%1 – %2)")
                    .arg(valueText(m_columns[i][std::size_t(at)].least), valueText(m_columns[i][std::size_t(at)].most));
        lines << text;
    }
    return lines.join(QLatin1Char('\n'));
}

}  // namespace nscope::widgets
