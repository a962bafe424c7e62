// Purpose: the user's choice of look, kept in the settings and applied to the application. Thread: GUI.
#pragma once

#include "widgets/theme.h"

#include <QtCore/QObject>

namespace nscope::app {

class ThemeController : public QObject {
    Q_OBJECT

public:
    explicit ThemeController(QObject* parent = nullptr);

    const widgets::Theme& theme() const { return m_theme; }
    void set(const widgets::ThemeSettings& settings);
    /// For this run only.
    void overrideKind(widgets::ThemeKind kind);

signals:
    void themeChanged();

private:
    void apply();

    widgets::Theme m_theme;
};

}  // namespace nscope::app
