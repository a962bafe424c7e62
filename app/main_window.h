// Purpose: the window: builds the controllers and views, puts them into docks and joins their signals. What happens on
// a signal lives in the controllers. Thread: GUI.
#pragma once

#include "app/view_list.h"
#include "core/base/error.h"
#include "core/data/document.h"
#include "core/data/interval.h"
#include "core/engine/engine.h"

#include <QtWidgets/QMainWindow>

#include <map>
#include <memory>
#include <string>
#include <string_view>

class QDockWidget;
class QLabel;
class QStackedWidget;
class QTabWidget;

namespace nscope::widgets {
class FilterPage;
class JobsBar;
class LogView;
class PredictionPanel;
class ResultsView;
enum class LogKind;
}

namespace nscope::app {

class AnalysisController;
class DocumentController;
class EditActions;
class EditController;
class EngineBridge;
class GenomeController;
class GenomePage;
class LibraryPage;
class MainMenus;
class MessageBar;
class ModelController;
class PopulationController;
class ReaderPool;
class RegionExplainer;
class RegionPredictor;
class ReliabilityController;
class SessionController;
class StudyController;
class StudyPage;
class ThemeController;
class TracksPage;
class TrainingController;
class TrainingPage;
class WelcomePage;
class WindowExports;

class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    /// `factory` makes the backend (tests give a fake one). `model`: an id or path, empty for the preferred one.
    explicit MainWindow(engine::Engine::BackendFactory factory, QString model = {}, QWidget* parent = nullptr);
    ~MainWindow() override;

    DocumentController& documents() const { return *m_documents; }
    EngineBridge& bridge() const { return *m_bridge; }
    AnalysisController& analysis() const { return *m_analysis; }
    PopulationController& population() const { return *m_population; }
    SessionController& sessions() const { return *m_sessions; }
    ModelController& models() const { return *m_models; }
    ThemeController& themes() const { return *m_themes; }
    TracksPage& tracksPage() const { return *m_tracks; }
    GenomePage& genomePage() const { return *m_genomePage; }
    GenomeController& genome() const { return *m_genome; }
    LibraryPage& libraryPage() const { return *m_library; }
    widgets::FilterPage& filterPage() const { return *m_filters; }
    StudyPage& experiments() const { return *m_experiments; }
    StudyPage& populations() const { return *m_populations; }
    ReliabilityController& reliability() const { return *m_reliability; }
    TrainingController& trainings() const { return *m_trainings; }
    TrainingPage& trainingPage() const { return *m_trainingPage; }
    StudyController& studies() const { return *m_studies; }
    WindowExports& exports() const { return *m_exports; }
    widgets::ResultsView& table() const { return *m_table; }
    widgets::PredictionPanel& predictionPanel() const { return *m_prediction; }
    MessageBar& messageBar() const { return *m_messages; }
    EditActions& editActions() const { return *m_editActions; }

    /// Opens the backend and loads the model; called by itself after the first paint.
    void startEngine();
    /// Nothing is being read, loaded or computed.
    bool isIdle() const;

    void showView(std::string_view id);
    /// The page in front, by its id.
    std::string viewInFront() const;
    /// Chooses a study on its page and brings the page to the front; nullptr if there is no such study.
    StudyPage* showStudy(const std::string& id);

    /// Opens the wizard; it stays open beside the window.
    void newTraining();
    /// Brings the library to the front and shows the import of a file of weights (empty: to be chosen).
    void importWeights(const QString& file);
    void say(const QString& sentence, bool isError);
    /// Whatever these are: sequences, sessions, models, weights, genomes, tracks.
    void openFiles(const QStringList& paths);

protected:
    void paintEvent(QPaintEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void buildControllers(engine::Engine::BackendFactory factory);
    void buildViews();
    void addDock(const ViewDescription& view, QWidget* content);
    void connectModels();
    void connectViews();
    void connectSessions();
    void applyTheme();
    /// Names, columns and pages follow from what the model gives.
    void useOutputs();
    QWidget* tab(std::string_view id) const;
    void showPrediction();
    void showFilters();
    void showJobs();
    void logEndedJobs();
    void updateTitle();
    void updateCentre();
    void keepSelection();
    void log(widgets::LogKind kind, const QString& text, double seconds = -1.0);

    QString m_wantedModel;
    std::unique_ptr<EditController> m_edits;
    DocumentController* m_documents = nullptr;
    ReaderPool* m_readers = nullptr;
    EngineBridge* m_bridge = nullptr;
    AnalysisController* m_analysis = nullptr;
    ModelController* m_models = nullptr;
    PopulationController* m_population = nullptr;
    SessionController* m_sessions = nullptr;
    ThemeController* m_themes = nullptr;
    ReliabilityController* m_reliability = nullptr;
    StudyController* m_studies = nullptr;
    WindowExports* m_exports = nullptr;
    GenomeController* m_genome = nullptr;
    RegionPredictor* m_regionPredictor = nullptr;
    RegionExplainer* m_regionExplainer = nullptr;
    TrainingController* m_trainings = nullptr;
    EditActions* m_editActions = nullptr;
    MainMenus* m_menus = nullptr;

    QStackedWidget* m_centre = nullptr;
    QTabWidget* m_tabs = nullptr;
    WelcomePage* m_welcome = nullptr;
    MessageBar* m_messages = nullptr;
    TracksPage* m_tracks = nullptr;
    widgets::FilterPage* m_filters = nullptr;
    LibraryPage* m_library = nullptr;
    GenomePage* m_genomePage = nullptr;
    TrainingPage* m_trainingPage = nullptr;
    StudyPage* m_experiments = nullptr;
    StudyPage* m_populations = nullptr;
    widgets::ResultsView* m_table = nullptr;
    widgets::PredictionPanel* m_prediction = nullptr;
    widgets::LogView* m_log = nullptr;
    widgets::JobsBar* m_jobs = nullptr;
    QLabel* m_modelLabel = nullptr;
    std::map<std::string_view, QDockWidget*> m_docks;
    engine::Ticket m_lastLogged = engine::Ticket::None;
    bool m_started = false;
    bool m_wasEmpty = true;  ///< no sequence was open
};

}  // namespace nscope::app
