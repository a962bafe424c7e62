#include "app/pages/genome_page.h"

#include "app/analysis_controller.h"
#include "app/genome/region_opener.h"
#include "app/genome/region_predictor.h"
#include "app/pages/tracks_menu.h"

#include <QtGui/QShortcut>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QCompleter>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <utility>

namespace nscope::app {

namespace {

constexpr int kPlaceWidth = 200;
constexpr int kChromosomeLetters = 6;  ///< of the box; longer names are in its list
constexpr int kMostChromosomes = 500;  ///< in the box; more are found by typing

}  // namespace

GenomePage::GenomePage(GenomeController& genome, const Askers& askers, AnalysisController& analysis,
                       DocumentController& documents, SessionController& sessions, QWidget* parent)
    : QWidget(parent),
      m_genome(genome),
      m_predictor(askers.predictor),
      m_explainer(askers.explainer),
      m_analysis(analysis),
      m_opener(new RegionOpener(genome, documents, sessions, this)),
      m_place(new QLineEdit(this)),
      m_chromosome(new QComboBox(this)),
      m_splitter(new QSplitter(this)),
      m_status(new QLabel(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 6, 8, 4);
    auto* row = new QHBoxLayout;
    buildControls(*row);
    layout->addLayout(row);
    m_splitter->setChildrenCollapsible(false);
    layout->addWidget(m_splitter, 1);
    m_status->setTextFormat(Qt::PlainText);
    m_status->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    layout->addWidget(m_status);
    addPanel();

    connect(&genome, &GenomeController::genomeChanged, this, [this] {
        removeExplanation();
        showFirstPiece();
        fillChromosomes();
        updateControls();
    });
    connect(&genome, &GenomeController::tracksChanged, this, [this] {
        settleLooks();
        fillChromosomes();
        updateControls();
    });
    connect(&genome, &GenomeController::readingEnded, this, &GenomePage::restoreWaiting);
    connect(m_opener, &RegionOpener::said, this, &GenomePage::said);
    connect(m_opener, &RegionOpener::opened, this, &GenomePage::sequenceOpened);
    connect(&genome, &GenomeController::said, this, &GenomePage::said);
    connectAskers();
    for (const auto& [keys, go] :
         {std::pair{Qt::ALT | Qt::Key_Left, &GenomePage::goBack}, {Qt::ALT | Qt::Key_Right, &GenomePage::goForward}}) {
        auto* shortcut = new QShortcut(QKeySequence(keys), this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, go);
    }
    fillChromosomes();
    updateControls();
}

QToolButton* GenomePage::addButton(QHBoxLayout& row, const QString& text, const QString& help,
                                   void (GenomePage::*press)())
{
    auto* button = new QToolButton(this);
    button->setText(text);
    button->setToolTip(help);
    button->setAccessibleName(help);
    connect(button, &QToolButton::clicked, this, press);
    row.addWidget(button);
    return button;
}

void GenomePage::addMenu(QHBoxLayout& row, const QString& text, const QString& help, QMenu* menu)
{
    auto* button = new QToolButton(this);
    button->setText(text);
    button->setToolTip(help);
    button->setAccessibleName(help);
    button->setPopupMode(QToolButton::InstantPopup);
    menu->setToolTipsVisible(true);
    button->setMenu(menu);
    row.addWidget(button);
}

void GenomePage::buildControls(QHBoxLayout& row)
{
    auto* open = new QMenu(this);
    addMenu(row, tr("Open"), tr("Open a genome, or tracks over it"), open);
    const auto add = [this](QMenu& menu, const QString& text, const QString& help, void (GenomePage::*press)()) {
        QAction* action = menu.addAction(text);
        action->setToolTip(help);
        connect(action, &QAction::triggered, this, press);
        return action;
    };
    add(*open, tr("&Genome…"), tr("FASTA (plain or bgzip) or 2bit"), &GenomePage::askForGenome);
    add(*open, tr("&Tracks…"), tr("Genes, signals, peaks or variants"), &GenomePage::askForTracks);
    auto* tracks = new TracksMenu(m_genome, [this](int track) { return look(track); }, this);
    connect(tracks, &TracksMenu::lookChosen, this, &GenomePage::setLook);
    addMenu(row, tr("Tracks"), tr("Show, hide, overlay, scale and remove tracks"), tracks);
    row.addSpacing(6);
    m_back = addButton(row, QStringLiteral("◀"), tr("The place before (Alt+←)"), &GenomePage::goBack);
    m_forward = addButton(row, QStringLiteral("▶"), tr("The place after (Alt+→)"), &GenomePage::goForward);
    m_chromosome->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_chromosome->setMinimumContentsLength(kChromosomeLetters);
    m_chromosome->setAccessibleName(tr("Chromosome"));
    row.addWidget(m_chromosome);
    connect(m_chromosome, &QComboBox::textActivated, this, &GenomePage::goTo);
    m_place->setPlaceholderText(tr("chr5:90,339,000-90,349,000 or a gene"));
    m_place->setAccessibleName(tr("Place"));
    m_place->setMinimumWidth(kPlaceWidth);
    m_place->setClearButtonEnabled(true);
    auto* completer = new QCompleter(&m_names, m_place);
    completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    m_place->setCompleter(completer);
    connect(m_place, &QLineEdit::textEdited, this,
            [this](const QString& text) { m_names.setStringList(m_genome.completions(text)); });
    connect(m_place, &QLineEdit::returnPressed, this, [this] { goTo(m_place->text()); });
    connect(completer, qOverload<const QString&>(&QCompleter::activated), this, &GenomePage::goTo);
    row.addWidget(m_place, 1);
    row.addSpacing(6);
    auto* places = new QMenu(this);
    addMenu(row, tr("Places"), tr("The strand, and several places side by side"), places);
    m_reverse = places->addAction(tr("&Reverse strand"));
    m_reverse->setToolTip(tr("Read from right to left, as the reverse strand is"));
    m_reverse->setCheckable(true);
    connect(m_reverse, &QAction::toggled, this, [this](bool on) { panel().view().setReversed(on); });
    add(*places, tr("&Another place beside this one"), {}, &GenomePage::addPanel);
    m_remove = add(*places, tr("&Close this place"), {}, &GenomePage::removePanel);
    m_predict = addButton(row, tr("Predict"), {}, &GenomePage::predict);
    buildExplain(row);
    m_open = addButton(row, tr("Open as sequence"),
                       tr("The selection, or what is on show, as a sequence to edit and explain"),
                       &GenomePage::openAsSequence);
}

void GenomePage::setTheme(const widgets::Theme& theme)
{
    m_theme = theme;
    for (GenomePanel* each : m_panels)
        each->setTheme(theme);
}

bool GenomePage::isIdle() const
{
    return std::ranges::all_of(m_panels, [](const GenomePanel* each) { return each->isIdle(); });
}

// ---- places

void GenomePage::addPanel()
{
    if (m_panels.size() == kMostPanels)
        return emit said(tr("There is room for %1 places side by side.").arg(kMostPanels), false);
    auto* panel = new GenomePanel(m_genome, this);
    panel->setTheme(m_theme);
    panel->setLooks(m_looks);
    panel->setExplanation(m_explanation, m_explanationLook);
    if (!m_panels.empty() && m_panels[m_active]->view().chromosomeLength() > 0)
        panel->goTo(m_panels[m_active]->locus());
    m_panels.push_back(panel);
    m_splitter->addWidget(panel);
    m_splitter->setSizes(QList<int>(qsizetype(m_panels.size()), 1000));
    panel->view().installEventFilter(this);
    connect(panel, &GenomePanel::moved, this, [this, panel] { moved(panel); });
    connect(panel, &GenomePanel::hovered, m_status, &QLabel::setText);
    connect(panel, &GenomePanel::contextMenuRequested, this,
            [this, panel](const QPoint& at) { showContextMenu(*panel, at); });
    activate(panel);
}

/// The panel that gets the keys is the one that menus and the place box are about.
bool GenomePage::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::FocusIn) {
        for (GenomePanel* each : m_panels)
            if (&each->view() == watched && each != m_panels[m_active])
                activate(each);
    }
    return QWidget::eventFilter(watched, event);
}

