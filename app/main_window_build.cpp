// Purpose: the window's parts and how their signals are joined.
#include "app/main_window.h"

#include "app/analysis_controller.h"
#include "app/document_controller.h"
#include "app/edit_actions.h"
#include "app/edit_controller.h"
#include "app/engine_bridge.h"
#include "app/genome/genome_controller.h"
#include "app/genome/region_explainer.h"
#include "app/genome/region_predictor.h"
#include "app/model_controller.h"
#include "app/pages/genome_page.h"
#include "app/pages/library_page.h"
#include "app/pages/message_bar.h"
#include "app/pages/script_question.h"
#include "app/pages/study_page.h"
#include "app/pages/tracks_page.h"
#include "app/pages/training_page.h"
#include "app/pages/welcome_page.h"
#include "app/reader_pool.h"
#include "app/reliability_controller.h"
#include "app/session_controller.h"
#include "app/study_controller.h"
#include "app/theme_controller.h"
#include "app/training/training_controller.h"
#include "app/view_states.h"
#include "app/window_exports.h"
#include "core/engine/import.h"
#include "widgets/filter_page.h"
#include "widgets/jobs_bar.h"
#include "widgets/log_view.h"
#include "widgets/prediction_panel.h"
#include "widgets/results_table.h"
#include "widgets/track_view.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFileInfo>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QLabel>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QStatusBar>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QVBoxLayout>

#include <map>
#include <utility>

namespace nscope::app {

namespace {

constexpr int kBeams = 4;
constexpr int kLabelMargin = 8;  ///< between the status bar's last word and the edge

Qt::DockWidgetArea areaOf(ViewPlace place)
{
    switch (place) {
    case ViewPlace::Left:
        return Qt::LeftDockWidgetArea;
    case ViewPlace::Right:
        return Qt::RightDockWidgetArea;
    case ViewPlace::Bottom:
    case ViewPlace::Centre:
        break;
    }
    return Qt::BottomDockWidgetArea;
}

}  // namespace

void MainWindow::buildControllers(engine::Engine::BackendFactory factory)
{
    m_documents = new DocumentController(this);
    m_edits = std::make_unique<EditController>(*m_documents);
    m_readers = new ReaderPool(this);
    m_bridge = new EngineBridge(std::move(factory), this);
    m_analysis = new AnalysisController(*m_documents, *m_bridge, this);
    m_models = new ModelController(*m_documents, *m_bridge, *m_readers, this);
    m_sessions = new SessionController(*m_documents, *m_readers, this);
    m_reliability = new ReliabilityController(*m_analysis, *m_bridge, *m_readers, this);
    m_studies = new StudyController(*m_bridge, *m_analysis, *m_readers, this);
    m_genome = new GenomeController(*m_readers, this);
    m_regionPredictor = new RegionPredictor(*m_genome, *m_bridge, *m_readers, this);
    m_regionExplainer = new RegionExplainer(*m_genome, *m_bridge, *m_readers, this);
    m_trainings = new TrainingController(*m_bridge, this);
    m_exports = new WindowExports(*this);
}

void MainWindow::buildViews()
{
    m_tracks = new TracksPage(*m_documents, *m_analysis, *m_edits, *m_readers, *m_reliability, this);
    m_filters = new widgets::FilterPage(this);
    m_library = new LibraryPage(*m_models, *m_bridge, *m_readers, this);
    m_genomePage = new GenomePage(*m_genome, {*m_regionPredictor, *m_regionExplainer}, *m_analysis, *m_documents,
                                  *m_sessions, this);
    m_trainingPage = new TrainingPage(*m_trainings, *m_readers, this);
    m_table = new widgets::ResultsView(this);
    m_experiments = new StudyPage(study::Page::Experiments, *m_documents, *m_analysis, *m_studies, *m_table,
                                  study::studyList(), this);
    m_populations = new StudyPage(study::Page::Populations, *m_documents, *m_analysis, *m_studies, *m_table,
                                  study::studyList(), this);
    m_prediction = new widgets::PredictionPanel(this);
    m_log = new widgets::LogView(this);
    m_welcome = new WelcomePage(this);
    m_messages = new MessageBar(this);
    m_tabs = new QTabWidget(this);
    m_tabs->setDocumentMode(true);
    m_centre = new QStackedWidget(this);
    m_centre->addWidget(m_welcome);
    m_centre->addWidget(m_tabs);

    auto* centre = new QWidget(this);
    auto* layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_messages);
    layout->addWidget(m_centre, 1);
    setCentralWidget(centre);

