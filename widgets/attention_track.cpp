// Purpose: draws the attention track.
#include "widgets/attention_track.h"

#include "widgets/number_text.h"
#include "widgets/track_drawing.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace nscope::widgets {

namespace {

constexpr double kMargin = 4.0;
constexpr double kRowPixels = 10.0;

}  // namespace

void AttentionTrack::setData(std::vector<AttentionMapPtr> layers, int query, const data::TranscriptPtr& transcript)
{
    m_heads.clear();
    m_layers.clear();
    m_limit = m_meanLimit = 0.0;
    m_query = std::size_t(std::max(query, 0));
    std::vector<float> weights;
    for (AttentionMapPtr& map : layers) {
        if (!map || !transcript || m_query >= map->queries.size()
            || map->keyStartNt + map->keyCount > transcript->sequence.length())
            continue;
        for (std::size_t head = 0; head < map->heads.size(); ++head) {
            m_heads.push_back({map, head});
            for (std::int64_t key = 0; key < map->keyCount; ++key)
                weights.push_back(map->at(head, m_query, key));
        }
        for (std::int64_t key = 0; key < map->keyCount; ++key)
            m_meanLimit = std::max(m_meanLimit, meanOfLayer(*map, map->keyStartNt + key));
        m_layers.push_back(std::move(map));
    }
    if (!weights.empty()) {
        const auto place = weights.begin() + std::ptrdiff_t(0.995 * double(weights.size() - 1));
        std::nth_element(weights.begin(), place, weights.end());
        m_limit = *place;
    }
}

double AttentionTrack::weight(const Head& head, std::int64_t positionNt) const
{
    const std::int64_t key = positionNt - head.map->keyStartNt;
    return key < 0 || key >= head.map->keyCount ? 0.0 : double(head.map->at(head.index, m_query, key));
}

double AttentionTrack::meanOfLayer(const data::AttentionMap& map, std::int64_t positionNt) const
{
    const std::int64_t key = positionNt - map.keyStartNt;
    if (key < 0 || key >= map.keyCount || map.heads.empty())
        return 0.0;
    double sum = 0.0;
    for (std::size_t head = 0; head < map.heads.size(); ++head)
        sum += map.at(head, m_query, key);
    return sum / double(map.heads.size());
}

QString AttentionTrack::title(const TrackScene& scene) const
{
    return scene.sequences->isEdited() ? tr("Attention\nALT") : tr("Attention");
}

double AttentionTrack::heightPixels(const TrackScene&) const
{
    if (!hasData())
        return 56.0;
    return m_style == AttentionStyle::MeanLine ? 70.0 : kRowPixels * double(m_heads.size()) + 2 * kMargin;
}

QString AttentionTrack::emptyText(const TrackScene&) const
{
    return hasData() ? QString() : m_emptyText;
}

QRectF AttentionTrack::plotArea(const TrackScene& scene, double height) const
{
    const double margin = kMargin * scene.heightScale;
    return {0, margin, scene.widthUnits, height - 2 * margin};
}

void AttentionTrack::paint(QPainter& painter, const TrackScene& scene, double height) const
{
    if (!hasData())
        return;
    if (m_style == AttentionStyle::MeanLine)
        paintLines(painter, scene, plotArea(scene, height));
    else
        paintRows(painter, scene, plotArea(scene, height));
}

void AttentionTrack::paintRows(QPainter& painter, const TrackScene& scene, const QRectF& area) const
{
    const double line = area.height() / double(m_heads.size());
    painter.setFont(scene.smallFont);
    painter.setPen(scene.theme->mutedText);
    const QFontMetricsF metrics(scene.smallFont);
    const auto every = std::max<std::size_t>(1, std::size_t(std::ceil(metrics.ascent() / line)));
    for (std::size_t row = 0; row < m_heads.size(); ++row) {
        const Head& head = m_heads[row];
        const bool startsLayer = row == 0 || m_heads[row - 1].map != head.map;
        if (!startsLayer && head.index % every != 0)
            continue;
        const QString number = QString::number(head.map->heads[head.index] + 1);
        painter.drawText(QRectF(-8.0 * metrics.height(), area.top() + double(row) * line, 7.6 * metrics.height(), line),
                         Qt::AlignRight | Qt::AlignVCenter | Qt::TextDontClip,
                         startsLayer ? tr("L%1 H%2").arg(head.map->layer + 1).arg(number) : number);
    }
    drawRasterRows(painter, scene, int(m_heads.size()), area, [&](int row, data::Interval columns) -> QRgb {
        double largest = -1.0;
        for (std::int64_t column = columns.startNt; column < columns.endNt; ++column) {
            if (const std::int64_t position = scene.columns().altAt(column); position >= 0)
                largest = std::max(largest, weight(m_heads[std::size_t(row)], position));
        }
        return largest < 0 ? qRgba(0, 0, 0, 0) : colourAt(sequentialTable(), m_limit > 0 ? largest / m_limit : 0.0);
    });
    painter.setPen(QPen(scene.theme->background, scene.heightScale));
    for (std::size_t row = 1; row < m_heads.size(); ++row) {
        const double y = area.top() + double(row) * line;
        if (m_heads[row - 1].map != m_heads[row].map)
            painter.drawLine(QPointF(0, y), QPointF(scene.widthUnits, y));
    }
}

