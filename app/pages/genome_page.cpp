#include "app/pages/genome_page.h"

#include "app/analysis_controller.h"
#include "app/document_controller.h"
#include "app/genome/region_predictor.h"
#include "core/data/alphabet.h"
#include "core/data/splicing.h"
#include "widgets/number_text.h"

#include <QtCore/QFileInfo>
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
#include <functional>

namespace nscope::app {

namespace {

constexpr std::size_t kMostPanels = 4;
constexpr std::size_t kHistory = 100;
constexpr int kPlaceWidth = 200;
constexpr int kChromosomeLetters = 6;       ///< of the box; longer names are in its list
constexpr std::size_t kMostVariants = 500;  ///< applied to one sequence
constexpr int kMostChromosomes = 500;       ///< in the box; more are found by typing

}  // namespace

GenomePage::GenomePage(GenomeController& genome, RegionPredictor& predictor, AnalysisController& analysis,
                       DocumentController& documents, QWidget* parent)
    : QWidget(parent),
      m_genome(genome),
      m_predictor(predictor),
      m_analysis(analysis),
      m_documents(documents),
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
        showFirstPiece();
        restoreWaiting();
        updateControls();
    });
    connect(&genome, &GenomeController::tracksChanged, this, [this] {
        restoreWaiting();
        updateControls();
    });
    connect(&genome, &GenomeController::said, this, &GenomePage::said);
    connect(&predictor, &RegionPredictor::predicted, this, &GenomePage::showPredicted);
    connect(&predictor, &RegionPredictor::failed, this, [this](const QString& sentence) { emit said(sentence, true); });
    connect(&predictor, &RegionPredictor::changed, this, &GenomePage::updateControls);
    connect(&analysis, &AnalysisController::modelChanged, this, &GenomePage::updateControls);
    for (const auto& [keys, go] :
         {std::pair{Qt::ALT | Qt::Key_Left, &GenomePage::goBack}, {Qt::ALT | Qt::Key_Right, &GenomePage::goForward}}) {
        auto* shortcut = new QShortcut(QKeySequence(keys), this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, go);
    }
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

QMenu* GenomePage::addMenu(QHBoxLayout& row, const QString& text, const QString& help)
{
    auto* button = new QToolButton(this);
    button->setText(text);
    button->setToolTip(help);
    button->setAccessibleName(help);
    button->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(button);
    menu->setToolTipsVisible(true);
    button->setMenu(menu);
    row.addWidget(button);
    return menu;
}

void GenomePage::buildControls(QHBoxLayout& row)
{
    QMenu* open = addMenu(row, tr("Open"), tr("Open a genome, or tracks over it"));
    const auto add = [this](QMenu& menu, const QString& text, const QString& help, void (GenomePage::*press)()) {
        QAction* action = menu.addAction(text);
        action->setToolTip(help);
        connect(action, &QAction::triggered, this, press);
        return action;
    };
    add(*open, tr("&Genome…"), tr("FASTA (plain or bgzip) or 2bit"), &GenomePage::askForGenome);
    add(*open, tr("&Tracks…"), tr("Genes, signals, peaks or variants"), &GenomePage::askForTracks);
    m_tracksMenu = addMenu(row, tr("Tracks"), tr("Show, hide, overlay, scale and remove tracks"));
    connect(m_tracksMenu, &QMenu::aboutToShow, this, &GenomePage::fillTracksMenu);
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
    QMenu* places = addMenu(row, tr("Places"), tr("The strand, and several places side by side"));
    m_reverse = places->addAction(tr("&Reverse strand"));
    m_reverse->setToolTip(tr("Read from right to left, as the reverse strand is"));
    m_reverse->setCheckable(true);
    connect(m_reverse, &QAction::toggled, this, [this](bool on) { panel().view().setReversed(on); });
    add(*places, tr("&Another place beside this one"), {}, &GenomePage::addPanel);
    m_remove = add(*places, tr("&Close this place"), {}, &GenomePage::removePanel);
    m_predict = addButton(row, tr("Predict"), {}, &GenomePage::predict);
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
    if (!m_panels.empty() && m_panels[m_active]->view().chromosomeLength() > 0)
        panel->goTo(m_panels[m_active]->locus());
    m_panels.push_back(panel);
    m_splitter->addWidget(panel);
    m_splitter->setSizes(QList<int>(qsizetype(m_panels.size()), 1000));
    panel->view().installEventFilter(this);
    connect(panel, &GenomePanel::moved, this, [this, panel] { moved(panel); });
    connect(panel, &GenomePanel::hovered, m_status, &QLabel::setText);
    connect(panel, &GenomePanel::selectionChanged, this, [this, panel] { activate(panel); });
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
    m_genome.disconnect(panel);
    panel->disconnect(this);
    panel->view().removeEventFilter(this);
    panel->hide();
    panel->deleteLater();
    activate(m_panels[m_active]);
}

