#include "app/main_window.h"

#include "app/analysis_controller.h"
#include "app/analysis_keys.h"
#include "app/document_controller.h"
#include "app/edit_actions.h"
#include "app/edit_controller.h"
#include "app/engine_bridge.h"
#include "app/genome/genome_controller.h"
#include "app/genome/region_predictor.h"
#include "app/job_snapshots.h"
#include "app/main_menus.h"
#include "app/model_controller.h"
#include "app/output_labels.h"
#include "app/pages/genome_page.h"
#include "app/pages/library_page.h"
#include "app/pages/message_bar.h"
#include "app/pages/script_question.h"
#include "app/pages/study_page.h"
#include "app/pages/tracks_page.h"
#include "app/pages/welcome_page.h"
#include "app/population_controller.h"
#include "app/reader_pool.h"
#include "app/reliability_controller.h"
#include "app/session_controller.h"
#include "app/study_controller.h"
#include "app/theme_controller.h"
#include "app/view_states.h"
#include "app/window_exports.h"
#include "core/engine/import.h"
#include "core/io/model_files.h"
#include "widgets/architecture_view.h"
#include "widgets/filter_page.h"
#include "widgets/jobs_bar.h"
#include "widgets/log_view.h"
#include "widgets/prediction_panel.h"
#include "widgets/results_table.h"
#include "widgets/track_view.h"

#include <QtCore/QFileInfo>
#include <QtCore/QMimeData>
#include <QtCore/QSettings>
#include <QtCore/QTimer>
#include <QtGui/QCloseEvent>
#include <QtGui/QDragEnterEvent>
#include <QtGui/QUndoStack>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QLabel>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QStatusBar>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace nscope::app {

namespace {

constexpr QSize kFirstSize{1440, 900};
constexpr int kTableWidth = 330;
constexpr int kPredictionWidth = 260;
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

MainWindow::MainWindow(engine::Engine::BackendFactory factory, QString model, QWidget* parent)
    : QMainWindow(parent), m_wantedModel(std::move(model))
{
    setAcceptDrops(true);
    resize(kFirstSize);
    m_themes = new ThemeController(this);
    buildControllers(std::move(factory));
    buildViews();
    m_population = new PopulationController(*m_documents, *m_bridge, *m_analysis, *m_table->model(), this);
    m_editActions = new EditActions(*m_documents, *m_edits, *m_tracks, this);
    m_menus = new MainMenus(*this);
    for (const auto& [id, dock] : m_docks)
        m_menus->addView(*dock);
    connectModels();
    connectViews();
    connectSessions();
    applyTheme();
    updateTitle();
    updateCentre();
    resizeDocks({m_docks.at("table"), m_docks.at("prediction")}, {kTableWidth, kPredictionWidth}, Qt::Horizontal);
    const QSettings settings;
    restoreGeometry(settings.value("window/geometry").toByteArray());
    restoreState(settings.value("window/state").toByteArray());
}

MainWindow::~MainWindow()
{
    // The engine first: nothing may arrive while the views are taken apart.
    for (QObject* sender : std::initializer_list<QObject*>{m_documents, m_bridge, m_analysis, m_readers, m_table})
        sender->disconnect();
    delete std::exchange(m_bridge, nullptr);
}

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
    m_regionPredictor = new RegionPredictor(*m_genome, *m_bridge, this);
    m_exports = new WindowExports(*this);
}