void AttentionTrack::paintLines(QPainter& painter, const TrackScene& scene, const QRectF& area) const
{
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(QPen(scene.theme->outline, scene.heightScale));
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    TrackScene grid = scene;
    grid.devicePixelRatio = scene.isFigure ? 2.0 : scene.devicePixelRatio;
    for (std::size_t layer = 0; layer < m_layers.size(); ++layer) {
        QPolygonF points;
        for (int pixel = 0; pixel < pixelCount(grid); ++pixel) {
            double largest = 0.0;
            const data::Interval columns = columnsOfPixel(grid, pixel).intersected({0, scene.columns().count()});
            for (std::int64_t column = columns.startNt; column < columns.endNt; ++column) {
                if (const std::int64_t position = scene.columns().altAt(column); position >= 0)
                    largest = std::max(largest, meanOfLayer(*m_layers[layer], position));
            }
            if (!columns.isEmpty())
                points << QPointF((pixel + 0.5) / grid.devicePixelRatio,
                                  area.bottom() - (m_meanLimit > 0 ? largest / m_meanLimit : 0.0) * area.height());
        }
        painter.setPen(QPen(scene.theme->frames[layer % scene.theme->frames.size()], 1.2 * scene.heightScale));
        painter.drawPolyline(points);
    }
}

void AttentionTrack::paintLegend(QPainter& painter, const TrackScene& scene, QSizeF size) const
{
    if (!hasData())
        return;
    painter.translate(0, kMargin * scene.heightScale);
    const QSizeF inside(size.width(), size.height() - 2 * kMargin * scene.heightScale);
    if (m_style == AttentionStyle::HeadRows) {
        drawColourScale(painter, scene, inside, sequentialTable(), tr("weight"), QStringLiteral("≥ ") + valueText(m_limit), {},
                        QStringLiteral("0"));
        return;
    }
    painter.setFont(scene.smallFont);
    const double line = QFontMetricsF(scene.smallFont).height();
    for (std::size_t layer = 0; layer < m_layers.size(); ++layer) {
        painter.setPen(scene.theme->frames[layer % scene.theme->frames.size()]);
        painter.drawText(QRectF(0, double(layer) * line, size.width(), line), Qt::AlignLeft | Qt::AlignVCenter,
                         tr("layer %1 mean").arg(m_layers[layer]->layer + 1));
    }
    painter.setPen(scene.theme->mutedText);
    painter.drawText(QRectF(0, double(m_layers.size()) * line, size.width(), line), Qt::AlignLeft | Qt::AlignVCenter,
                     tr("top: %1").arg(valueText(m_meanLimit)));
}

QString AttentionTrack::toolTip(const TrackScene& scene, double column, double y, double height) const
{
    const std::int64_t position = scene.columns().altAt(std::int64_t(column));
    if (!hasData() || position < 0)
        return {};
    if (m_style == AttentionStyle::MeanLine) {
        QString text;
        for (const AttentionMapPtr& map : m_layers)
            text += tr("layer %1, mean of heads: %2\n").arg(map->layer + 1).arg(valueText(meanOfLayer(*map, position)));
        return text.trimmed();
    }
    const QRectF area = plotArea(scene, height);
    const double line = area.height() / double(m_heads.size());
    const auto row = std::size_t(std::clamp((y - area.top()) / line, 0.0, double(m_heads.size() - 1)));
    const Head& head = m_heads[row];
    return tr("layer %1, head %2, query %3: %4")
        .arg(QString::number(head.map->layer + 1), QString::number(head.map->heads[head.index] + 1),
             QString::fromStdString(head.map->queries[m_query]), valueText(weight(head, position)));
}

}  // namespace nscope::widgets