void GenomePage::activate(GenomePanel* panel)
{
    const auto at = std::ranges::find(m_panels, panel);
    if (at == m_panels.end())
        return;  // was removed, and hears of the genome until it is deleted
    m_active = std::size_t(at - m_panels.begin());
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
    m_chromosome->setCurrentText(QString::fromStdString(locus.chromosome));
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
    keepPlace();
    show(*locus);
    panel().view().setFocus();
    m_history.push_back(panel().locus());
    m_at = m_history.size() - 1;
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
        show({chromosomes.front().name, chromosomes.front().pieces.front(), data::Strand::None});
}

/// Where the view is now becomes the place that Back returns to.
void GenomePage::keepPlace()
{
    m_history.resize(std::min(m_history.size(), m_at + 1));
    if (panel().view().chromosomeLength() > 0 && (m_history.empty() || m_history.back() != panel().locus()))
        m_history.push_back(panel().locus());
    if (m_history.size() > kHistory)
        m_history.erase(m_history.begin());
}

void GenomePage::show(const data::Locus& locus) { panel().goTo(locus); }

void GenomePage::goBack()
{
    if (m_at == 0 || m_history.empty())
        return;
    if (m_at == m_history.size() - 1)
        m_history.back() = panel().locus();  // panned since
    show(m_history[--m_at]);
    updateControls();
}

