// Purpose: our own light and dark look (Qt 6.4 cannot ask the desktop): the palette of the Fusion style and the colours
// that views draw with, as one value. Figures are always drawn with a light theme on white.
// Thread: GUI. Colours: spec/conventions.md "Colour".
#pragma once

#include "widgets/colour_maps.h"

#include <QColor>
#include <QPalette>

#include <array>

class QApplication;

namespace nscope::widgets {

enum class ThemeKind { Light, Dark };
enum class BaseColours { Standard, DeuteranopiaSafe };

struct ThemeSettings {
    ThemeKind kind = ThemeKind::Light;
    BaseColours bases = BaseColours::Standard;
    DivergingMap diverging = DivergingMap::BlueRed;
    bool operator==(const ThemeSettings&) const = default;
};

struct Theme {
    ThemeSettings settings;

    QColor window;       ///< around views
    QColor background;   ///< of views
    QColor alternate;    ///< every other row, headers of tracks
    QColor text;
    QColor mutedText;    ///< units, axis labels, empty states
    QColor grid;         ///< thin lines behind data
    QColor outline;      ///< thin lines around things
    QColor accent;       ///< links, focus, the selected base
    QColor onAccent;     ///< text on accent
    QColor selection;    ///< translucent, over data
    QColor updating;     ///< translucent veil while results are stale
    QColor warning;
    QColor error;
    QColor coding;       ///< class PC
    QColor noncoding;    ///< class NC
    QColor edit;         ///< marks of edits
    QColor searchHit;
    QColor utr5;
    QColor cds;
    QColor utr3;
    QColor startCodon;
    QColor stopCodon;
    std::array<QColor, 3> frames;  ///< ORFs of frame 1, 2, 3
    std::array<QColor, 4> bases;   ///< A, C, G, T/U
    QColor otherBase;              ///< N and other IUPAC codes
    std::array<QColor, 8> categories;  ///< series of plots, told apart with any colour vision (after Okabe and Ito 2008)

    bool isDark() const { return settings.kind == ThemeKind::Dark; }
    /// Fill colour of a canonical or displayed letter.
    QColor baseColour(char letter) const;
    /// The same hue, moved away from the background until a letter in it reads well (contrast at least 3).
    QColor letterColour(char letter) const;
    /// Colour of series `index`, counted round.
    QColor category(int index) const { return categories[std::size_t(index) % categories.size()]; }
    /// Black or white, whichever reads better on a fill.
    static QColor textOn(const QColor& fill);
    const ColourTable& diverging() const { return divergingTable(settings.diverging, isDark()); }

    QPalette palette() const;
    static Theme make(const ThemeSettings& settings);
    /// What figures use: the light theme on pure white with the same choice of base colours and maps.
    Theme forPrint() const;
};

/// Contrast ratio of WCAG 2.1, 1..21.
double contrastRatio(const QColor& a, const QColor& b);

/// Fusion style, palette and style sheet of the whole application.
void applyTheme(QApplication& application, const Theme& theme);

}  // namespace nscope::widgets
