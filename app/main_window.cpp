#include "app/main_window.h"

#include "app/analysis_controller.h"
#include "app/analysis_keys.h"
#include "app/document_controller.h"
#include "app/edit_actions.h"
#include "app/edit_controller.h"
#include "app/engine_bridge.h"
#include "app/genome/genome_controller.h"
#include "app/job_snapshots.h"
#include "app/main_menus.h"
#include "app/model_controller.h"
#include "app/output_labels.h"
#include "app/pages/genome_page.h"
#include "app/pages/library_page.h"
#include "app/pages/message_bar.h"
#include "app/pages/study_page.h"
#include "app/pages/tracks_page.h"
#include "app/pages/training_page.h"
#include "app/pages/welcome_page.h"
#include "app/population_controller.h"
#include "app/reader_pool.h"
#include "app/session_controller.h"
#include "app/theme_controller.h"
#include "app/window_exports.h"
#include "app/wizards/training_wizard.h"
#include "core/engine/import.h"
#include "core/io/model_files.h"
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
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QLabel>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTabWidget>

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace nscope::app {

namespace {

constexpr QSize kFirstSize{1440, 900};
constexpr int kTableWidth = 330;
constexpr int kPredictionWidth = 260;

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
    bool hasGenome = false;
    for (const QString& path : paths) {
        if (isTrackFile(path.toStdString())) {
            tracks.push_back(path);
        } else if (isGenomeFile(path.toStdString())) {
            m_genome->openGenome(path);
            hasGenome = true;
        } else if (!engine::hasWeightsEnding(path.toStdString())) {
            others.push_back(path);
        } else if (io::hasCard(path.toStdString())) {
            m_models->load(path);
        } else {
            importWeights(path);
        }
    }
    if (!tracks.isEmpty())
        m_genome->openTracks(tracks);
    if (!tracks.isEmpty() || hasGenome)
        showView("genome");
    if (!others.isEmpty())
        m_sessions->openFiles(others);
}

void MainWindow::newTraining()
{
    if (auto* open = findChild<TrainingWizard*>()) {
        open->raise();
        return open->activateWindow();
    }
    const auto backend = m_bridge->backendInfo();
    if (!backend)
        return say(tr("The engine is not ready yet: wait a moment."), true);
    auto* wizard = new TrainingWizard(*m_trainings, *m_readers, backend->specs, this);
    wizard->setAttribute(Qt::WA_DeleteOnClose);
    wizard->setTheme(m_themes->theme());
    connect(wizard, &TrainingWizard::started, this, [this](const QString& folder) {
        showView("training");
        m_trainingPage->choose(folder);
    });
    wizard->show();
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
    m_trainingPage->setTheme(theme);
    m_library->setTheme(theme);
    m_table->setTheme(theme);
    m_prediction->setTheme(theme);
    m_log->setTheme(theme);
    m_messages->setTheme(theme);
    if (auto* wizard = findChild<TrainingWizard*>())
        wizard->setTheme(theme);
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
        if (page == m_library || page == m_genomePage || page == m_trainingPage)  // of use before anything is open
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
