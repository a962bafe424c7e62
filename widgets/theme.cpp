// Purpose: the values of the light and dark themes.
#include "widgets/theme.h"

#include "core/data/alphabet.h"

#include <QApplication>
#include <QPainter>
#include <QProxyStyle>
#include <QStyleOption>

#include <algorithm>
#include <cmath>

namespace nscope::widgets {

namespace {

double luminance(const QColor& colour)
{
    const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

QColor mixed(const QColor& from, const QColor& to, double t)
{
    return QColor::fromRgbF(float(std::lerp(from.redF(), to.redF(), t)), float(std::lerp(from.greenF(), to.greenF(), t)),
                            float(std::lerp(from.blueF(), to.blueF(), t)));
}

QColor withAlpha(QColor colour, int alpha)
{
    colour.setAlpha(alpha);
    return colour;
}

std::array<QColor, 4> baseSet(const ThemeSettings& settings)
{
    const bool dark = settings.kind == ThemeKind::Dark;
    if (settings.bases == BaseColours::DeuteranopiaSafe)
        return {QColor(34, 186, 155), dark ? QColor(58, 151, 214) : QColor(0, 113, 178), QColor(254, 203, 12),
                dark ? QColor(246, 96, 138) : QColor(239, 63, 112)};
    if (dark)
        return {QColor(87, 199, 116), QColor(104, 163, 255), QColor(255, 176, 64), QColor(255, 107, 107)};
    return {QColor(17, 145, 67), QColor(38, 92, 170), QColor(214, 114, 4), QColor(208, 35, 47)};
}

void fillLight(Theme& theme)
{
    theme.window = QColor(0xf3, 0xf4, 0xf6);
    theme.background = QColor(0xff, 0xff, 0xff);
    theme.alternate = QColor(0xf7, 0xf8, 0xfa);
    theme.text = QColor(0x1b, 0x1f, 0x24);
    theme.mutedText = QColor(0x5c, 0x66, 0x73);
    theme.grid = QColor(0xe4, 0xe7, 0xec);
    theme.outline = QColor(0xc3, 0xc9, 0xd2);
    theme.accent = QColor(0x1f, 0x5f, 0xbf);
    theme.updating = QColor(255, 255, 255, 120);
    theme.warning = QColor(0x9a, 0x5b, 0x00);
    theme.error = QColor(0xb3, 0x1d, 0x28);
    theme.coding = QColor(0x0f, 0x6c, 0x8f);
    theme.noncoding = QColor(0x9b, 0x6a, 0x1c);
    theme.edit = QColor(0xb0, 0x24, 0x9a);
    theme.searchHit = QColor(0xe3, 0xb3, 0x00);
    theme.utr5 = QColor(0x8f, 0xb4, 0xd9);
    theme.cds = QColor(0x2f, 0x6f, 0xb3);
    theme.utr3 = QColor(0xb6, 0xa4, 0xd2);
    theme.startCodon = QColor(0x15, 0x80, 0x3d);
    theme.stopCodon = QColor(0xb9, 0x1c, 0x1c);
    theme.frames = {QColor(0x4c, 0x8f, 0xb8), QColor(0x6d, 0xa3, 0x7a), QColor(0xb5, 0x86, 0x5a)};
    theme.otherBase = QColor(0x8b, 0x94, 0x9e);
    theme.categories = {QColor(0x00, 0x72, 0xb2), QColor(0xd5, 0x5e, 0x00), QColor(0x00, 0x8f, 0x68), QColor(0xb8, 0x4f, 0x8f),
                        QColor(0xc0, 0x86, 0x00), QColor(0x37, 0x95, 0xd3), QColor(0x5c, 0x66, 0x73), QColor(0x7a, 0x4a, 0x1f)};
}

void fillDark(Theme& theme)
{
    theme.window = QColor(0x21, 0x24, 0x29);
    theme.background = QColor(0x19, 0x1b, 0x1f);
    theme.alternate = QColor(0x1f, 0x22, 0x27);
    theme.text = QColor(0xe4, 0xe7, 0xeb);
    theme.mutedText = QColor(0x9d, 0xa7, 0xb3);
    theme.grid = QColor(0x2e, 0x33, 0x3a);
    theme.outline = QColor(0x49, 0x51, 0x5c);
    theme.accent = QColor(0x6c, 0xaa, 0xff);
    theme.updating = QColor(25, 27, 31, 120);
    theme.warning = QColor(0xf0, 0xb4, 0x4c);
    theme.error = QColor(0xff, 0x7b, 0x72);
    theme.coding = QColor(0x4c, 0xb8, 0xdb);
    theme.noncoding = QColor(0xd9, 0xa4, 0x4e);
    theme.edit = QColor(0xf0, 0x7f, 0xdc);
    theme.searchHit = QColor(0xff, 0xd4, 0x3b);
    theme.utr5 = QColor(0x47, 0x69, 0x8c);
    theme.cds = QColor(0x4d, 0x96, 0xe0);
    theme.utr3 = QColor(0x6d, 0x5e, 0x8c);
    theme.startCodon = QColor(0x4a, 0xde, 0x80);
    theme.stopCodon = QColor(0xf8, 0x71, 0x71);
    theme.frames = {QColor(0x4c, 0x8f, 0xb8), QColor(0x5f, 0x9e, 0x70), QColor(0xb5, 0x86, 0x5a)};
    theme.otherBase = QColor(0x8b, 0x94, 0x9e);
    theme.categories = {QColor(0x4a, 0xa3, 0xe8), QColor(0xff, 0x8a, 0x3d), QColor(0x2f, 0xc7, 0x98), QColor(0xe8, 0x95, 0xc6),
                        QColor(0xf2, 0xbd, 0x42), QColor(0x97, 0xd6, 0xff), QColor(0xa8, 0xb1, 0xbc), QColor(0xc7, 0x93, 0x62)};
}

}  // namespace

double contrastRatio(const QColor& a, const QColor& b)
{
    const auto [low, high] = std::minmax({luminance(a), luminance(b)});
    return (high + 0.05) / (low + 0.05);
}

QColor Theme::baseColour(char letter) const
{
    const int index = data::baseIndex(letter);
    return index < 0 ? otherBase : bases[std::size_t(index)];
}

QColor Theme::letterColour(char letter) const
{
    constexpr double kReadableContrast = 3.0;
    const QColor fill = baseColour(letter);
    QColor colour = fill;
    for (double t = 0.05; t < 1.0 && contrastRatio(colour, background) < kReadableContrast; t += 0.05)
        colour = mixed(fill, text, t);
    return colour;
}

QColor Theme::textOn(const QColor& fill)
{
    const QColor dark(0x10, 0x12, 0x15);
    return contrastRatio(fill, dark) > contrastRatio(fill, Qt::white) ? dark : QColor(Qt::white);
}

Theme Theme::make(const ThemeSettings& settings)
{
    Theme theme;
    theme.settings = settings;
    if (settings.kind == ThemeKind::Dark)
        fillDark(theme);
    else
        fillLight(theme);
    theme.bases = baseSet(settings);
    theme.onAccent = textOn(theme.accent);
    theme.selection = withAlpha(theme.accent, theme.isDark() ? 60 : 46);
    return theme;
}

Theme Theme::forPrint() const
{
    ThemeSettings print = settings;
    print.kind = ThemeKind::Light;
    Theme theme = make(print);
    theme.window = theme.background = theme.alternate = Qt::white;
    theme.text = Qt::black;
    theme.mutedText = QColor(0x40, 0x40, 0x40);
    return theme;
}

QPalette Theme::palette() const
{
    const QColor button = isDark() ? QColor(0x2b, 0x2f, 0x36) : QColor(0xfb, 0xfc, 0xfd);
    QPalette p;
    p.setColor(QPalette::Window, window);
    p.setColor(QPalette::WindowText, text);
    p.setColor(QPalette::Base, background);
    p.setColor(QPalette::AlternateBase, alternate);
    p.setColor(QPalette::Text, text);
    p.setColor(QPalette::PlaceholderText, mutedText);
    p.setColor(QPalette::Button, button);
    p.setColor(QPalette::ButtonText, text);
    p.setColor(QPalette::BrightText, error);
    p.setColor(QPalette::ToolTipBase, isDark() ? QColor(0x2b, 0x2f, 0x36) : QColor(0xff, 0xff, 0xff));
    p.setColor(QPalette::ToolTipText, text);
    p.setColor(QPalette::Link, accent);
    p.setColor(QPalette::LinkVisited, accent);
    p.setColor(QPalette::Highlight, accent);
    p.setColor(QPalette::HighlightedText, onAccent);
    p.setColor(QPalette::Light, isDark() ? QColor(0x3a, 0x40, 0x49) : QColor(0xff, 0xff, 0xff));
    p.setColor(QPalette::Midlight, isDark() ? QColor(0x33, 0x38, 0x40) : QColor(0xee, 0xf0, 0xf3));
    p.setColor(QPalette::Mid, outline);
    p.setColor(QPalette::Dark, isDark() ? QColor(0x12, 0x14, 0x17) : QColor(0xa9, 0xb1, 0xbb));
    p.setColor(QPalette::Shadow, isDark() ? QColor(0x0b, 0x0c, 0x0e) : QColor(0x7d, 0x86, 0x92));
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText,
                                           QPalette::HighlightedText})
        p.setColor(QPalette::Disabled, role, mixed(text, window, 0.55));
    p.setColor(QPalette::Disabled, QPalette::Highlight, outline);
    return p;
}

