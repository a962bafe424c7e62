#include "app/main_menus.h"

#include "app/analysis_controller.h"
#include "app/edit_actions.h"
#include "app/engine_bridge.h"
#include "app/main_window.h"
#include "app/model_controller.h"
#include "app/pages/card_html.h"
#include "app/pages/genome_page.h"
#include "app/pages/text_dialog.h"
#include "app/pages/tracks_page.h"
#include "app/pages/web_dialog.h"
#include "app/population_controller.h"
#include "app/session_controller.h"
#include "app/shortcut_list.h"
#include "app/study_menus.h"
#include "app/theme_controller.h"
#include "app/window_exports.h"
#include "core/base/version.h"
#include "widgets/search_bar.h"
#include "widgets/track_view.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFileInfo>
#include <QtGui/QAction>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QMenu>
#include <QtWidgets/QMenuBar>
#include <QtWidgets/QMessageBox>

#include <utility>

namespace nscope::app {

MainMenus::MainMenus(MainWindow& window) : QObject(&window), m_window(window)
{
    buildFile();
    buildEdit();
    buildView();
    buildAnalysis();
    buildModel();
    buildHelp();
}

QAction* MainMenus::add(QMenu& menu, const QString& text, const QKeySequence& keys, std::function<void()> run,
                        const QString& help)
{
    QAction* action = menu.addAction(text);
    action->setShortcut(keys);
    action->setToolTip(help.isEmpty() ? text : help);
    connect(action, &QAction::triggered, this, std::move(run));
    return action;
}

void MainMenus::buildFile()
{
    QMenu& menu = *m_window.menuBar()->addMenu(tr("&File"));
    SessionController& sessions = m_window.sessions();
    add(menu, tr("&Open…"), QKeySequence::Open, [&sessions] { sessions.openDialog(); });
    const auto onGenomePage = [this](void (GenomePage::*ask)()) {
        return [this, ask] {
            m_window.showView("genome");
            (m_window.genomePage().*ask)();
        };
    };
    add(menu, tr("Open &genome…"), {}, onGenomePage(&GenomePage::askForGenome),
        tr("FASTA or 2bit, for the genome page"));
    add(menu, tr("Add trac&ks to the genome…"), {}, onGenomePage(&GenomePage::askForTracks),
        tr("Genes, signals, peaks, variants"));
    add(menu, tr("Get from the &web…"), {}, [this] { showWeb(); }, tr("A transcript, gene or place from Ensembl, NCBI or UCSC"));
    add(menu, tr("Open table of &coding regions…"), {}, [&sessions] { sessions.openCdsDialog(); });
    add(menu, tr("Open the &example"), {}, [&sessions] { sessions.openExample(); });
    m_recent = menu.addMenu(tr("Open &recent"));
    connect(m_recent, &QMenu::aboutToShow, this, &MainMenus::fillRecent);
    add(menu, tr("Import &weights…"), {}, [this] { m_window.importWeights({}); },
        tr("Make a model of weights of Keras, PyTorch or safetensors"));
    menu.addSeparator();
    add(menu, tr("&Save"), QKeySequence::Save, [&sessions] { sessions.save(); });
    add(menu, tr("Save &as…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S), [&sessions] { sessions.saveAs(); });
    menu.addSeparator();
    add(menu, tr("&Export figure…"), QKeySequence(Qt::CTRL | Qt::Key_E), [this] { m_window.exports().exportFigure(); });
    add(menu, tr("Export &table…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E),
        [this] { m_window.exports().exportTable(); });
    menu.addSeparator();
    add(menu, tr("&Quit"), QKeySequence::Quit, [this] { m_window.close(); })->setMenuRole(QAction::QuitRole);
}

void MainMenus::fillRecent()
{
    m_recent->clear();
    SessionController& sessions = m_window.sessions();
    for (const QString& path : sessions.recentFiles())
        add(*m_recent, QFileInfo(path).fileName(), {}, [&sessions, path] { sessions.openFiles({path}); }, path);
    if (m_recent->isEmpty()) {
        m_recent->addAction(tr("Nothing yet"))->setEnabled(false);
        return;
    }
    m_recent->setToolTipsVisible(true);
    m_recent->addSeparator();
    add(*m_recent, tr("Forget these"), {}, [&sessions] { sessions.clearRecentFiles(); });
}

/// One dialog, which stays open while sequences come in.
void MainMenus::showWeb()
{
    if (!m_web) {
        m_web = new WebDialog({}, {}, &m_window);
        connect(m_web, &WebDialog::fetched, this,
                [this](const data::TranscriptSet& transcripts, const QString& source, const QString& name) {
                    m_window.say(tr("%1 is from %2").arg(name, source), false);
                    m_window.sessions().addSequences(transcripts, tr("Get %1").arg(name));
                    m_window.showView("tracks");
                });
    }
    m_web->show();
    m_web->raise();
    m_web->activateWindow();
}

void MainMenus::buildEdit()
{
    QMenu& menu = *m_window.menuBar()->addMenu(tr("&Edit"));
    m_window.editActions().addTo(menu);
    menu.addSeparator();
    TracksPage& page = m_window.tracksPage();
    add(menu, tr("&Find…"), QKeySequence::Find, [this, &page] {
        m_window.showView("tracks");
        page.searchBar().activate();
    });
    add(menu, tr("&Go to…"), QKeySequence(Qt::CTRL | Qt::Key_L), [this, &page] {
        if (m_window.viewInFront() == "genome")
            return m_window.genomePage().focusLocusBox();
        m_window.showView("tracks");
        page.focusLocusBox();
    });
}

void MainMenus::buildView()
{
    QMenu& menu = *m_window.menuBar()->addMenu(tr("&View"));
    widgets::TrackStack& tracks = m_window.tracksPage().tracks();
    add(menu, tr("Zoom &in"), QKeySequence::ZoomIn, [&tracks] { tracks.zoomIn(); });
    add(menu, tr("Zoom &out"), QKeySequence::ZoomOut, [&tracks] { tracks.zoomOut(); });
    add(menu, tr("Zoom to the &selection"), {}, [&tracks] { tracks.zoomToSelection(); });
    add(menu, tr("&Whole sequence"), QKeySequence(Qt::CTRL | Qt::Key_0), [&tracks] { tracks.zoomToAll(); });
    menu.addSeparator();
    buildTracks(menu);
    m_views = menu.addMenu(tr("&Panels"));
    menu.addSeparator();
    buildTheme(menu);
}

void MainMenus::buildTracks(QMenu& view)
{
    QMenu& menu = *view.addMenu(tr("&Tracks"));
    widgets::TrackStack& tracks = m_window.tracksPage().tracks();
    const std::pair<QString, widgets::TrackKind> kinds[] = {
        {tr("Annotation"), widgets::TrackKind::Annotation}, {tr("Letters"), widgets::TrackKind::Letters},
        {tr("Explanation"), widgets::TrackKind::Explanation}, {tr("Mutagenesis"), widgets::TrackKind::Mutagenesis},
        {tr("Attention"), widgets::TrackKind::Attention}, {tr("Profile"), widgets::TrackKind::Profile},
        {tr("Structure"), widgets::TrackKind::Structure},
    };
    for (const auto& [text, kind] : kinds)
        buildTrack(menu, text, kind);
    menu.addSeparator();
    QAction* reference = menu.addAction(tr("REF beside ALT"));
    reference->setCheckable(true);
    reference->setChecked(true);
    connect(reference, &QAction::toggled, this, [&tracks](bool on) { tracks.setReferenceRowsShown(on); });
    QAction* scale = menu.addAction(tr("Scale values to what is visible"));
    scale->setCheckable(true);
    scale->setChecked(true);
    connect(scale, &QAction::toggled, this, [&tracks](bool on) {
        tracks.setScaleRange(on ? widgets::ScaleRange::VisibleRange : widgets::ScaleRange::WholeSequence);
    });
}

/// A switch; what the model in use does not give cannot be switched on, and says so.
void MainMenus::buildTrack(QMenu& menu, const QString& text, widgets::TrackKind kind)
{
    widgets::TrackStack& tracks = m_window.tracksPage().tracks();
    QAction* action = menu.addAction(text);
    action->setCheckable(true);
    action->setChecked(tracks.isTrackShown(kind));
    connect(action, &QAction::toggled, this, [&tracks, kind](bool on) { tracks.setTrackShown(kind, on); });
    connect(&menu, &QMenu::aboutToShow, action, [action, &tracks, kind, text] {
        const bool available = tracks.isTrackAvailable(kind);
        action->setChecked(tracks.isTrackShown(kind));
        action->setEnabled(available);
        action->setText(available ? text : tr("%1 (not given by this model)").arg(text));
    });
}

void MainMenus::buildTheme(QMenu& view)
{
    ThemeController& themes = m_window.themes();
    const auto addSwitch = [&](const QString& text, bool on, auto change) {
        QAction* action = view.addAction(text);
        action->setCheckable(true);
        action->setChecked(on);
        connect(action, &QAction::toggled, this, [&themes, change](bool checked) {
            widgets::ThemeSettings settings = themes.theme().settings;
            change(settings, checked);
            themes.set(settings);
        });
        return action;
    };
    const widgets::ThemeSettings& now = themes.theme().settings;
    QAction* dark = addSwitch(tr("&Dark"), now.kind == widgets::ThemeKind::Dark, [](auto& settings, bool on) {
        settings.kind = on ? widgets::ThemeKind::Dark : widgets::ThemeKind::Light;
    });
    dark->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_D));
    addSwitch(tr("Colour-&blind safe bases"), now.bases == widgets::BaseColours::DeuteranopiaSafe,
              [](auto& settings, bool on) {
                  settings.bases = on ? widgets::BaseColours::DeuteranopiaSafe : widgets::BaseColours::Standard;
              });
    addSwitch(tr("&Purple–green heat maps"), now.diverging == widgets::DivergingMap::PurpleGreen,
              [](auto& settings, bool on) {
                  settings.diverging = on ? widgets::DivergingMap::PurpleGreen : widgets::DivergingMap::BlueRed;
              });
}

void MainMenus::addView(QDockWidget& dock) { m_views->addAction(dock.toggleViewAction()); }

void MainMenus::buildAnalysis()
{
    auto* described = new StudyMenus(m_window);
    described->addMethods(*m_window.menuBar()->addMenu(tr("E&xplain")));
    QMenu& menu = *m_window.menuBar()->addMenu(tr("&Analyse"));
    described->addStudies(menu);
    menu.addSeparator();
    AnalysisController& analysis = m_window.analysis();
    add(menu, tr("Predict &all sequences"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P),
        [this] { m_window.population().predictAll(); });
    QAction* translate =
        add(menu, tr("&Translate"), QKeySequence(Qt::CTRL | Qt::Key_T), [&analysis] { analysis.translate(4); });
    connect(&analysis, &AnalysisController::modelChanged, translate, [translate, &analysis] {
        translate->setVisible(analysis.model()->spec.outputs.translations);
    });
    menu.addSeparator();
    add(menu, tr("Mutagenesis of the &selection"), QKeySequence(Qt::CTRL | Qt::Key_M), [this, &analysis] {
        if (const auto selected = m_window.tracksPage().selection())
            analysis.computeMutagenesis(selected);
        else
            m_window.say(tr("Nothing is selected: drag over the ruler or the letters first."), true);
    });
    add(menu, tr("Mutagenesis of the &whole sequence"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_M),
        [&analysis] { analysis.computeMutagenesis(std::nullopt); });
    menu.addSeparator();
    add(menu, tr("&Cancel all jobs"), QKeySequence(Qt::CTRL | Qt::Key_Period),
        [this] { m_window.bridge().cancelAll(); });
}

void MainMenus::buildModel()
{
    m_models = m_window.menuBar()->addMenu(tr("&Model"));
    connect(m_models, &QMenu::aboutToShow, this, &MainMenus::fillModels);
    fillModels();
}

void MainMenus::fillModels()
{
    m_models->clear();
    ModelController& models = m_window.models();
    for (const QString& id : models.available()) {
        QAction* action = add(*m_models, id, {}, [&models, id] { models.load(id); });
        action->setCheckable(true);
        action->setChecked(models.current() && models.current()->card.id == id.toStdString());
    }
    m_models->addSeparator();
    add(*m_models, tr("&Library…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_L),
        [this] { m_window.showView("library"); });
    add(*m_models, tr("&Open model file…"), {}, [this, &models] {
        const QString path = QFileDialog::getOpenFileName(&m_window, tr("Open a model"), {},
                                                          tr("Models (*.safetensors *.pt *.card.json)"));
        if (!path.isEmpty())
            models.load(path);
    });
    m_models->addSeparator();
    add(*m_models, tr("&Train a model…"), {}, [this] { m_window.newTraining(); },
        tr("From your data: check, network, training"));
    QAction* card = add(*m_models, tr("What is &this model?"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_I),
                        [this] { showCard(); });
    card->setEnabled(models.current() != nullptr);
}

void MainMenus::showCard()
{
    if (const auto& model = m_window.models().current())
        TextDialog(tr("Model %1").arg(QString::fromStdString(model->card.name)), cardHtml(*model), &m_window).exec();
}

void MainMenus::buildHelp()
{
    QMenu& menu = *m_window.menuBar()->addMenu(tr("&Help"));
    add(menu, tr("&Keyboard shortcuts"), QKeySequence(Qt::Key_F1), [this] { showShortcuts(); });
    add(menu, tr("What is this &model?"), {}, [this] { showCard(); });
    add(menu, tr("&About Nucleoscope"), {}, [this] { showAbout(); })->setMenuRole(QAction::AboutRole);
}

void MainMenus::showShortcuts()
{
    QString rows;
    for (const Shortcut& shortcut : kShortcutList)
        rows += QStringLiteral("<tr><td><b>%1</b></td><td>%2</td></tr>")
                    .arg(QString::fromUtf8(shortcut.keys).toHtmlEscaped(),
                         QCoreApplication::translate("ShortcutList", shortcut.text).toHtmlEscaped());
    QMessageBox box(QMessageBox::NoIcon, tr("Keyboard shortcuts"),
                    QStringLiteral("<table cellpadding=\"3\">%1</table>").arg(rows), QMessageBox::Close, &m_window);
    box.exec();
}

void MainMenus::showAbout()
{
    QString html = tr("<h2>Nucleoscope %1</h2><p>Look through deep sequence models: load transcripts, see what a model "
                      "predicts and why, change a base and watch both move.</p><p>Free software under the GNU General "
                      "Public License, version 3 or later.</p>")
                       .arg(QString::fromLatin1(kVersion));
    if (const auto backend = m_window.bridge().backendInfo()) {
        html += QStringLiteral("<h2>%1</h2>").arg(tr("Architectures"));
        for (const engine::ModelSpec& spec : backend->specs)
            html += cardHtml(QString::fromStdString(spec.name), summaryRows(spec));
    }
    TextDialog(tr("About Nucleoscope"), html, &m_window).exec();
}

}  // namespace nscope::app