    const std::map<std::string_view, QWidget*> contents{{"tracks", m_tracks},
                                                        {"genome", m_genomePage},
                                                        {"filters", m_filters},
                                                        {"experiments", m_experiments},
                                                        {"populations", m_populations},
                                                        {"training", m_trainingPage},
                                                        {"library", m_library},
                                                        {"table", m_table},
                                                        {"prediction", m_prediction},
                                                        {"log", m_log}};
    for (const ViewDescription& view : kViewList) {
        if (view.place == ViewPlace::Centre) {
            contents.at(view.id)->setObjectName(QString::fromLatin1(view.id.data(), qsizetype(view.id.size())));
            m_tabs->addTab(contents.at(view.id), QCoreApplication::translate("ViewList", view.name));
        } else {
            addDock(view, contents.at(view.id));
        }
    }
    m_jobs = new widgets::JobsBar(this);
    m_modelLabel = new QLabel(this);
    m_modelLabel->setTextFormat(Qt::PlainText);
    m_modelLabel->setContentsMargins(0, 0, kLabelMargin, 0);
    statusBar()->setSizeGripEnabled(false);
    statusBar()->addWidget(m_jobs, 1);
    statusBar()->addPermanentWidget(m_modelLabel);
}

void MainWindow::addDock(const ViewDescription& view, QWidget* content)
{
    auto* dock = new QDockWidget(QCoreApplication::translate("ViewList", view.name), this);
    dock->setObjectName(QString::fromLatin1(view.id.data(), qsizetype(view.id.size())));
    dock->setWidget(content);
    addDockWidget(areaOf(view.place), dock);
    dock->setVisible(view.openAtFirst);
    m_docks[view.id] = dock;
}

void MainWindow::connectModels()
{
    connect(m_models, &ModelController::loadingStarted, this, [this](const QString& id) {
        const QString sentence = tr("Loading model %1…").arg(QFileInfo(id).fileName());
        m_modelLabel->setText(sentence);
        m_tracks->setModelState(sentence);
        m_prediction->setEmptyText(sentence);
    });
    connect(m_models, &ModelController::loaded, m_analysis, [this] { m_analysis->useModel(m_models->current()); });
    connect(m_models, &ModelController::loaded, this, [this] {
        const engine::ModelInfo& model = *m_models->current();
        m_modelLabel->setText(tr("Model %1").arg(QString::fromStdString(model.card.name)));
        m_modelLabel->setToolTip(QString::fromStdString(model.card.description));
        m_prediction->setEmptyText(tr("Select a sequence to see what the model says."));
        useOutputs();
        log(widgets::LogKind::Message, tr("Model %1 is ready.").arg(QString::fromStdString(model.card.name)));
    });
    connect(m_models, &ModelController::failed, this, [this](const QString& sentence) {
        const auto& model = m_models->current();
        const QString state = model ? tr("Select a sequence to see what the model says.")
                                    : tr("There is no model: choose one in the Model menu.");
        m_modelLabel->setText(model ? tr("Model %1").arg(QString::fromStdString(model->card.name)) : tr("No model"));
        m_tracks->setModelState(state);
        m_prediction->setEmptyText(state);
        say(sentence, true);
    });
    connect(m_models, &ModelController::imported, this, [this](const engine::ImportReport& report) {
        for (const std::string& line : engine::reportLines(report))
            log(widgets::LogKind::Message, QString::fromStdString(line));
    });
    connect(m_models, &ModelController::importFailed, this,
            [this](const QString& sentence) { log(widgets::LogKind::Error, sentence); });
    askAboutScripts(*m_models, *this);
    connect(m_models, &ModelController::noticed, this, [this](const QString& sentence) { say(sentence, false); });
    connect(m_bridge, &EngineBridge::backendReady, this, [this](const auto& info) {
        log(widgets::LogKind::Message, QString::fromStdString(info->description));
    });
    connect(m_bridge, &EngineBridge::backendFailed, this,
            [this](const Error& error) { say(QString::fromStdString(error.sentence()), true); });
    connect(m_bridge, &EngineBridge::noticed, this,
            [this](const QString& sentence) { log(widgets::LogKind::Warning, sentence); });
    connect(m_bridge, &EngineBridge::jobsChanged, this, &MainWindow::showJobs);
    connect(m_bridge, &EngineBridge::jobEnded, this, &MainWindow::logEndedJobs);
    connect(m_readers, &ReaderPool::jobsChanged, this, &MainWindow::showJobs);
    connect(m_jobs, &widgets::JobsBar::cancelRequested, this, [this](std::uint64_t id) {
        m_readers->cancel(id);
        m_bridge->cancel(engine::Ticket(id));
    });
}

