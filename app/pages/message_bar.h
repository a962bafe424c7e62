// Purpose: one sentence over the views: what went wrong or what was done, until it is closed or a newer one comes.
// Text from files is shown as plain text. Thread: GUI.
#pragma once

#include "widgets/theme.h"

#include <QtWidgets/QFrame>

class QLabel;
class QTimer;

namespace nscope::app {

class MessageBar : public QFrame {
    Q_OBJECT

public:
    explicit MessageBar(QWidget* parent = nullptr);
    void setTheme(const widgets::Theme& theme);
    /// Errors stay until they are closed; other sentences for a while.
    void say(const QString& sentence, bool isError);
    QString sentence() const;

private:
    void updateColours();

    QLabel* m_text;
    QTimer* m_timer;
    widgets::Theme m_theme;
    bool m_isError = false;
};

}  // namespace nscope::app
