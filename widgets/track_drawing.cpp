// Purpose: implements the drawing helpers of the tracks.
#include "widgets/track_drawing.h"

#include <QFontMetricsF>
#include <QLinearGradient>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace nscope::widgets {

int pixelCount(const TrackScene& scene)
{
    return std::max(1, int(std::ceil(scene.widthUnits * scene.devicePixelRatio)));
}

DataClip::DataClip(QPainter& painter, const TrackScene& scene, double height) : m_painter(painter)
{
    painter.save();
    if (!scene.isFigure)
        painter.setClipRect(QRectF(0, 0, scene.widthUnits, height), Qt::IntersectClip);
}

DataClip::~DataClip() { m_painter.restore(); }

data::Interval columnsOfPixel(const TrackScene& scene, int pixel)
{
    const double columnsPerPixel = 1.0 / (scene.unitsPerColumn * scene.devicePixelRatio);
    const auto first = std::int64_t(std::floor(scene.startColumn + pixel * columnsPerPixel + 1e-9));
    const auto last = std::int64_t(std::floor(scene.startColumn + (pixel + 1) * columnsPerPixel + 1e-9));
    return {first, std::max(first + 1, last)};
}

void drawRasterRows(QPainter& painter, const TrackScene& scene, int rows, const QRectF& area,
                    const std::function<QRgb(int, data::Interval)>& colour)
{
    const int pixels = pixelCount(scene);
    QImage image(pixels, rows, QImage::Format_ARGB32);
    image.fill(Qt::transparent);
    for (int pixel = 0; pixel < pixels; ++pixel) {
        const data::Interval columns = columnsOfPixel(scene, pixel);
        const data::Interval inside = columns.intersected({0, scene.columns().count()});
        if (inside.isEmpty())
            continue;
        for (int row = 0; row < rows; ++row)
            reinterpret_cast<QRgb*>(image.scanLine(row))[pixel] = colour(row, inside);
    }
    if (scene.isFigure) {  // viewers smooth enlarged images: give them enough rows that it cannot be seen
        const int height = std::max(rows, int(std::ceil(area.height() * scene.devicePixelRatio)));
        image = image.scaled(pixels, height / rows * rows, Qt::IgnoreAspectRatio, Qt::FastTransformation);
    }
    drawPixels(painter, QRectF(area.left(), area.top(), std::min(pixels / scene.devicePixelRatio, area.width()), area.height()), image);
}

void drawPixels(QPainter& painter, const QRectF& area, const QImage& image)
{
    painter.save();
    painter.setBrush(Qt::black);
    painter.setPen(Qt::black);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    painter.drawImage(area, image);
    painter.restore();
}

void ColourBatches::add(QRgb colour, const QRectF& box)
{
    const auto found = std::ranges::find(m_batches, colour, &std::pair<QRgb, std::vector<QRectF>>::first);
    if (found == m_batches.end())
        m_batches.push_back({colour, {box}});
    else
        found->second.push_back(box);
}

void ColourBatches::draw(QPainter& painter) const
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(Qt::NoPen);
    for (const auto& [colour, boxes] : m_batches) {
        QPainterPath path;
        path.setFillRule(Qt::WindingFill);
        for (const QRectF& box : boxes)
            path.addRect(box);
        painter.setBrush(QColor::fromRgba(colour));
        painter.drawPath(path);
    }
    painter.restore();
}

void drawColourScale(QPainter& painter, const TrackScene& scene, QSizeF size, const ColourTable& table,
                     const QString& caption, const QString& top, const QString& middle, const QString& bottom)
{
    painter.setFont(scene.smallFont);
    const QFontMetricsF metrics(scene.smallFont);
    const double line = metrics.height();
    const double gap = line * 0.3;
    double y = 0.0;
    if (size.height() > 4.2 * line) {
        painter.setPen(scene.theme->mutedText);
        painter.drawText(QRectF(0, 0, size.width(), line), Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(caption, Qt::ElideRight, size.width()));
        y = line + gap;
    }
    const double maxHeight = 9.0 * line;
    const QRectF bar(0, y + 0.4 * line, 0.75 * line, std::min(maxHeight, size.height() - y - 0.9 * line));
    if (bar.height() < line)
        return;
    QLinearGradient gradient(bar.bottomLeft(), bar.topLeft());
    constexpr int kStops = 16;
    for (int i = 0; i <= kStops; ++i)
        gradient.setColorAt(double(i) / kStops, QColor::fromRgb(colourAt(table, double(i) / kStops)));
    painter.setPen(QPen(scene.theme->outline, line * 0.06));
    painter.setBrush(gradient);
    painter.drawRect(bar);

    painter.setPen(scene.theme->text);
    const double textLeft = bar.right() + gap;
    const auto label = [&](double centre, const QString& text) {
        painter.drawText(QRectF(textLeft, centre - line / 2, size.width() - textLeft, line),
                         Qt::AlignLeft | Qt::AlignVCenter, text);
    };
    label(bar.top(), top);
    label(bar.bottom(), bottom);
    if (bar.height() > 2.2 * line)
        label(bar.center().y(), middle);
}

bool drawFitting(QPainter& painter, const QRectF& box, const QString& text, int flags)
{
    const QFontMetricsF metrics(painter.font());
    if (metrics.horizontalAdvance(text) > box.width() || metrics.ascent() > box.height() * 1.15)
        return false;
    painter.drawText(box, flags | Qt::TextDontClip, text);
    return true;
}

QRgb paler(QRgb colour, const QColor& background, double amount)
{
    const auto mix = [amount](int from, int to) { return int(std::lround(from + (to - from) * amount)); };
    return qRgba(mix(qRed(colour), background.red()), mix(qGreen(colour), background.green()),
                 mix(qBlue(colour), background.blue()), qAlpha(colour));
}

}  // namespace nscope::widgets
