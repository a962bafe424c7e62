// Purpose: the page of a genome browser: one or several places side by side over the same tracks, a place box with
// names of genes, a history, predictions along the region, and the way from a region or a transcript to a sequence that
// can be edited. Thread: GUI.
#pragma once

#include "app/pages/genome_panel.h"
#include "core/data/track.h"

#include <QtCore/QStringListModel>
#include <QtWidgets/QWidget>

#include <map>
#include <string>
#include <vector>

class QAction;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QMenu;
class QSplitter;
class QToolButton;

namespace nscope::app {

class AnalysisController;
class DocumentController;
class RegionOpener;
class RegionPredictor;
class SessionController;

class GenomePage : public QWidget {
    Q_OBJECT

public:
    /// What asks the engine about places.
    struct Askers {
        RegionPredictor& predictor;
        RegionExplainer& explainer;
    };

    GenomePage(GenomeController& genome, const Askers& askers, AnalysisController& analysis,
               DocumentController& documents, SessionController& sessions, QWidget* parent = nullptr);

    void setTheme(const widgets::Theme& theme);
    /// The panel that keys, menus and the place box are about.
    GenomePanel& panel() const { return *m_panels[m_active]; }
    const std::vector<GenomePanel*>& panels() const { return m_panels; }
    void focusLocusBox();
    /// A place or a name; says what was not understood.
    void goTo(const QString& text);
    void goBack();
    void goForward();
    void addPanel();
    void removePanel();
    void predict();
    /// Letters, mutagenesis and attention of what the model reads at the chosen place, by the method and target of the
    /// page Tracks.
    void explain();
    void removeExplanation();
    const std::shared_ptr<const RegionExplanation>& explanation() const { return m_explanation; }
    void setExplanationLook(const ExplanationLook& look);
    void askForGenome();
    void askForTracks();
    /// The chosen region, or a transcript spliced, as a sequence of the document.
    void openAsSequence();
    void openTranscript(const data::TranscriptModelPtr& transcript);
    /// The chosen region with all variants of a track applied as edits, each of which can be undone.
    void openWithVariants(int track);

    TrackLook look(int track) const;
    /// A track that others are drawn over has a row of its own, and so has one that would be drawn over such a track.
    void setLook(int track, TrackLook look);

    /// Nothing is being read for any place.
    bool isIdle() const;
    /// Files, looks and places, as JSON text for the session, and back: the files are read again.
    std::string state() const;
    void restoreState(const std::string& json);

    static constexpr std::size_t kMostPanels = 4;

    bool eventFilter(QObject* watched, QEvent* event) override;

signals:
    void said(const QString& sentence, bool isError);
    /// A sequence was opened: the tracks page shows it.
    void sequenceOpened();

private:
    void buildControls(QHBoxLayout& row);
    QToolButton* addButton(QHBoxLayout& row, const QString& text, const QString& help, void (GenomePage::*press)());
    void addMenu(QHBoxLayout& row, const QString& text, const QString& help, QMenu* menu);
    void activate(GenomePanel* panel);
    void moved(GenomePanel* panel);
    void showFirstPiece();
    void fillChromosomes();
    void keepLook(int track, TrackLook look);
    void showLooks();
    void settleLooks();
    void restoreWaiting();
    void restoreLooks();
    void restorePlaces();
    void showContextMenu(GenomePanel& panel, const QPoint& globalPosition);
    void showPredicted(const data::Locus& locus, const data::Track& track);
    void connectAskers();
    void buildExplain(QHBoxLayout& row);
    void explainAgain();
    void showExplanation();
    void updateControls();

    GenomeController& m_genome;
    RegionPredictor& m_predictor;
    RegionExplainer& m_explainer;
    AnalysisController& m_analysis;
    RegionOpener* m_opener;
    widgets::Theme m_theme = widgets::Theme::make({});
    QLineEdit* m_place;
    QStringListModel m_names;
    QComboBox* m_chromosome;
    QToolButton* m_back = nullptr;
    QToolButton* m_forward = nullptr;
    QAction* m_reverse = nullptr;
    QToolButton* m_predict = nullptr;
    QToolButton* m_explain = nullptr;
    QToolButton* m_open = nullptr;
    QAction* m_remove = nullptr;
    QSplitter* m_splitter;
    QLabel* m_status;
    std::vector<GenomePanel*> m_panels;
    std::size_t m_active = 0;
    std::map<int, TrackLook> m_looks;
    std::shared_ptr<const RegionExplanation> m_explanation;
    ExplanationLook m_explanationLook;
    data::Locus m_explainedPlace;  ///< what was asked for
    std::string m_waiting;            ///< state of a session whose files are being read; empty: none
    bool m_arePlacesWaiting = false;  ///< those of m_waiting have not been gone to
};

}  // namespace nscope::app