void GenomePage::removePanel()
{
    if (m_panels.size() < 2)
        return;
    GenomePanel* panel = m_panels[m_active];
    m_panels.erase(m_panels.begin() + std::ptrdiff_t(m_active));
    m_active = std::min(m_active, m_panels.size() - 1);
    delete panel;
    activate(m_panels[m_active]);
}

void GenomePage::activate(GenomePanel* panel)
{
    m_active = std::size_t(std::ranges::find(m_panels, panel) - m_panels.begin());
    updateControls();
    moved(panel);
}

void GenomePage::moved(GenomePanel* panel)
{
    if (panel != m_panels[m_active])
        return;
    if (panel->view().chromosomeLength() <= 0)
        return m_place->clear();
    const data::Locus locus = panel->locus();
    if (!m_place->hasFocus())
        m_place->setText(QString::fromStdString(data::locusText(locus)));
    m_chromosome->setCurrentIndex(m_chromosome->findText(QString::fromStdString(locus.chromosome)));
}

void GenomePage::focusLocusBox()
{
    m_place->setFocus();
    m_place->selectAll();
}

void GenomePage::goTo(const QString& text)
{
    const auto locus = m_genome.find(text);
    if (!locus)
        return emit said(QString::fromStdString(locus.error().sentence()), true);
    m_arePlacesWaiting = false;
    const bool isSomewhere = panel().view().chromosomeLength() > 0;
    const auto from = isSomewhere ? std::optional(panel().locus()) : std::nullopt;
    panel().goTo(*locus);
    panel().history().visit(from, panel().locus());
    panel().view().setFocus();
    moved(&panel());
    updateControls();
}

