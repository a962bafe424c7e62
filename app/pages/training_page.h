// Purpose: the page of trainings: the runs there are, new ones, the curves of the chosen one while it runs and after,
// stop, go on, and use of the trained model. Thread: GUI.
#pragma once

#include "core/base/progress.h"
#include "core/study/study.h"
#include "widgets/theme.h"

#include <QtCore/QPointer>
#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

#include <functional>
#include <map>
#include <stop_token>

class QComboBox;
class QLabel;
class QListWidget;
class QPushButton;
class QStackedWidget;

namespace nscope::app {

class ReaderPool;
class RunRow;
class StudyResultView;
class TrainingController;

class TrainingPage : public QWidget {
    Q_OBJECT

public:
    TrainingPage(TrainingController& trainings, ReaderPool& readers, QWidget* parent = nullptr);

    void setTheme(const widgets::Theme& theme);
    /// Folder of the chosen run; empty if there is none.
    QString folder() const;
    bool choose(const QString& folder);
    StudyResultView& curves() const { return *m_curves; }
    QPushButton& useButton() const { return *m_use; }
    QPushButton& newButton() const { return *m_new; }
    RunRow& runRow() const { return *m_run; }
    /// What the chosen run is compared with; its first line is none.
    QComboBox& otherBox() const { return *m_other; }

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
    void fillOthers();
    study::Outcome outcomeOf(const QString& folder);
    /// Plots of the held-out examples, and of both runs when one is compared, when they are there for the first time.
    void evaluate();
    void compare();
    using Work = std::function<Result<study::Outcome>(std::stop_token, Progress&)>;
    void compute(const QString& key, const QString& title, Work work);
    /// Of what compute() has computed.
    QString comparisonKey() const;

    TrainingController& m_trainings;
    QPointer<ReaderPool> m_readers;
    /// By folder, or two of them; empty ones are being made, or cannot be.
    std::map<QString, study::Outcome> m_evaluations;
    QListWidget* m_runs;
    RunRow* m_run;
    QPushButton* m_new;
    QPushButton* m_use;
    QComboBox* m_other;
    QStackedWidget* m_right;
    QLabel* m_empty;
    StudyResultView* m_curves;
    QTimer m_redraw;  ///< lines come faster than curves need to be drawn
    QTimer m_poll;
};

}  // namespace nscope::app
