// Purpose: the central page: the selected sequence's tracks with the controls of what they show, the place box and the
// search bar; results go in, edits come out. Thread: GUI.
#pragma once

#include "core/data/interval.h"
#include "widgets/theme.h"

#include <QtWidgets/QWidget>

#include <optional>
#include <string>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QLineEdit;

namespace nscope::widgets {
class SearchBar;
class TrackStack;
}

namespace nscope::app {

class AnalysisController;
class DocumentController;
class ExplanationBar;
class EditController;
class ReaderPool;
class ReliabilityBar;
class ReliabilityController;
class SearchController;

class TracksPage : public QWidget {
    Q_OBJECT

public:
    TracksPage(DocumentController& documents, AnalysisController& analysis, EditController& edits, ReaderPool& readers,
               ReliabilityController& reliability, QWidget* parent = nullptr);

    widgets::TrackStack& tracks() const { return *m_tracks; }
    ExplanationBar& explanationBar() const { return *m_explanation; }
    ReliabilityBar& reliabilityBar() const { return *m_reliability; }
    widgets::SearchBar& searchBar() const { return *m_searchBar; }
    std::optional<data::Interval> selection() const;
    void setTheme(const widgets::Theme& theme);
    /// Before the model is there: what the empty tracks say.
    void setModelState(const QString& sentence);

    void focusLocusBox();
    /// Shows a place: "120", "300-450", "HBB:300-450".
    void goTo(const QString& text);

    /// What the page shows, as JSON text for the session, and back.
    std::string state() const;
    void restoreState(const std::string& json);

signals:
    void said(const QString& sentence, bool isError);

private:
    void buildControls(QHBoxLayout& titleRow);
    void connectControls();
    void connectTracks();
    void showSequence();
    void showExplanation();
    void showMutagenesis();
    void showAttention();
    void modelChanged();
    void fillAttentionChoices();
    void fillProfileTasks();
    /// Controls of what this model does not give are hidden.
    void showControls();
    void showProfile();
    void restoreChoices();
    std::optional<data::Interval> spanOnChromosome(const QString& text) const;

    DocumentController& m_documents;
    AnalysisController& m_analysis;
    EditController& m_edits;
    QLabel* m_title;
    QLineEdit* m_locus;
    QComboBox* m_profileTasks;
    QComboBox* m_layer;
    QComboBox* m_head;
    ExplanationBar* m_explanation;
    widgets::SearchBar* m_searchBar;
    widgets::TrackStack* m_tracks;
    ReliabilityBar* m_reliability;
    QLabel* m_hover;
    SearchController* m_search;
    QLabel* m_profileLabel = nullptr;
    QLabel* m_attentionLabel = nullptr;
    std::string m_restoredState;  ///< its choices need the model, which may come later
};

}  // namespace nscope::app