/// Of a file that holds pieces of chromosomes the first one, instead of a chromosome that is nearly empty.
void GenomePage::showFirstPiece()
{
    if (!m_genome.genome())
        return;
    const auto& chromosomes = m_genome.genome()->file->chromosomes();
    const bool isWhole = panel().view().visibleRange().length() >= panel().view().chromosomeLength();
    if (isWhole && !chromosomes.empty() && !chromosomes.front().pieces.empty())
        panel().goTo({chromosomes.front().name, chromosomes.front().pieces.front(), data::Strand::None});
}

void GenomePage::goBack()
{
    if (const auto place = panel().history().back(panel().locus()))
        panel().goTo(*place);
    updateControls();
}

void GenomePage::goForward()
{
    if (const auto place = panel().history().forward())
        panel().goTo(*place);
    updateControls();
}

// ---- files

void GenomePage::askForGenome()
{
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Open a genome"), {},
        tr("Genomes (*.fa *.fasta *.fna *.fa.gz *.fasta.gz *.fna.gz *.fa.bgz *.2bit);;All files (*)"));
    if (!path.isEmpty())
        m_genome.openGenome(path);
}

void GenomePage::askForTracks()
{
    const QStringList paths = QFileDialog::getOpenFileNames(
        this, tr("Add tracks"), {},
        tr("All tracks (*.gtf *.gtf.gz *.gff *.gff3 *.gff.gz *.gff3.gz *.bed *.bed.gz *.narrowPeak *.narrowPeak.gz "
           "*.bw *.bigWig *.bigwig *.bedGraph *.bedGraph.gz *.bdg *.bam *.cram *.vcf *.vcf.gz *.bcf);;All files (*)"));
    if (!paths.isEmpty())
        m_genome.openTracks(paths);
}

// ---- tracks

TrackLook GenomePage::look(int track) const
{
    const auto found = m_looks.find(track);
    return found == m_looks.end() ? TrackLook{} : found->second;
}

void GenomePage::setLook(int track, TrackLook look)
{
    keepLook(track, look);
    showLooks();
}

void GenomePage::keepLook(int track, TrackLook look)
{
    if (look.over == track || this->look(look.over).over != 0)
        look.over = 0;
    if (look.over != 0)
        for (auto& [other, otherLook] : m_looks)
            if (otherLook.over == track)
                otherLook.over = 0;
    m_looks[track] = look;
}

void GenomePage::showLooks()
{
    for (GenomePanel* each : m_panels)
        each->setLooks(m_looks);
}

/// Of tracks that are gone nothing is kept.
void GenomePage::settleLooks()
{
    std::erase_if(m_looks, [this](const auto& look) { return !m_genome.track(look.first); });
    for (auto& [track, look] : m_looks)
        if (!m_genome.track(look.over))
            look.over = 0;
    showLooks();
}

// ---- predictions and sequences

void GenomePage::predict()
{
    if (m_predictor.isRunning())
        return m_predictor.cancel();
    m_predictor.predict(m_analysis.model(), panel().chosen());
}

void GenomePage::showPredicted(const data::Locus& locus, const data::Track& track)
{
    std::vector<ComputedSignal> computed;
    for (std::size_t row = 0; row < track.rows.size(); ++row) {
        const auto first = track.values_RB.begin() + std::ptrdiff_t(row) * track.binCount();
        computed.push_back(
            {tr("predicted %1").arg(QString::fromStdString(track.rows[row])), locus.chromosome,
             std::make_shared<const data::SignalPyramid>(track.startNt, double(track.binNt),
                                                         std::vector<float>(first, first + track.binCount()))});
    }
    // One task goes over what was measured; several have rows of their own.
    const bool isOverMeasured = computed.size() == 1;
    for (GenomePanel* each : m_panels)
        each->setComputed(computed, isOverMeasured);
}