void GenomePage::goForward()
{
    if (m_at + 1 >= m_history.size())
        return;
    show(m_history[++m_at]);
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

void GenomePage::setLook(int track, const TrackLook& look)
{
    m_looks[track] = look;
    for (GenomePanel* each : m_panels)
        each->setLooks(m_looks);
}

void GenomePage::fillTracksMenu()
{
    m_tracksMenu->clear();
    for (QMenu* old : m_tracksMenu->findChildren<QMenu*>(QString(), Qt::FindDirectChildrenOnly))
        old->deleteLater();
    for (const GenomeTrack& track : m_genome.tracks()) {
        QMenu* menu = m_tracksMenu->addMenu(QString::fromStdString(track.title).replace('&', QStringLiteral("&&")));
        menu->setToolTipsVisible(true);
        fillTrackMenu(*menu, track);
    }
    if (m_genome.tracks().empty())
        m_tracksMenu->addAction(tr("No track is open"))->setEnabled(false);
}

void GenomePage::fillTrackMenu(QMenu& menu, const GenomeTrack& track)
{
    const int id = track.id;
    const TrackLook now = m_looks[id];
    const auto add = [&](QMenu& to, const QString& text, bool isOn, auto change) {
        QAction* action = to.addAction(text);
        action->setCheckable(true);
        action->setChecked(isOn);
        connect(action, &QAction::triggered, this, [this, id, change](bool on) {
            TrackLook look = m_looks[id];
            change(look, on);
            setLook(id, look);
        });
    };
    add(menu, tr("Shown"), now.isShown, [](TrackLook& look, bool on) { look.isShown = on; });
    if (track.kind == GenomeTrack::Kind::Genes)
        add(menu, tr("One transcript per gene"), now.isCollapsed,
            [](TrackLook& look, bool on) { look.isCollapsed = on; });
    if (track.kind == GenomeTrack::Kind::Signal) {
        add(menu, tr("Logarithmic"), now.signal.isLogarithmic,
            [](TrackLook& look, bool on) { look.signal.isLogarithmic = on; });
        add(menu, tr("Same scale as other tracks so marked"), now.signal.scaleGroup == 1,
            [](TrackLook& look, bool on) { look.signal.scaleGroup = on ? 1 : 0; });
        QMenu* summary = menu.addMenu(tr("Zoomed out"));
        const std::pair<QString, widgets::SignalSummary> summaries[] = {
            {tr("Mean, with least and largest behind"), widgets::SignalSummary::MeanAndRange},
            {tr("Mean"), widgets::SignalSummary::Mean},
            {tr("Largest value"), widgets::SignalSummary::Maximum}};
        for (const auto& [text, value] : summaries)
            add(*summary, text, now.signal.summary == value,
                [value = value](TrackLook& look, bool) { look.signal.summary = value; });
        QMenu* over = menu.addMenu(tr("Draw over"));
        add(*over, tr("Nothing: a row of its own"), now.over == 0, [](TrackLook& look, bool) { look.over = 0; });
        for (const GenomeTrack& other : m_genome.tracks())
            if (other.kind == GenomeTrack::Kind::Signal && other.id != id && m_looks[other.id].over == 0)
                add(*over, QString::fromStdString(other.title), now.over == other.id,
                    [to = other.id](TrackLook& look, bool) { look.over = to; });
    }
    menu.addSeparator();
    connect(menu.addAction(tr("Remove")), &QAction::triggered, this, [this, id] {
        for (auto& [other, look] : m_looks)
            if (look.over == id)
                look.over = 0;
        m_genome.removeTrack(id);
    });
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

void GenomePage::openAsSequence()
{
    const data::Locus locus = panel().chosen();
    if (locus.interval.length() > kMostSequenceNt)
        return emit said(tr("%1 nt are too many for one sequence: zoom in to at most %2.")
                             .arg(widgets::countText(locus.interval.length()), widgets::countText(kMostSequenceNt)),
                         true);
    const auto letters = m_genome.letters(locus.chromosome, locus.interval);
    if (!letters)
        return emit said(QString::fromStdString(letters.error().sentence()), true);
    auto transcript = std::make_shared<data::Transcript>();
    QString name = QString::fromStdString(data::locusText(locus));
    transcript->sequence.id = name.remove(QLatin1Char(',')).toStdString();
    transcript->sequence.letters = locus.strand == data::Strand::Reverse ? data::reverseComplement(*letters) : *letters;
    transcript->sequence.alphabet = data::Alphabet::Dna;
    m_documents.addEntries({transcript}, m_genome.genome()->path, tr("Open %1").arg(name));
    m_documents.select(int(m_documents.document()->entries.size()) - 1);
    emit sequenceOpened();
}

void GenomePage::openTranscript(const data::TranscriptModelPtr& transcript)
{
    const auto letters = [this](const std::string& chromosome, data::Interval range) {
        return m_genome.letters(chromosome, range);
    };
    auto spliced = data::splice(*transcript, letters);
    if (!spliced)
        return emit said(QString::fromStdString(spliced.error().sentence()), true);
    m_documents.addEntries({std::make_shared<const data::Transcript>(std::move(*spliced))}, m_genome.genome()->path,
                           tr("Open %1").arg(QString::fromStdString(transcript->id)));
    m_documents.select(int(m_documents.document()->entries.size()) - 1);
    emit sequenceOpened();
}

void GenomePage::openWithVariants(int id)
{
    const GenomeTrack* track = m_genome.track(id);
    data::Locus locus = panel().chosen();
    locus.strand = data::Strand::None;  // variants are written on the forward strand
    const auto name = track ? GenomeController::nameIn(*track, locus.chromosome) : std::nullopt;
    if (!name)
        return emit said(tr("This track has no variant here."), true);
    auto places = track->features->places.overlapping(*name, locus.interval, kMostVariants + 1);
    if (places.empty())
        return emit said(tr("This track has no variant here."), true);
    if (places.size() > kMostVariants)
        return emit said(tr("More than %1 variants lie here: zoom in.").arg(kMostVariants), true);
    panel().view().setReversed(false);
    m_reverse->setChecked(false);
    const int before = int(m_documents.document()->entries.size());
    openAsSequence();
    if (int(m_documents.document()->entries.size()) == before)
        return;
    // From the right to the left, so that places stay; what lies over one that was applied is left out.
    QStringList leftOut;
    std::int64_t freeUntil = locus.interval.endNt;
    std::ranges::sort(places, std::greater(), [&](std::size_t i) { return (*track->variants)[i].startNt; });
    for (const std::size_t place : places) {
        const data::Variant& variant = (*track->variants)[place];
        const std::int64_t end = variant.startNt + std::int64_t(variant.ref.size());
        data::Edit edit{variant.startNt - locus.interval.startNt, variant.ref, variant.alt, {}};
        const bool fits = !variant.symbolic && variant.startNt >= locus.interval.startNt && end <= freeUntil;
        if (!fits || !m_documents.edit(edit))
            leftOut << QStringLiteral("%1 %2>%3")
                           .arg(widgets::countText(variant.startNt + 1), QString::fromStdString(variant.ref),
                                QString::fromStdString(variant.alt));
        else
            freeUntil = variant.startNt;
    }
    if (!leftOut.isEmpty())
        emit said(tr("Left out, because they are no letters, overlap another variant or name letters that do not stand "
                     "there: %1.")
                      .arg(leftOut.mid(0, 5).join(QStringLiteral(", "))
                           + (leftOut.size() > 5 ? QStringLiteral(" …") : QString())),
                  false);
}

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
    QAction* predict = menu.addAction(tr("Predict the profile here"));
    predict->setEnabled(RegionPredictor::obstacle(m_analysis.model()).isEmpty());
    connect(predict, &QAction::triggered, this, &GenomePage::predict);
    QAction* zoom = menu.addAction(tr("Zoom to the selection"));
    zoom->setEnabled(panel.view().selection().has_value());
    connect(zoom, &QAction::triggered, &panel.view(), &widgets::GenomeView::zoomToSelection);
    menu.exec(globalPosition);
}

void GenomePage::updateControls()
{
    const bool isOpen = !m_genome.chromosomes().empty();
    m_back->setEnabled(m_at > 0);
    m_forward->setEnabled(m_at + 1 < m_history.size());
    m_place->setEnabled(isOpen);
    m_remove->setEnabled(m_panels.size() > 1);
    if (!m_panels.empty())
        m_reverse->setChecked(panel().view().isReversed());
    m_open->setEnabled(m_genome.genome().has_value());
    const QString problem =
        m_genome.genome() ? RegionPredictor::obstacle(m_analysis.model()) : tr("Open a genome first.");
    m_predict->setText(m_predictor.isRunning() ? tr("Stop") : tr("Predict"));
    m_predict->setEnabled(m_predictor.isRunning() || problem.isEmpty());
    m_predict->setToolTip(problem.isEmpty() ? tr("The model's profile of the selection, or of what is on show")
                                            : problem);
    QStringList names;
    for (const ChromosomeLength& chromosome : m_genome.chromosomes()) {
        if (names.size() == kMostChromosomes)
            break;
        names << QString::fromStdString(chromosome.name);
    }
    const QString current = m_panels.empty() ? QString() : panel().view().chromosome();
    m_chromosome->clear();
    m_chromosome->addItems(names);
    m_chromosome->setCurrentText(current);
    m_chromosome->setVisible(isOpen);
}

}  // namespace nscope::app
