// Purpose: the page of trainings: the runs there are, new ones, the curves of the chosen one while it runs and after,
// stop, go on, and use of the trained model. Thread: GUI.
#pragma once

#include "widgets/theme.h"

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

class QLabel;
class QListWidget;
class QPushButton;
class QStackedWidget;

namespace nscope::app {

class RunRow;
class StudyResultView;
class TrainingController;

class TrainingPage : public QWidget {
    Q_OBJECT

public:
    explicit TrainingPage(TrainingController& trainings, QWidget* parent = nullptr);

    void setTheme(const widgets::Theme& theme);
    /// Folder of the chosen run; empty if there is none.
    QString folder() const;
    bool choose(const QString& folder);
    StudyResultView& curves() const { return *m_curves; }
    QPushButton& useButton() const { return *m_use; }
    QPushButton& newButton() const { return *m_new; }
    RunRow& runRow() const { return *m_run; }

    void askForFolder();

signals:
    void newTrainingRequested();
    /// Path of a trained model that shall be used.
    void modelRequested(const QString& path);
    void said(const QString& sentence, bool isError);

private:
    void buildLeft(QWidget& left);
    void fillRuns();
    void refresh();
    void showCurves();
    void pressRun();

    TrainingController& m_trainings;
    QListWidget* m_runs;
    RunRow* m_run;
    QPushButton* m_new;
    QPushButton* m_use;
    QStackedWidget* m_right;
    QLabel* m_empty;
    StudyResultView* m_curves;
    QTimer m_redraw;  ///< lines come faster than curves need to be drawn
    QTimer m_poll;
};

}  // namespace nscope::app
