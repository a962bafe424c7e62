// Purpose: the drawing of a filter layer.
#include "widgets/filter_plot.h"

#include "widgets/figure_source.h"
#include "widgets/number_text.h"
#include "widgets/ruler_track.h"
#include "widgets/track_drawing.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QImage>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nscope::widgets {

namespace {

double meanMagnitude(const data::FilterLayer& layer, int bin)
{
    double sum = 0.0;
    for (int channel = 0; channel < layer.channels; ++channel)
        sum += layer.magnitude_FD[std::size_t(bin) * std::size_t(layer.channels) + std::size_t(channel)];
    return layer.channels > 0 ? sum / layer.channels : 0.0;
}

double largestMagnitude(const data::FilterLayer& layer)
{
    return layer.magnitude_FD.empty() ? 0.0 : double(*std::ranges::max_element(layer.magnitude_FD));
}

/// Draws one layer; keeps what all parts need.
class LayerPainter {
public:
    LayerPainter(QPainter& painter, QSizeF size, const data::FilterLayer& layer, const FilterPlotStyle& style)
        : m_painter(painter), m_layer(layer), m_style(style), m_theme(*style.theme), m_places(FilterLayout::make(size, style)),
          m_text(QFontMetricsF(style.smallFont).height())
    {
    }

    void draw()
    {
        const double largest = largestMagnitude(m_layer);
        drawSpectrum();
        drawMap(m_places.magnitude, QCoreApplication::translate("nscope::widgets::FilterPlot", "Magnitude"), [&](std::size_t cell) {
            return colourAt(sequentialTable(), largest > 0 ? m_layer.magnitude_FD[cell] / largest : 0.0);
        });
        drawMap(m_places.phase, QCoreApplication::translate("nscope::widgets::FilterPlot", "Phase"), [&](std::size_t cell) {
            return colourAt(cyclicTable(), 0.5 + m_layer.phase_FD[cell] / (2.0 * std::numbers::pi));
        });
        drawPeriods();
        drawScale(m_places.magnitudeScale, sequentialTable(), QString(), valueText(largest), QStringLiteral("0"));
        drawScale(m_places.phaseScale, cyclicTable(), QStringLiteral("rad"), QStringLiteral("π"), QStringLiteral("−π"));
    }

private:
    double yOfBin(const QRectF& box, double bin) const { return box.bottom() - bin / m_layer.bins * box.height(); }

    void title(const QRectF& box, const QString& text)
    {
        QFont font = m_style.font;
        font.setBold(true);
        m_painter.setFont(font);
        m_painter.setPen(m_theme.text);
        const double height = QFontMetricsF(font).height() * 1.2;
        m_painter.drawText(QRectF(box.left(), box.top() - height, box.width(), height), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, text);
    }

    template <class Colour>
    void drawMap(const QRectF& box, const QString& name, Colour colour)
    {
        title(box, name);
        QImage image(m_layer.channels, m_layer.bins, QImage::Format_RGB32);
        for (int bin = 0; bin < m_layer.bins; ++bin) {
            auto* line = reinterpret_cast<QRgb*>(image.scanLine(m_layer.bins - 1 - bin));
            for (int channel = 0; channel < m_layer.channels; ++channel)
                line[channel] = colour(std::size_t(bin) * std::size_t(m_layer.channels) + std::size_t(channel));
        }
        if (m_style.rasterPerUnit > 0) {
            const auto times = [&](double units, int cells) { return std::max(1, int(std::ceil(units * m_style.rasterPerUnit / cells))); };
            image = image.scaled(m_layer.channels * times(box.width(), m_layer.channels), m_layer.bins * times(box.height(), m_layer.bins),
                                 Qt::IgnoreAspectRatio, Qt::FastTransformation);
        }
        drawPixels(m_painter, box, image);
        m_painter.setPen(QPen(m_theme.outline, m_style.line));
        m_painter.setBrush(Qt::NoBrush);
        m_painter.drawRect(box);
        drawChannels(box);
    }

