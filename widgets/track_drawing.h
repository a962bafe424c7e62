// Purpose: drawing helpers shared by the tracks: heat maps that are vectors or pixels as the zoom asks, colour scales,
// and text that fits. Thread: GUI.
#pragma once

#include "widgets/track_scene.h"

#include <QColor>
#include <QImage>
#include <QRectF>
#include <QString>

#include <functional>

class QPainter;

namespace nscope::widgets {

/// While it lives, a track paints into the data area only: a base that is half scrolled out must not reach the labels.
/// Figures show whole columns and need no clip (conventions: no masks).
class DataClip {
public:
    DataClip(QPainter& painter, const TrackScene& scene, double height);
    ~DataClip();
    DataClip(const DataClip&) = delete;
    DataClip& operator=(const DataClip&) = delete;

private:
    QPainter& m_painter;
};

/// Columns [first, last) that fall into one raster column of the data area.
data::Interval columnsOfPixel(const TrackScene& scene, int pixel);
/// Raster columns of the data area.
int pixelCount(const TrackScene& scene);

/// A heat map drawn as an image of the data area's raster columns: `colour(row, columns)` gives one pixel.
void drawRasterRows(QPainter& painter, const TrackScene& scene, int rows, const QRectF& area,
                    const std::function<QRgb(int row, data::Interval columns)>& colour);

/// Draws an image pixel by pixel, opaque whatever brush was used before (Qt's PDF engine lends it the brush's alpha).
void drawPixels(QPainter& painter, const QRectF& area, const QImage& image);

/// Rectangles of equal colour collected into few paths, so that figures stay small and editable.
class ColourBatches {
public:
    void add(QRgb colour, const QRectF& box);
    void draw(QPainter& painter) const;

private:
    std::vector<std::pair<QRgb, std::vector<QRectF>>> m_batches;
};

/// Vertical colour scale with the labels at its top, middle (may be empty) and bottom, and a caption above.
void drawColourScale(QPainter& painter, const TrackScene& scene, QSizeF size, const ColourTable& table,
                     const QString& caption, const QString& top, const QString& middle, const QString& bottom);

/// Text inside a box only if it fits; returns whether it was drawn.
bool drawFitting(QPainter& painter, const QRectF& box, const QString& text, int flags = Qt::AlignCenter);

/// A colour moved towards the background (0: unchanged, 1: background).
QRgb paler(QRgb colour, const QColor& background, double amount);

}  // namespace nscope::widgets
