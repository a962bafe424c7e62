// Purpose: builds the colour tables once and looks colours up in them.
#include "widgets/colour_maps.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

namespace nscope::widgets {

namespace {

struct LinearRgb {
    double red, green, blue;
    bool isInGamut() const
    {
        constexpr double kSlack = 1e-4;
        return std::min({red, green, blue}) >= -kSlack && std::max({red, green, blue}) <= 1.0 + kSlack;
    }
};

LinearRgb toLinear(Oklch colour)
{
    const double hue = colour.hueDegrees * std::numbers::pi / 180.0;
    const double a = colour.chroma * std::cos(hue);
    const double b = colour.chroma * std::sin(hue);
    const double l = std::pow(colour.lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
    const double m = std::pow(colour.lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
    const double s = std::pow(colour.lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
    return {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

int toByte(double linear)
{
    const double clamped = std::clamp(linear, 0.0, 1.0);
    const double encoded = clamped <= 0.0031308 ? 12.92 * clamped : 1.055 * std::pow(clamped, 1.0 / 2.4) - 0.055;
    return int(std::lround(encoded * 255.0));
}

Oklch mixed(Oklch from, Oklch to, double t)
{
    return {std::lerp(from.lightness, to.lightness, t), std::lerp(from.chroma, to.chroma, t),
            std::lerp(from.hueDegrees, to.hueDegrees, t)};
}

/// Control points at equal distances from index 0 to the last.
ColourTable interpolated(std::span<const Oklch> points)
{
    ColourTable table;
    const double pieces = double(points.size() - 1);
    for (int i = 0; i < kColourSteps; ++i) {
        const double place = pieces * i / (kColourSteps - 1);
        const std::size_t piece = std::min(std::size_t(place), points.size() - 2);
        table[std::size_t(i)] = toRgb(mixed(points[piece], points[piece + 1], place - double(piece)));
    }
    return table;
}

ColourTable makeCyclic()
{
    ColourTable table;
    for (int i = 0; i < kColourSteps; ++i) {
        const double turn = double(i) / (kColourSteps - 1);
        const double lightness = 0.66 - 0.16 * std::cos(2.0 * std::numbers::pi * turn);
        table[std::size_t(i)] = toRgb({lightness, 0.12, 280.0 + 360.0 * turn});
    }
    return table;
}

ColourTable makeDiverging(DivergingMap map, bool dark)
{
    const double negativeHue = map == DivergingMap::BlueRed ? 257.0 : 312.0;
    const double positiveHue = map == DivergingMap::BlueRed ? 27.0 : 148.0;
    const double endLightness = dark ? 0.74 : 0.42;
    const double middleLightness = dark ? 0.26 : 0.985;
    const double halfLightness = std::lerp(middleLightness, endLightness, 0.5);
    const Oklch points[] = {{endLightness, 0.17, negativeHue}, {halfLightness, 0.12, negativeHue},
                            {middleLightness, 0.0, negativeHue}, {middleLightness, 0.0, positiveHue},
                            {halfLightness, 0.13, positiveHue}, {endLightness, 0.19, positiveHue}};
    const ColourTable negative = interpolated(std::span(points).first(3));
    const ColourTable positive = interpolated(std::span(points).last(3));
    ColourTable table;
    for (int i = 0; i < kColourSteps; ++i) {
        const int half = kColourSteps / 2;
        const int place = i < half ? i * (kColourSteps - 1) / (half - 1) : (i - half) * (kColourSteps - 1) / (half - 1);
        table[std::size_t(i)] = i < half ? negative[std::size_t(place)] : positive[std::size_t(place)];
    }
    return table;
}

}  // namespace

QRgb toRgb(Oklch colour)
{
    LinearRgb linear = toLinear(colour);
    while (!linear.isInGamut() && colour.chroma > 0.001) {
        colour.chroma *= 0.97;
        linear = toLinear(colour);
    }
    return qRgb(toByte(linear.red), toByte(linear.green), toByte(linear.blue));
}

const ColourTable& sequentialTable()
{
    static const Oklch kPoints[] = {{0.16, 0.09, 285.0}, {0.36, 0.20, 305.0}, {0.55, 0.22, 345.0},
                                    {0.74, 0.17, 405.0}, {0.95, 0.17, 465.0}};
    static const ColourTable kTable = interpolated(kPoints);
    return kTable;
}

const ColourTable& cyclicTable()
{
    static const ColourTable kTable = makeCyclic();
    return kTable;
}

const ColourTable& divergingTable(DivergingMap map, bool dark)
{
    static const std::array<ColourTable, 4> kTables = {
        makeDiverging(DivergingMap::BlueRed, false), makeDiverging(DivergingMap::BlueRed, true),
        makeDiverging(DivergingMap::PurpleGreen, false), makeDiverging(DivergingMap::PurpleGreen, true)};
    return kTables[(map == DivergingMap::PurpleGreen ? 2u : 0u) + (dark ? 1u : 0u)];
}

QRgb colourAt(const ColourTable& table, double t)
{
    const double place = std::isnan(t) ? 0.0 : std::clamp(t, 0.0, 1.0);
    return table[std::size_t(std::lround(place * (kColourSteps - 1)))];
}

QRgb divergingColour(const ColourTable& table, double value, double limit)
{
    return colourAt(table, limit > 0.0 ? 0.5 + 0.5 * value / limit : 0.5);
}

}  // namespace nscope::widgets
