#include "widgets/plot_shapes.h"

#include "widgets/track_drawing.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <map>

namespace nscope::widgets {

std::optional<QLineF> cutToBox(const QLineF& line, const QRectF& box)
{
    double from = 0.0, to = 1.0;
    const auto cut = [&](double towards, double distance) {
        if (towards == 0.0)
            return distance >= 0.0;
        const double t = distance / towards;
        if (towards < 0.0)
            from = std::max(from, t);
        else
            to = std::min(to, t);
        return true;
    };
    if (!cut(-line.dx(), line.x1() - box.left()) || !cut(line.dx(), box.right() - line.x1()) || !cut(-line.dy(), line.y1() - box.top())
        || !cut(line.dy(), box.bottom() - line.y1()) || from > to)
        return std::nullopt;
    return QLineF(line.pointAt(from), line.pointAt(to));
}

QPolygonF cutToBox(QPolygonF polygon, const QRectF& box)
{
    const auto cut = [&](auto distance) {
        QPolygonF kept;
        for (int i = 0; i < polygon.size(); ++i) {
            const QPointF a = polygon[i], b = polygon[(i + 1) % polygon.size()];
            const double da = distance(a), db = distance(b);
            if (da >= 0.0)
                kept << a;
            if ((da >= 0.0) != (db >= 0.0))
                kept << a + (b - a) * (da / (da - db));
        }
        polygon = kept;
    };
    cut([&](QPointF p) { return p.x() - box.left(); });
    cut([&](QPointF p) { return box.right() - p.x(); });
    cut([&](QPointF p) { return p.y() - box.top(); });
    cut([&](QPointF p) { return box.bottom() - p.y(); });
    return polygon;
}

void drawDensePoints(QPainter& painter, const std::vector<QPointF>& points, double radius, const PlotStyle& style)
{
    // Counted in squares of a third of a text height, summed over the neighbouring squares.
    const double cell = style.textHeight() / 3.0;
    const auto square = [&](QPointF at) { return std::pair(int(std::floor(at.x() / cell)), int(std::floor(at.y() / cell))); };
    std::map<std::pair<int, int>, int> counts;
    for (const QPointF& at : points)
        ++counts[square(at)];
    std::vector<std::pair<double, QPointF>> placed;
    double most = 1.0;
    for (const QPointF& at : points) {
        const auto [column, row] = square(at);
        double near = 0.0;
        for (int dx = -1; dx <= 1; ++dx) {
            for (int dy = -1; dy <= 1; ++dy) {
                const auto found = counts.find({column + dx, row + dy});
                near += found == counts.end() ? 0 : found->second;
            }
        }
        most = std::max(most, near);
        placed.emplace_back(near, at);
    }
    std::ranges::sort(placed, {}, [](const auto& entry) { return entry.first; });
    constexpr int kShades = 24;
    ColourBatches batches;
    for (const auto& [near, at] : placed) {
        const double shade = std::round(std::log1p(near) / std::log1p(most) * kShades) / kShades;
        // Single points must not vanish in the background: the end of the map that is like it is left out.
        const double t = style.theme->isDark() ? 0.3 + 0.7 * shade : 0.82 * (1.0 - shade);
        batches.add(colourAt(sequentialTable(), t), QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius));
    }
    batches.draw(painter);
    painter.setRenderHint(QPainter::Antialiasing, true);
}

}  // namespace nscope::widgets