void MainWindow::connectViews()
{
    connect(m_table, &widgets::ResultsView::rowActivated, m_documents, &DocumentController::select);
    connect(m_table, &widgets::ResultsView::exportRequested, m_exports, &WindowExports::exportTable);
    connect(m_documents, &DocumentController::selectedEntryChanged, this, &MainWindow::keepSelection);
    connect(m_documents, &DocumentController::entriesChanged, this, &MainWindow::updateCentre);
    connect(m_documents, &DocumentController::modifiedChanged, this, &MainWindow::updateTitle);
    connect(m_documents, &DocumentController::pathChanged, this, &MainWindow::updateTitle);
    connect(m_analysis, &AnalysisController::predictionChanged, this, &MainWindow::showPrediction);
    connect(m_analysis, &AnalysisController::filtersChanged, this, &MainWindow::showFilters);
    connect(m_analysis, &AnalysisController::failed, this, [this](const QString& sentence) { say(sentence, true); });
    connect(m_reliability, &ReliabilityController::failed, this, [this](const QString& sentence) { say(sentence, true); });
    connect(m_prediction, &widgets::PredictionPanel::translationsRequested, this,
            [this] { m_analysis->translate(kBeams); });
    connect(m_prediction, &widgets::PredictionPanel::orfActivated, this, [this](data::Interval span) {
        m_tracks->tracks().setSelection(span);
        m_tracks->tracks().ensureVisible(span);
    });
    connect(m_themes, &ThemeController::themeChanged, this, &MainWindow::applyTheme);
    connect(m_log, &widgets::LogView::saveRequested, this,
            [this] { m_exports->saveText(tr("Save the log"), tr("log.tsv"), m_log->toText()); });
    connect(m_tracks, &TracksPage::said, this, &MainWindow::say);
    for (StudyPage* page : {m_experiments, m_populations})
        connect(page, &StudyPage::said, this, &MainWindow::say);
    connect(m_editActions, &EditActions::said, this, &MainWindow::say);
    connect(m_genomePage, &GenomePage::said, this, &MainWindow::say);
    connect(m_trainingPage, &TrainingPage::said, this, &MainWindow::say);
    connect(m_trainingPage, &TrainingPage::newTrainingRequested, this, &MainWindow::newTraining);
    connect(m_trainingPage, &TrainingPage::modelRequested, m_models, qOverload<const QString&>(&ModelController::load));
    connect(m_genomePage, &GenomePage::sequenceOpened, this, [this] { showView("tracks"); });
}

void MainWindow::connectSessions()
{
    connect(m_sessions, &SessionController::said, this, &MainWindow::say);
    connect(m_sessions, &SessionController::sessionOpened, this, [this] { restoreViews(*this); });
    const auto showRecent = [this] { m_welcome->setRecentFiles(m_sessions->recentFiles()); };
    connect(m_sessions, &SessionController::recentFilesChanged, this, showRecent);
    showRecent();
    m_sessions->setViewStateSource([this] { return viewStates(*this); });
    m_sessions->setInputSource([this] {
        const auto& model = m_models->current();
        return model ? model->spec.input.further : std::vector<engine::InputSpec>{};
    });
    connect(m_welcome, &WelcomePage::exampleRequested, m_sessions, &SessionController::openExample);
    connect(m_welcome, &WelcomePage::openRequested, m_sessions, &SessionController::openDialog);
    connect(m_welcome, &WelcomePage::fileRequested, m_sessions,
            [this](const QString& path) { m_sessions->openFiles({path}); });
}

}  // namespace nscope::app
