// Purpose: what a study gave: plots to choose from, tables, what was left out, and from what it was computed; its figures,
// tables, motifs and sequences can be taken along. Thread: GUI.
#pragma once

#include "core/base/result.h"
#include "core/io/table_writer.h"
#include "core/study/study.h"
#include "widgets/theme.h"

#include <QtWidgets/QWidget>

#include <memory>

class QComboBox;
class QLabel;
class QPushButton;
class QScrollArea;
class QSplitter;

namespace nscope::widgets {
class ResultPlot;
class ResultTablesView;
}

namespace nscope::app {

struct StudyResult {
    QString title;  ///< the study's name
    std::shared_ptr<const study::Outcome> outcome;
    io::Provenance provenance;
    data::TranscriptSet transcripts;  ///< that it was computed from
};

class StudyResultView : public QWidget {
    Q_OBJECT

public:
    explicit StudyResultView(QWidget* parent = nullptr);

    void setTheme(const widgets::Theme& theme);
    /// The plot on show stays the one with the same id, if there is one.
    void setResult(StudyResult result);
    const StudyResult& result() const { return m_result; }
    /// Empty, or in what the result differs from what would be computed now.
    void setOutdated(const QString& difference);

    widgets::ResultPlot& plot() const { return *m_plot; }
    widgets::ResultTablesView& tables() const { return *m_tables; }
    /// Shows plot number `index`.
    void showPlot(int index);
    /// One line about model, target, method, seed; or the run that it is of.
    QString madeFrom() const;

    /// .tsv, .json or .npz. Errors: those of io::writeResultTables.
    Result<void> writeTables(const QString& path) const;
    Result<void> writeMotifs(const QString& path) const;
    /// Asks for size and file of the plot on show.
    void exportFigure();
    /// Asks for a file and writes everything into one document (result_report.h).
    void saveReport();

signals:
    void said(const QString& sentence, bool isError);
    /// "Add N sequences to the document" was pressed.
    void sequencesWanted(const nscope::data::TranscriptSet& made, const QString& name);

private:
    QWidget* makePlotPane();
    void exportTables();
    void saveMotifs();
    void report(const Result<void>& done, const QString& path);
    QString suggestion(const QString& ending) const;

    widgets::Theme m_theme = widgets::Theme::make({});
    StudyResult m_result;
    QString m_outdated;
    QLabel* m_title;
    QLabel* m_madeFrom;
    QLabel* m_notes;
    QComboBox* m_choice;
    widgets::ResultPlot* m_plot;
    QScrollArea* m_plotPane;
    widgets::ResultTablesView* m_tables;
    QSplitter* m_splitter;
    QPushButton* m_figure;
    QPushButton* m_export;
    QPushButton* m_report;
    QPushButton* m_motifs;
    QPushButton* m_add;
};

}  // namespace nscope::app