    void drawChannels(const QRectF& box)
    {
        m_painter.setFont(m_style.smallFont);
        const QFontMetricsF metrics(m_style.smallFont);
        const std::int64_t step = niceTickStep(metrics.horizontalAdvance(QStringLiteral("0000")) / box.width() * m_layer.channels);
        for (std::int64_t channel = step; channel <= m_layer.channels; channel += step) {
            const double x = box.left() + (double(channel) - 0.5) / m_layer.channels * box.width();
            m_painter.setPen(QPen(m_theme.mutedText, m_style.line));
            m_painter.drawLine(QPointF(x, box.bottom()), QPointF(x, box.bottom() + m_text * 0.25));
            m_painter.drawText(QRectF(x - 50, box.bottom() + m_text * 0.25, 100, m_text), Qt::AlignHCenter | Qt::AlignVCenter | Qt::TextDontClip,
                               QString::number(channel));
        }
        m_painter.setPen(m_theme.mutedText);
        m_painter.drawText(QRectF(box.left(), box.bottom() + m_text * 1.3, box.width(), m_text), Qt::AlignHCenter | Qt::AlignVCenter | Qt::TextDontClip,
                           QCoreApplication::translate("nscope::widgets::FilterPlot", "channel"));
    }

    void drawSpectrum()
    {
        const QRectF& box = m_places.spectrum;
        title(box, QCoreApplication::translate("nscope::widgets::FilterPlot", "Mean"));
        double largest = 0.0;
        for (int bin = 0; bin < m_layer.bins; ++bin)
            largest = std::max(largest, meanMagnitude(m_layer, bin));
        QPolygonF shape;
        shape << box.bottomLeft();
        for (int bin = 0; bin < m_layer.bins; ++bin) {
            const double x = box.left() + (largest > 0 ? meanMagnitude(m_layer, bin) / largest : 0.0) * box.width() * 0.96;
            shape << QPointF(x, yOfBin(box, bin)) << QPointF(x, yOfBin(box, bin + 1));
        }
        shape << box.topLeft();
        m_painter.setRenderHint(QPainter::Antialiasing, true);
        QColor fill = m_theme.accent;
        fill.setAlpha(150);
        m_painter.setPen(QPen(m_theme.accent, m_style.line));
        m_painter.setBrush(fill);
        m_painter.drawPolygon(shape);
        m_painter.setPen(QPen(m_theme.outline, m_style.line));
        m_painter.drawLine(box.bottomLeft(), box.bottomRight());
        m_painter.drawLine(box.bottomLeft(), box.topLeft());
        m_painter.setFont(m_style.smallFont);
        m_painter.setPen(m_theme.mutedText);
        const QRectF labels(box.left(), box.bottom() + m_text * 0.25, box.width(), m_text);
        m_painter.drawText(labels, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, QStringLiteral("0"));
        m_painter.drawText(labels, Qt::AlignRight | Qt::AlignVCenter | Qt::TextDontClip, valueText(largest));
    }

    void drawPeriods()
    {
        m_painter.setFont(m_style.smallFont);
        const QRectF& box = m_places.spectrum;
        double freeBelow = 1e9;
        for (const int period : data::kPeriodTicksNt) {
            const double y = yOfBin(box, shownPeriodBin(m_layer, period) + 0.5);
            m_painter.setPen(QPen(m_theme.mutedText, m_style.line, Qt::DotLine));
            m_painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y));
            m_painter.setPen(QPen(m_theme.mutedText, m_style.line));
            for (const QRectF* map : {&m_places.spectrum, &m_places.magnitude, &m_places.phase})
                m_painter.drawLine(QPointF(map->left() - m_text * 0.3, y), QPointF(map->left(), y));
            if (y > freeBelow)
                continue;
            m_painter.setPen(m_theme.text);
            m_painter.drawText(QRectF(0, y - m_text / 2, box.left() - m_text * 0.45, m_text), Qt::AlignRight | Qt::AlignVCenter | Qt::TextDontClip,
                               QString::number(period));
            freeBelow = y - m_text * 0.85;
        }
        m_painter.save();
        m_painter.translate(m_text * 0.6, box.center().y());
        m_painter.rotate(-90);
        m_painter.setPen(m_theme.mutedText);
        m_painter.drawText(QRectF(-box.height() / 2, -m_text / 2, box.height(), m_text), Qt::AlignCenter | Qt::TextDontClip,
                           QCoreApplication::translate("nscope::widgets::FilterPlot", "period (nt)"));
        m_painter.restore();
    }

    void drawScale(const QRectF& box, const ColourTable& table, const QString& caption, const QString& top, const QString& bottom)
    {
        TrackScene scene;
        scene.theme = m_style.theme;
        scene.font = m_style.font;
        scene.smallFont = m_style.smallFont;
        m_painter.save();
        m_painter.translate(box.topLeft());
        drawColourScale(m_painter, scene, box.size(), table, caption, top, {}, bottom);
        m_painter.restore();
    }

    QPainter& m_painter;
    const data::FilterLayer& m_layer;
    const FilterPlotStyle& m_style;
    const Theme& m_theme;
    FilterLayout m_places;
    double m_text;
};

}  // namespace