void MainWindow::buildViews()
{
    m_tracks = new TracksPage(*m_documents, *m_analysis, *m_edits, *m_readers, *m_reliability, this);
    m_filters = new widgets::FilterPage(this);
    m_library = new LibraryPage(*m_models, *m_bridge, *m_readers, this);
    m_genomePage = new GenomePage(*m_genome, *m_regionPredictor, *m_analysis, *m_documents, this);
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
    connect(m_genomePage, &GenomePage::sequenceOpened, this, [this] { showView("tracks"); });
    connect(m_genome, &GenomeController::genomeChanged, this, [this] { showView("genome"); });
    connect(m_genome, &GenomeController::tracksChanged, this, [this] { showView("genome"); });
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

void MainWindow::startEngine()
{
    if (std::exchange(m_started, true))
        return;
    m_bridge->open();
    m_models->loadPreferred(m_wantedModel);
}

bool MainWindow::isIdle() const
{
    return m_started && m_genomePage->isIdle() && m_readers->isIdle() && m_bridge->isIdle() && !m_models->isLoading();
}

void MainWindow::paintEvent(QPaintEvent* event)
{
    QMainWindow::paintEvent(event);
    if (!m_started)
        QTimer::singleShot(0, this, &MainWindow::startEngine);
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    switch (m_sessions->askAboutChanges()) {
    case SessionController::Answer::Stay:
        event->ignore();
        return;
    case SessionController::Answer::Save:
        event->ignore();
        m_sessions->save([this] { close(); });
        return;
    case SessionController::Answer::GoOn:
        break;
    }
    m_bridge->cancelAll();
    QSettings settings;
    settings.setValue("window/geometry", saveGeometry());
    settings.setValue("window/state", saveState());
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    QStringList paths;
    for (const QUrl& url : event->mimeData()->urls())
        if (url.isLocalFile())
            paths.push_back(url.toLocalFile());
    if (paths.isEmpty())
        say(tr("Only files of this computer can be opened."), true);
    else
        openFiles(paths);
    event->acceptProposedAction();
}

/// Sequences and sessions are opened, tracks and genomes shown on the genome page, our own models used, weights of others
/// imported.
void MainWindow::openFiles(const QStringList& paths)
{
    QStringList others, tracks;
    for (const QString& path : paths) {
        if (isTrackFile(path.toStdString()))
            tracks.push_back(path);
        else if (isGenomeFile(path.toStdString()))
            m_genome->openGenome(path);
        else if (!engine::hasWeightsEnding(path.toStdString()))
            others.push_back(path);
        else if (io::hasCard(path.toStdString()))
            m_models->load(path);
        else
            importWeights(path);
    }
    if (!tracks.isEmpty())
        m_genome->openTracks(tracks);
    if (!others.isEmpty())
        m_sessions->openFiles(others);
}

void MainWindow::importWeights(const QString& file)
{
    showView("library");
    m_library->openImport(file);
}

void MainWindow::applyTheme()
{
    const widgets::Theme& theme = m_themes->theme();
    m_tracks->setTheme(theme);
    m_filters->setTheme(theme);
    m_experiments->setTheme(theme);
    m_populations->setTheme(theme);
    m_genomePage->setTheme(theme);
    m_library->setTheme(theme);
    m_table->setTheme(theme);
    m_prediction->setTheme(theme);
    m_log->setTheme(theme);
    m_messages->setTheme(theme);
}

void MainWindow::useOutputs()
{
    const engine::ModelSpec& spec = m_models->current()->spec;
    const engine::ModelOutputs& outputs = spec.outputs;
    m_prediction->setOutputs(outputLabels(outputs), engine::positiveClass(spec), outputs.translations);
    m_table->setClassShown(!outputs.classes.empty() || outputs.fractions);
    m_tabs->setTabVisible(m_tabs->indexOf(m_filters), outputs.frequencyFilters);
}

void MainWindow::showPrediction()
{
    const SequenceResults& current = m_analysis->current();
    const SequenceResults& reference = m_analysis->reference();
    const bool edited = current.transcript != reference.transcript;
    m_prediction->setSequenceName(current.transcript ? QString::fromStdString(current.transcript->sequence.id)
                                                     : QString());
    m_prediction->setPredictions(edited ? reference.prediction : current.prediction,
                                 edited ? current.prediction : nullptr);
    m_prediction->setUpdating(m_analysis->isPredictionStale());
}

void MainWindow::showFilters()
{
    const bool has = m_analysis->model() && m_analysis->model()->spec.outputs.frequencyFilters;
    m_filters->setSpectrum(m_analysis->filters());
    m_filters->setUpdating(has && !m_analysis->filters());
}

void MainWindow::showJobs() { m_jobs->setJobs(jobSnapshots(m_bridge->jobs(), m_readers->jobs())); }

void MainWindow::logEndedJobs()
{
    for (const engine::JobReport& report : m_bridge->history()) {
        if (report.ticket <= m_lastLogged)
            continue;
        const bool failed = report.outcome == engine::JobOutcome::Failed;
        if (report.outcome != engine::JobOutcome::Replaced && !report.fromCache && !isOfStudy(report.key))
            log(failed ? widgets::LogKind::Error : widgets::LogKind::Job, describeReport(report), report.runSeconds);
    }
    for (const engine::JobReport& report : m_bridge->history())
        m_lastLogged = std::max(m_lastLogged, report.ticket);
}

void MainWindow::keepSelection()
{
    if (m_documents->selectedIndex() >= 0)
        m_table->selectRow(m_documents->selectedIndex());
}

void MainWindow::updateTitle()
{
    const QString name = m_documents->path().isEmpty() ? tr("Untitled") : QFileInfo(m_documents->path()).fileName();
    setWindowTitle(tr("%1[*] – Nucleoscope").arg(name));
    setWindowModified(m_documents->isModified());
}

void MainWindow::updateCentre()
{
    const bool empty = m_documents->document()->entries.empty();
    if (empty != std::exchange(m_wasEmpty, empty))
        m_tabs->setCurrentWidget(m_tracks);
    m_centre->setCurrentWidget(empty ? static_cast<QWidget*>(m_welcome) : m_tabs);
    if (!empty)
        m_tracks->tracks().setFocus();
}

std::string MainWindow::viewInFront() const { return m_tabs->currentWidget()->objectName().toStdString(); }

StudyPage* MainWindow::showStudy(const std::string& id)
{
    for (StudyPage* page : {m_experiments, m_populations}) {
        if (!page->chooseStudy(id))
            continue;
        showView(page->objectName().toStdString());
        return page;
    }
    return nullptr;
}

QWidget* MainWindow::tab(std::string_view id) const
{
    for (int i = 0; i < m_tabs->count(); ++i)
        if (m_tabs->widget(i)->objectName().toStdString() == id)
            return m_tabs->widget(i);
    return nullptr;
}

void MainWindow::showView(std::string_view id)
{
    if (QWidget* page = tab(id); page && m_tabs->isTabVisible(m_tabs->indexOf(page))) {
        m_tabs->setCurrentWidget(page);
        if (page == m_library || page == m_genomePage)  // of use before anything is open
            m_centre->setCurrentWidget(m_tabs);
    }
    if (const auto dock = m_docks.find(id); dock != m_docks.end()) {
        dock->second->show();
        dock->second->raise();
    }
}

void MainWindow::say(const QString& sentence, bool isError)
{
    m_messages->say(sentence, isError);
    log(isError ? widgets::LogKind::Error : widgets::LogKind::Message, sentence);
}

void MainWindow::log(widgets::LogKind kind, const QString& text, double seconds)
{
    m_log->append({QDateTime::currentDateTime(), kind, text, seconds});
}

}  // namespace nscope::app