namespace {

/// Fusion frames check boxes and radio buttons a little darker than the window, which on a dark one is not seen.
class FramedBoxes : public QProxyStyle {
public:
    FramedBoxes() : QProxyStyle(QStringLiteral("Fusion")) {}

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override
    {
        QProxyStyle::drawPrimitive(element, option, painter, widget);
        const bool isBox = element == PE_IndicatorCheckBox || element == PE_IndicatorItemViewItemCheck;
        if (!isBox && element != PE_IndicatorRadioButton)
            return;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing, !isBox);
        painter->setPen(option->palette.color(QPalette::PlaceholderText));
        painter->setBrush(Qt::NoBrush);
        const QRect frame = option->rect.adjusted(0, 0, -1, -1);
        if (isBox)
            painter->drawRect(frame);
        else
            painter->drawEllipse(frame);
        painter->restore();
    }
};

}  // namespace

void applyTheme(QApplication& application, const Theme& theme)
{
    application.setStyle(new FramedBoxes);
    application.setPalette(theme.palette());
    application.setStyleSheet(QStringLiteral("QToolTip { color: %1; background: %2; border: 1px solid %3; padding: 3px; }")
                                  .arg(theme.text.name(), theme.palette().color(QPalette::ToolTipBase).name(),
                                       theme.outline.name()));
}

}  // namespace nscope::widgets
