// Purpose: writes any FigureSource to SVG, PDF or PNG at a size in millimetres, with live text and the provenance in
// the file's metadata. Thread: GUI (it calls the source's drawing code). Files are replaced only when complete.
#pragma once

#include "core/base/result.h"
#include "widgets/figure_source.h"
#include "widgets/theme.h"

#include <QByteArray>
#include <QString>

class QImage;

namespace nscope::widgets {

enum class FigureFormat { Svg, Pdf, Png };

struct FigureSettings {
    double widthMm = 183.0;
    double heightMm = 80.0;
    int dpi = 300;        ///< raster only; at least 300
    QString title;        ///< empty: the source's
    QString provenance;   ///< model hash, sequence, method, options, seed, version
};

inline constexpr double kSingleColumnMm = 89.0;
inline constexpr double kDoubleColumnMm = 183.0;
inline constexpr double kMaxHeightMm = 170.0;
inline constexpr double kPointsPerMm = 72.0 / 25.4;

/// Format by the file name's ending; an error that names the three otherwise.
Result<FigureFormat> figureFormatOf(const QString& path);

/// Draws the light print theme of `theme` into a file.
Result<void> exportFigure(const FigureSource& source, const QString& path, const FigureSettings& settings,
                          const Theme& theme);

/// The text of an SVG file, for figures inside of other documents.
QByteArray figureSvg(const FigureSource& source, const FigureSettings& settings, const Theme& theme);

/// The same drawing as an image, for the preview.
QImage renderFigure(const FigureSource& source, const FigureSettings& settings, const Theme& theme, int dpi);

}  // namespace nscope::widgets
