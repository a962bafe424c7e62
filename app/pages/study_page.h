// Purpose: a page of studies (experiments on sequences, or analyses of many of them): the list, the form of the chosen
// one, run and cancel with progress, and its last result, marked when it was computed from something else than what is
// chosen now. Thread: GUI.
#pragma once

#include "app/pages/study_form.h"
#include "app/pages/study_result.h"
#include "core/study/study.h"
#include "widgets/theme.h"

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

#include <map>
#include <span>
#include <string>
#include <vector>

class QLabel;
class QListWidget;
class QStackedWidget;

namespace nscope::widgets {
class ResultsView;
}

namespace nscope::app {

class AnalysisController;
class DocumentController;
class RunRow;
class StudyController;

class StudyPage : public QWidget {
    Q_OBJECT

public:
    StudyPage(study::Page page, DocumentController& documents, AnalysisController& analysis, StudyController& studies,
              widgets::ResultsView& table, std::span<const study::Study> list = study::studyList(),
              QWidget* parent = nullptr);

    void setTheme(const widgets::Theme& theme);
    /// False if the page has no study of this id.
    bool chooseStudy(const std::string& id);
    /// The chosen study; nullptr if the page has none at all.
    const study::Study* study() const;
    StudyForm* form() const;
    /// Runs the chosen study as its form says; nothing happens while something is missing.
    void run();
    void cancel();
    /// Why it cannot run now, one sentence; empty if it can.
    QString obstacle() const;

    /// The result on show; nullptr while there is none.
    StudyResultView* resultView() const;
    /// What the page says instead of a result, or about the last run.
    QString sentence() const;

    /// For the session.
    std::string state() const;
    void restoreState(const std::string& json);

signals:
    void said(const QString& sentence, bool isError);

private:
    void buildList();
    QWidget* buildForm();
    void connectAll(StudyController& studies);
    StudyForm* formOf(const study::Study& study);
    const study::Study* find(const std::string& id) const;
    data::TranscriptSet transcriptsOf(SequenceChoice choice) const;
    QString differenceOf(const StudyResult& result) const;

    void showForm(const study::Study& study);
    /// Everything that depends on model, sequences, form and runs.
    void refresh();
    void showResult();
    void showProgress();
    void finished(const std::string& id, const std::shared_ptr<const study::Outcome>& outcome, const io::Provenance& made);

    DocumentController& m_documents;
    AnalysisController& m_analysis;
    StudyController& m_controller;
    widgets::ResultsView& m_table;
    std::vector<const study::Study*> m_studies;
    std::map<std::string, StudyForm*> m_forms;
    std::map<std::string, StudyResult> m_results;
    std::map<std::string, data::TranscriptSet> m_asked;  ///< what the run in progress is about
    std::map<std::string, QString> m_failures;
    std::string m_shownResult;  ///< of which study the view shows the result
    widgets::Theme m_theme = widgets::Theme::make({});

    QListWidget* m_list;
    QStackedWidget* m_formStack;
    QLabel* m_help;
    RunRow* m_run;
    QStackedWidget* m_right;
    QLabel* m_empty;
    StudyResultView* m_result;
    QTimer m_poll;
    QTimer m_refresh;
};

}  // namespace nscope::app
