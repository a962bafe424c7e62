#include "app/theme_controller.h"

#include <QtCore/QSettings>
#include <QtWidgets/QApplication>

namespace nscope::app {

namespace {

constexpr const char* kDarkKey = "theme/dark";
constexpr const char* kSafeKey = "theme/colourBlindSafe";
constexpr const char* kPurpleKey = "theme/purpleGreen";

widgets::ThemeSettings storedSettings()
{
    const QSettings stored;
    widgets::ThemeSettings settings;
    settings.kind = stored.value(kDarkKey).toBool() ? widgets::ThemeKind::Dark : widgets::ThemeKind::Light;
    settings.bases = stored.value(kSafeKey).toBool() ? widgets::BaseColours::DeuteranopiaSafe
                                                     : widgets::BaseColours::Standard;
    settings.diverging = stored.value(kPurpleKey).toBool() ? widgets::DivergingMap::PurpleGreen
                                                           : widgets::DivergingMap::BlueRed;
    return settings;
}

}  // namespace

ThemeController::ThemeController(QObject* parent) : QObject(parent), m_theme(widgets::Theme::make(storedSettings()))
{
    widgets::applyTheme(*qApp, m_theme);
}

void ThemeController::set(const widgets::ThemeSettings& settings)
{
    QSettings stored;
    stored.setValue(kDarkKey, settings.kind == widgets::ThemeKind::Dark);
    stored.setValue(kSafeKey, settings.bases == widgets::BaseColours::DeuteranopiaSafe);
    stored.setValue(kPurpleKey, settings.diverging == widgets::DivergingMap::PurpleGreen);
    m_theme = widgets::Theme::make(settings);
    apply();
}

void ThemeController::overrideKind(widgets::ThemeKind kind)
{
    widgets::ThemeSettings settings = m_theme.settings;
    settings.kind = kind;
    m_theme = widgets::Theme::make(settings);
    apply();
}

void ThemeController::apply()
{
    widgets::applyTheme(*qApp, m_theme);
    emit themeChanged();
}

}  // namespace nscope::app
