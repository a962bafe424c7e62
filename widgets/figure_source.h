// Purpose: a view that can be drawn as a figure with the same code that draws it on screen.
// Units: points (1/72 inch); the painter's unit is one point, text is 5–7 units high. Nothing is clipped by masks:
// a source draws only what lies inside `sizePoints`. Thread: GUI.
#pragma once

#include <QSizeF>
#include <QString>

class QPainter;

namespace nscope::widgets {

struct Theme;

class FigureSource {
public:
    virtual ~FigureSource() = default;
    /// Draws the figure into (0, 0)–sizePoints.
    virtual void drawFigure(QPainter& painter, QSizeF sizePoints, const Theme& theme) const = 0;
    /// One line for the file's title and the default file name.
    virtual QString figureTitle() const = 0;
    /// A height in points that suits the content at this width.
    virtual double preferredHeightPoints(double widthPoints) const { return widthPoints * 0.6; }
};

/// Text heights of figures in points: between 5 and 7 everywhere.
inline constexpr int kFigureTextPoints = 6;
inline constexpr int kFigureSmallTextPoints = 5;
inline constexpr int kFigureTitlePoints = 7;

}  // namespace nscope::widgets
