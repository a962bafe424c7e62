// Purpose: the colour maps of all views: sequential, cyclic and diverging, perceptually even because they are built
// from control points in OKLCH and converted to sRGB. Thread: any (immutable tables).
// Source: Ottosson 2020, "A perceptual color space for image processing" (OKLab).
#pragma once

#include <QRgb>

#include <array>

namespace nscope::widgets {

enum class DivergingMap { BlueRed, PurpleGreen };

inline constexpr int kColourSteps = 256;
using ColourTable = std::array<QRgb, kColourSteps>;

/// One colour of the OKLCH space: lightness 0..1, chroma 0..0.4, hue in degrees.
struct Oklch {
    double lightness = 0.0;
    double chroma = 0.0;
    double hueDegrees = 0.0;
};

/// sRGB of an OKLCH colour; chroma is reduced until the colour can be shown.
QRgb toRgb(Oklch colour);

/// Dark violet to pale yellow with evenly rising lightness; for magnitudes. Index 0 is zero.
const ColourTable& sequentialTable();
/// Closed circle of hues, −π at index 0 and π at the last index; for phases.
const ColourTable& cyclicTable();
/// Index 0 is −1, the last index +1, the middle is the view's background so that zero disappears.
const ColourTable& divergingTable(DivergingMap map, bool dark);

/// Nearest entry for t in 0..1 (clamped; not a number gives the first entry).
QRgb colourAt(const ColourTable& table, double t);
/// Entry of a diverging table for value in −limit..limit (limit ≤ 0 gives the centre).
QRgb divergingColour(const ColourTable& table, double value, double limit);

}  // namespace nscope::widgets
