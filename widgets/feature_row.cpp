#include "widgets/feature_row.h"

#include "widgets/number_text.h"
#include "widgets/track_drawing.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace nscope::widgets {

namespace {

constexpr double kLaneHeight = 14.0;
constexpr int kMostLanes = 4;
constexpr double kLeastWidth = 2.0;
constexpr double kPalest = 0.65;  ///< of the feature with the least score

}  // namespace

void FeatureRow::setFeatures(std::vector<data::Feature> features)
{
    m_features = std::move(features);
    std::ranges::sort(m_features, {}, [](const data::Feature& f) { return f.locus.interval.startNt; });
    m_lowScore = HUGE_VAL;
    m_highScore = -HUGE_VAL;
    for (const data::Feature& feature : m_features) {
        if (std::isnan(feature.score))
            continue;
        m_lowScore = std::min(m_lowScore, feature.score);
        m_highScore = std::max(m_highScore, feature.score);
    }
}

double FeatureRow::heightPixels(const GenomeScene&) const { return std::max(1, m_laneCount) * kLaneHeight + 6.0; }

void FeatureRow::prepare(const GenomeScene& scene)
{
    m_lanes.assign(m_features.size(), -1);
    std::vector<double> freeFrom;
    for (std::size_t n = 0; n < m_features.size(); ++n) {
        const std::size_t i = scene.isReversed ? m_features.size() - 1 - n : n;
        const data::Feature& feature = m_features[i];
        if (!scene.shows(feature.locus.interval))
            continue;
        const QRectF box = scene.box(feature.locus.interval, 0, 1, kLeastWidth * scene.heightScale);
        auto lane = std::ranges::find_if(freeFrom, [&](double from) { return box.left() >= from; });
        if (lane == freeFrom.end() && int(freeFrom.size()) < kMostLanes) {
            freeFrom.push_back(-1e18);
            lane = freeFrom.end() - 1;
        }
        if (lane == freeFrom.end())
            lane = freeFrom.end() - 1;  // too many: they lie over each other in the last lane
        *lane = box.right() + 1.0 * scene.heightScale;
        m_lanes[i] = int(lane - freeFrom.begin());
    }
    m_laneCount = int(freeFrom.size());
}

QColor FeatureRow::colourOf(const data::Feature& feature, const Theme& theme) const
{
    if (std::isnan(feature.score) || !(m_highScore > m_lowScore))
        return m_colour;
    const double share = (feature.score - m_lowScore) / (m_highScore - m_lowScore);
    return QColor::fromRgb(paler(m_colour.rgb(), theme.background, kPalest * (1.0 - share)));
}

void FeatureRow::paint(QPainter& painter, const GenomeScene& scene, double height) const
{
    painter.setRenderHint(QPainter::Antialiasing, scene.isFigure);
    painter.setFont(scene.smallFont);
    const double lane = height / std::max(1, m_laneCount), gap = lane * 0.12;
    bool isEmpty = true;
    for (std::size_t i = 0; i < m_features.size(); ++i) {
        if (m_lanes.size() != m_features.size() || m_lanes[i] < 0)
            continue;
        isEmpty = false;
        const data::Feature& feature = m_features[i];
        const QRectF box =
            scene.box(feature.locus.interval, m_lanes[i] * lane + gap, lane - 2 * gap, kLeastWidth * scene.heightScale);
        const QColor fill = colourOf(feature, *scene.theme);
        painter.setPen(Qt::NoPen);
        painter.setBrush(fill);
        painter.drawRect(box);
        if (feature.summitNt && box.width() > 6.0 * scene.heightScale)
            painter.fillRect(QRectF(scene.xOf(double(*feature.summitNt) + 0.5) - scene.heightScale * 0.75, box.top(),
                                    scene.heightScale * 1.5, box.height()),
                             Theme::textOn(fill));
        painter.setPen(Theme::textOn(fill));
        drawFitting(painter, box.intersected(QRectF(0, box.top(), scene.widthUnits, box.height())),
                    QString::fromStdString(feature.name));
    }
    if (!isEmpty)
        return;
    painter.setPen(scene.theme->mutedText);
    painter.drawText(QRectF(0, 0, scene.widthUnits, height), Qt::AlignCenter,
                     m_sentence.isEmpty() ? tr("nothing here") : m_sentence);
}

QString FeatureRow::toolTip(const GenomeScene& scene, double x, double y, double height) const
{
    const int lane = int(y / (height / std::max(1, m_laneCount)));
    const double at = scene.positionAt(x), slack = kLeastWidth * scene.ntPerUnit;
    QStringList lines;
    for (std::size_t i = 0; i < m_features.size() && i < m_lanes.size(); ++i) {
        const data::Feature& feature = m_features[i];
        const data::Interval range = feature.locus.interval;
        if (m_lanes[i] != lane || at < double(range.startNt) - slack || at > double(range.endNt) + slack)
            continue;
        QString text =
            QStringLiteral("%1:%2").arg(QString::fromStdString(feature.locus.chromosome), intervalText(range));
        if (!feature.name.empty())
            text = QString::fromStdString(feature.name) + QStringLiteral(", ") + text;
        if (feature.locus.strand != data::Strand::None)
            text += tr(", strand %1")
                        .arg(QString(QChar::fromLatin1(char(feature.locus.strand))).replace('-', QChar(0x2212)));
        lines << text;
        if (!std::isnan(feature.score))
            lines << tr("score %1").arg(valueText(feature.score));
        if (!std::isnan(feature.signal))
            lines << tr("signal %1").arg(valueText(feature.signal));
        if (!std::isnan(feature.qValueLog10) && feature.qValueLog10 >= 0)
            lines << tr("q = 10^−%1").arg(valueText(feature.qValueLog10));
        if (lines.size() > 8)
            break;
    }
    return lines.join(QLatin1Char('\n'));
}

}  // namespace nscope::widgets