void GenomePage::openAsSequence() { m_opener->openRegion(panel().chosen()); }

void GenomePage::openTranscript(const data::TranscriptModelPtr& transcript) { m_opener->openTranscript(*transcript); }

void GenomePage::openWithVariants(int track) { m_opener->openWithVariants(panel().chosen(), track); }

void GenomePage::showContextMenu(GenomePanel& panel, const QPoint& globalPosition)
{
    activate(&panel);
    QMenu menu;
    const QPointF point = panel.view().viewport()->mapFromGlobal(globalPosition);
    if (const auto transcript = panel.transcriptAt(point)) {
        const QString id = QString::fromStdString(transcript->id);
        connect(menu.addAction(tr("Open transcript %1, spliced").arg(id)), &QAction::triggered, this,
                [this, transcript] { openTranscript(transcript); });
        connect(menu.addAction(tr("Zoom to %1").arg(id)), &QAction::triggered, this, [this, id] { goTo(id); });
        menu.addSeparator();
    }
    connect(menu.addAction(panel.view().selection() ? tr("Open the selection as a sequence")
                                                    : tr("Open what is on show as a sequence")),
            &QAction::triggered, this, &GenomePage::openAsSequence);
    for (const GenomeTrack& track : m_genome.tracks())
        if (track.kind == GenomeTrack::Kind::Variants && m_genome.genome())
            connect(menu.addAction(tr("Open it with the variants of %1").arg(QString::fromStdString(track.title))),
                    &QAction::triggered, this, [this, id = track.id] { openWithVariants(id); });
    QAction* predict = menu.addAction(m_predictor.isRunning() ? tr("Stop predicting") : tr("Predict here"));
    predict->setEnabled(m_predict->isEnabled());
    connect(predict, &QAction::triggered, this, &GenomePage::predict);
    QAction* explain = menu.addAction(m_explainer.isRunning() ? tr("Stop explaining") : tr("Explain here"));
    explain->setEnabled(m_explain->isEnabled());
    connect(explain, &QAction::triggered, this, &GenomePage::explain);
    if (m_explanation)
        connect(menu.addAction(tr("Remove the explanation")), &QAction::triggered, this,
                &GenomePage::removeExplanation);
    QAction* zoom = menu.addAction(tr("Zoom to the selection"));
    zoom->setEnabled(panel.view().selection().has_value());
    connect(zoom, &QAction::triggered, &panel.view(), &widgets::GenomeView::zoomToSelection);
    menu.exec(globalPosition);
}

void GenomePage::fillChromosomes()
{
    QStringList names;
    for (const ChromosomeLength& chromosome : m_genome.chromosomes()) {
        if (names.size() == kMostChromosomes)
            break;
        names << QString::fromStdString(chromosome.name);
    }
    m_chromosome->clear();
    m_chromosome->addItems(names);
    m_chromosome->setCurrentIndex(m_chromosome->findText(panel().view().chromosome()));
    m_chromosome->setVisible(!names.isEmpty());
}

void GenomePage::updateControls()
{
    m_back->setEnabled(panel().history().canGoBack());
    m_forward->setEnabled(panel().history().canGoForward());
    m_place->setEnabled(!m_genome.chromosomes().empty());
    m_remove->setEnabled(m_panels.size() > 1);
    m_reverse->setChecked(panel().view().isReversed());
    m_open->setEnabled(m_genome.genome().has_value());
    const QString problem =
        m_genome.genome() ? RegionPredictor::obstacle(m_analysis.model()) : tr("Open a genome first.");
    m_predict->setText(m_predictor.isRunning() ? tr("Stop") : tr("Predict"));
    m_predict->setEnabled(m_predictor.isRunning() || problem.isEmpty());
    m_predict->setToolTip(problem.isEmpty() ? tr("The model's profile of the selection, or of what is on show")
                                            : problem);
    const QString obstacle =
        m_genome.genome() ? RegionExplainer::obstacle(m_analysis.model()) : tr("Open a genome first.");
    m_explain->setText(m_explainer.isRunning() ? tr("Stop") : tr("Explain"));
    m_explain->setEnabled(m_explainer.isRunning() || obstacle.isEmpty());
    m_explain->setToolTip(obstacle.isEmpty() ? tr("Which letters make the model predict what it predicts here")
                                             : obstacle);
}

}  // namespace nscope::app
