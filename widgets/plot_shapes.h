// Purpose: shapes of plots: cut to a box without clip masks, and clouds of points coloured by density. Thread: GUI.
#pragma once

#include "widgets/plot_picture.h"

#include <QLineF>
#include <QPolygonF>

#include <optional>
#include <vector>

namespace nscope::widgets {

/// The part of a segment inside a box (Liang and Barsky 1984).
std::optional<QLineF> cutToBox(const QLineF& line, const QRectF& box);
/// A polygon cut to a box, side by side (Sutherland and Hodgman 1974).
QPolygonF cutToBox(QPolygonF polygon, const QRectF& box);

/// Squares of half width `radius`, coloured by how many points lie near each, the densest on top.
void drawDensePoints(QPainter& painter, const std::vector<QPointF>& points, double radius, const PlotStyle& style);

}  // namespace nscope::widgets
