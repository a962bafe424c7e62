#include "widgets/arcs_row.h"

#include "widgets/number_text.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace nscope::widgets {

namespace {

constexpr double kHeight = 72.0;
constexpr double kMargin = 3.0;
constexpr double kNear = 4.0;        ///< pixels between the mouse and the end of an arc
constexpr int kListed = 4;           ///< arcs in a tool tip
constexpr double kLeastOpacity = 0.12;

}  // namespace

ArcsRow::ArcsRow(const QString& title, data::Interval window, std::vector<Arc> arcs, const QString& explanation)
    : m_title(title), m_explanation(explanation), m_window(window), m_arcs(std::move(arcs))
{
    std::ranges::sort(m_arcs, {}, &Arc::weight);
    if (!m_arcs.empty())
        m_largest = m_arcs.back().weight;
    for (const Arc& arc : m_arcs)
        m_longestNt = std::max(m_longestNt, std::abs(arc.toNt - arc.fromNt));
}

double ArcsRow::heightPixels(const GenomeScene& scene) const
{
    return scene.shows(m_window) ? kHeight : 0.0;
}

void ArcsRow::paint(QPainter& painter, const GenomeScene& scene, double height) const
{
    const double margin = kMargin * scene.heightScale, base = height - margin;
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(QPen(scene.theme->outline, scene.heightScale));
    const QRectF window = scene.box(m_window, 0, height);
    painter.drawLine(QPointF(std::max(0.0, window.left()), base),
                     QPointF(std::min(scene.widthUnits, window.right()), base));
    painter.setBrush(Qt::NoBrush);
    for (const Arc& arc : m_arcs) {
        const double a = scene.xOf(arc.fromNt), b = scene.xOf(arc.toNt);
        if (std::max(a, b) < 0.0 || std::min(a, b) > scene.widthUnits || std::abs(b - a) < scene.heightScale)
            continue;
        // A cubic reaches three quarters of the way to its control points.
        const double top = base - std::sqrt(std::abs(arc.toNt - arc.fromNt) / m_longestNt) * (base - margin) * 4.0 / 3.0;
        const double share = m_largest > 0.0 ? arc.weight / m_largest : 0.0;
        QColor colour = scene.theme->accent;
        colour.setAlphaF(float(kLeastOpacity + (1.0 - kLeastOpacity) * share));
        painter.setPen(QPen(colour, (0.6 + 1.4 * share) * scene.heightScale));
        QPainterPath path(QPointF(a, base));
        path.cubicTo(QPointF(a, top), QPointF(b, top), QPointF(b, base));
        painter.drawPath(path);
    }
    painter.setRenderHint(QPainter::Antialiasing, scene.isFigure);
}

void ArcsRow::paintLabel(QPainter& painter, const GenomeScene& scene, QSizeF size) const
{
    painter.setFont(scene.smallFont);
    painter.setPen(scene.theme->mutedText);
    painter.drawText(QRectF(QPointF(0, 0), size), Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap,
                     m_arcs.empty() ? tr("no link") : tr("darkest: weight %1").arg(valueText(m_largest)));
}

QString ArcsRow::toolTip(const GenomeScene& scene, double x, double, double) const
{
    QStringList lines;
    for (auto arc = m_arcs.rbegin(); arc != m_arcs.rend() && lines.size() < kListed; ++arc) {
        const bool isNear = std::min(std::abs(scene.xOf(arc->fromNt) - x), std::abs(scene.xOf(arc->toNt) - x))
                            <= kNear * scene.heightScale;
        if (isNear)
            lines << tr("%1 → %2: %3").arg(countText(std::int64_t(arc->fromNt) + 1),
                                           countText(std::int64_t(arc->toNt) + 1), valueText(arc->weight));
    }
    if (!lines.isEmpty() && !m_explanation.isEmpty())
        lines << m_explanation;
    return lines.join('\n');
}

}  // namespace nscope::widgets
