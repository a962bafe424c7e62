// Purpose: the button that runs something and cancels it while it runs, with what is missing above it and progress, rate
// and time left below. Thread: GUI.
#pragma once

#include "core/base/progress.h"
#include "widgets/theme.h"

#include <QtWidgets/QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace nscope::app {

class RunRow : public QWidget {
    Q_OBJECT

public:
    explicit RunRow(QWidget* parent = nullptr);

    void setTheme(const widgets::Theme& theme);
    /// What the button says while nothing runs, and while something does.
    void setTexts(const QString& run, const QString& cancel);
    /// Nothing runs. `missing`: why it cannot, empty if it can; else `failure` says how the last run ended.
    void setIdle(const QString& missing, const QString& failure);
    void setRunning(const ProgressSnapshot& progress);
    /// What it says about what is missing or has failed.
    QString sentence() const;

signals:
    void runRequested();
    void cancelRequested();

private:
    widgets::Theme m_theme = widgets::Theme::make({});
    bool m_isRunning = false;
    QString m_runText, m_cancelText;
    QLabel* m_sentence;
    QProgressBar* m_bar;
    QLabel* m_rate;
    QPushButton* m_button;
};

}  // namespace nscope::app
