// Purpose: draws the letters A, C, G, T, U and N by hand and caches all shapes.
#include "widgets/letter_glyphs.h"

#include <QFont>
#include <QTransform>

#include <map>

namespace nscope::widgets {

namespace {

QPainterPath polygon(std::initializer_list<QPointF> points)
{
    QPainterPath path;
    path.addPolygon(QPolygonF(QList<QPointF>(points)));
    path.closeSubpath();
    return path;
}

QPainterPath letterA()
{
    QPainterPath path = polygon({{0, 1}, {0.37, 0}, {0.63, 0}, {1, 1}, {0.75, 1}, {0.68, 0.77}, {0.32, 0.77}, {0.25, 1}});
    path.addPath(polygon({{0.5, 0.2}, {0.38, 0.58}, {0.62, 0.58}}));
    return path;
}

QPainterPath letterC()
{
    QPainterPath path(QPointF(0.98, 0.3));
    path.cubicTo(0.85, -0.1, 0, -0.13, 0, 0.5);
    path.cubicTo(0, 1.13, 0.85, 1.1, 0.98, 0.7);
    path.lineTo(0.74, 0.63);
    path.cubicTo(0.66, 0.86, 0.25, 0.9, 0.25, 0.5);
    path.cubicTo(0.25, 0.1, 0.66, 0.14, 0.74, 0.37);
    path.closeSubpath();
    return path;
}

QPainterPath letterG()
{
    QPainterPath path(QPointF(0.96, 0.28));
    path.cubicTo(0.8, -0.1, 0, -0.12, 0, 0.5);
    path.cubicTo(0, 1.14, 0.66, 1.1, 1, 0.88);
    path.lineTo(1, 0.46);
    path.lineTo(0.54, 0.46);
    path.lineTo(0.54, 0.64);
    path.lineTo(0.77, 0.64);
    path.lineTo(0.77, 0.77);
    path.cubicTo(0.58, 0.86, 0.25, 0.86, 0.25, 0.5);
    path.cubicTo(0.25, 0.1, 0.62, 0.14, 0.73, 0.36);
    path.closeSubpath();
    return path;
}

QPainterPath letterU()
{
    QPainterPath path(QPointF(0, 0));
    path.lineTo(0.25, 0);
    path.lineTo(0.25, 0.62);
    path.cubicTo(0.25, 0.86, 0.75, 0.86, 0.75, 0.62);
    path.lineTo(0.75, 0);
    path.lineTo(1, 0);
    path.lineTo(1, 0.64);
    path.cubicTo(1, 1.12, 0, 1.12, 0, 0.64);
    path.closeSubpath();
    return path;
}

QPainterPath fromFont(char letter)
{
    QFont font(QStringLiteral("DejaVu Sans"));
    font.setBold(true);
    font.setPixelSize(100);
    QPainterPath path;
    path.addText(0, 0, font, QString(QLatin1Char(letter)));
    return path;
}

QPainterPath drawing(char letter)
{
    switch (letter) {
    case 'A': return letterA();
    case 'C': return letterC();
    case 'G': return letterG();
    case 'T':
        return polygon({{0, 0}, {1, 0}, {1, 0.2}, {0.63, 0.2}, {0.63, 1}, {0.37, 1}, {0.37, 0.2}, {0, 0.2}});
    case 'U': return letterU();
    case 'N':
        return polygon({{0, 0}, {0.26, 0}, {0.75, 0.62}, {0.75, 0}, {1, 0}, {1, 1}, {0.74, 1}, {0.25, 0.38}, {0.25, 1}, {0, 1}});
    default: return fromFont(letter);
    }
}

/// Stretched so that the outline touches all four sides of the unit square.
QPainterPath normalised(const QPainterPath& path)
{
    const QRectF box = path.boundingRect();
    if (box.width() <= 0 || box.height() <= 0)
        return {};
    QTransform toUnit;
    toUnit.scale(1.0 / box.width(), 1.0 / box.height());
    toUnit.translate(-box.left(), -box.top());
    QPainterPath unit = toUnit.map(path);
    unit.setFillRule(Qt::WindingFill);
    return unit;
}

}  // namespace

const QPainterPath& letterGlyph(char displayedLetter)
{
    static std::map<char, QPainterPath> cache;
    const auto found = cache.find(displayedLetter);
    if (found != cache.end())
        return found->second;
    return cache.emplace(displayedLetter, normalised(drawing(displayedLetter))).first->second;
}

void addLetter(QPainterPath& path, char displayedLetter, const QRectF& box, bool upsideDown)
{
    QTransform place;
    place.translate(box.left(), upsideDown ? box.bottom() : box.top());
    place.scale(box.width(), upsideDown ? -box.height() : box.height());
    path.addPath(place.map(letterGlyph(displayedLetter)));
}

}  // namespace nscope::widgets
