// Purpose: bold letter shapes that can be stretched to any height (sequence logos), with few points each so that
// figures with thousands of letters stay small. Shapes fill the unit square, y downwards. Thread: GUI.
#pragma once

#include <QPainterPath>
#include <QRectF>

namespace nscope::widgets {

/// Shape of a displayed letter (A C G T U N own drawings, other IUPAC codes from the font).
const QPainterPath& letterGlyph(char displayedLetter);

/// Appends the letter stretched into a rectangle; `upsideDown` for negative values.
void addLetter(QPainterPath& path, char displayedLetter, const QRectF& box, bool upsideDown = false);

}  // namespace nscope::widgets