int shownPeriodBin(const data::FilterLayer& layer, int periodNt)
{
    return std::clamp(data::periodTickBin(layer.bins, periodNt), 0, layer.bins - 1);
}

std::optional<double> periodOfBin(const data::FilterLayer& layer, int bin)
{
    return bin <= 0 ? std::nullopt : std::optional(double(layer.windowNt) / bin);
}

QString describeCell(const data::FilterLayer& layer, FilterCell cell)
{
    const std::size_t index = std::size_t(cell.bin) * std::size_t(layer.channels) + std::size_t(cell.channel);
    const std::optional<double> period = periodOfBin(layer, cell.bin);
    return FilterPlot::tr("bin %1, %2, channel %3: magnitude %4, phase %5 rad")
        .arg(QString::number(cell.bin), period ? FilterPlot::tr("period %1 nt").arg(valueText(*period)) : FilterPlot::tr("the mean (no period)"),
             QString::number(cell.channel + 1), valueText(layer.magnitude_FD[index]), signedText(layer.phase_FD[index]));
}

FilterLayout FilterLayout::make(QSizeF size, const FilterPlotStyle& style)
{
    const double text = QFontMetricsF(style.smallFont).height();
    const double head = QFontMetricsF(style.font).height() * 1.6;
    const double foot = text * 2.5;
    const double axis = text * 3.0;
    const double scale = text * 4.0;
    const double gap = text * 1.2;
    const double spectrum = std::max(text * 6.0, size.width() * 0.12);
    const double maps = std::max(text * 8.0, size.width() - axis - spectrum - 2 * scale - 5 * gap);
    const double height = std::max(text * 4.0, size.height() - head - foot);
    FilterLayout places;
    double x = axis;
    const auto take = [&](double width) {
        const QRectF box(x, head, width, height);
        x += width;
        return box;
    };
    places.spectrum = take(spectrum);
    x += 1.6 * gap;
    places.magnitude = take(maps / 2);
    x += 0.5 * gap;
    places.magnitudeScale = take(scale);
    x += gap;
    places.phase = take(maps / 2);
    x += 0.5 * gap;
    places.phaseScale = take(scale);
    return places;
}

std::optional<FilterCell> FilterLayout::cellAt(const data::FilterLayer& layer, QPointF point) const
{
    for (const QRectF* box : {&magnitude, &phase}) {
        if (!box->contains(point))
            continue;
        return FilterCell{std::clamp(int((box->bottom() - point.y()) / box->height() * layer.bins), 0, layer.bins - 1),
                          std::clamp(int((point.x() - box->left()) / box->width() * layer.channels), 0, layer.channels - 1)};
    }
    return std::nullopt;
}

void drawFilterLayer(QPainter& painter, QSizeF size, const data::FilterLayer& layer, const FilterPlotStyle& style)
{
    if (layer.bins > 0 && layer.channels > 0)
        LayerPainter(painter, size, layer, style).draw();
}

FilterPlot::FilterPlot(QWidget* parent) : QWidget(parent)
{
    setMouseTracking(true);
    setMinimumSize(520, 240);
    setAccessibleName(tr("Heat maps of the filters"));
}

void FilterPlot::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

void FilterPlot::setLayer(std::optional<data::FilterLayer> layer)
{
    m_layer = std::move(layer);
    update();
}

FilterPlotStyle FilterPlot::style() const
{
    FilterPlotStyle style;
    style.theme = &m_theme;
    style.font = font();
    style.font.setPixelSize(fontInfo().pixelSize());
    style.smallFont = style.font;
    style.smallFont.setPixelSize(std::max(10, style.font.pixelSize() - 2));
    style.rasterPerUnit = 0.0;
    return style;
}

void FilterPlot::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.background);
    if (!m_layer)
        return;
    constexpr int kMargin = 8;
    painter.translate(kMargin, kMargin);
    drawFilterLayer(painter, QSizeF(size()) - QSizeF(2 * kMargin, 2 * kMargin), *m_layer, style());
}

void FilterPlot::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_layer)
        return;
    constexpr int kMargin = 8;
    const FilterLayout places = FilterLayout::make(QSizeF(size()) - QSizeF(2 * kMargin, 2 * kMargin), style());
    const auto cell = places.cellAt(*m_layer, event->position() - QPointF(kMargin, kMargin));
    emit hovered(cell ? describeCell(*m_layer, *cell) : QString());
}

void FilterPlot::leaveEvent(QEvent*)
{
    emit hovered({});
}

}  // namespace nscope::widgets
