#include "app/pages/genome_panel.h"

#include "widgets/arcs_row.h"
#include "widgets/feature_row.h"
#include "widgets/gene_row.h"
#include "widgets/placed_track_row.h"
#include "widgets/sequence_row.h"

#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace nscope::app {

namespace {

constexpr int kDelayMs = 40;  ///< while the view moves, files are asked so often at most
constexpr double kCoarsest = 2.0;  ///< bins this many times wider than a pixel are read anew
constexpr double kFinest = 0.2;    ///< and those so much narrower, which cost time for nothing
constexpr std::size_t kMostTranscripts = 3000;
constexpr std::size_t kMostFeatures = 5000;
constexpr double kExonNtPerPixel = 6.0;  ///< nearer, F and B go to exons

widgets::GenomeRowPtr arcsOf(const RegionExplanation& explanation)
{
    const data::Locus& window = explanation.read.window;
    const auto place = [&window](std::int64_t positionNt) {
        return window.strand == data::Strand::Reverse ? double(window.interval.endNt - positionNt) - 0.5
                                                      : double(window.interval.startNt + positionNt) + 0.5;
    };
    std::vector<widgets::Arc> arcs;
    for (const analysis::AttentionLink& link : explanation.links)
        arcs.push_back({place(link.queryNt), place(link.keyNt), link.weight});
    return std::make_shared<widgets::ArcsRow>(
        GenomePanel::tr("Attention arcs"), window.interval, std::move(arcs),
        GenomePanel::tr("who looks at whom: mean of all layers and heads; the %1 strongest links")
            .arg(RegionExplainer::kMostLinks));
}

}  // namespace

GenomePanel::GenomePanel(GenomeController& genome, QWidget* parent)
    : QWidget(parent),
      m_genome(genome),
      m_view(new widgets::GenomeView(this)),
      m_sequence(std::make_shared<widgets::SequenceRow>())
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_view);
    m_view->setEmptyText(
        tr("Open a genome (FASTA, 2bit) or tracks: genes (GTF, GFF3, BED), signals (bigWig, bedGraph, BAM), peaks, "
           "variants. Files can be dropped here."));
    m_delay.setSingleShot(true);
    m_delay.setInterval(kDelayMs);
    connect(&m_delay, &QTimer::timeout, this, &GenomePanel::load);
    connect(m_view, &widgets::GenomeView::rangeChanged, this, [this] {
        if (!m_delay.isActive())
            m_delay.start();
        emit moved();
    });
    connect(m_view, &widgets::GenomeView::featureAsked, this, &GenomePanel::goToFeature);
    connect(m_view, &widgets::GenomeView::hovered, this, &GenomePanel::hovered);
    connect(m_view, &widgets::GenomeView::contextMenuRequested, this, &GenomePanel::contextMenuRequested);
    connect(&m_loader, &WindowLoader::signalRead, this, &GenomePanel::signalRead);
    connect(&m_loader, &WindowLoader::failed, this, &GenomePanel::loadFailed);
    connect(&m_loader, &WindowLoader::lettersRead, this, [this](std::int64_t startNt, const std::string& letters) {
        std::erase(m_waiting, WindowLoader::kLetters);
        m_sequence->setLetters(startNt, letters);
        m_sequence->setSentence({});
        m_view->updateRows();
    });
    connect(&genome, &GenomeController::genomeChanged, this, [this] {
        forgetReads();
        m_computed.clear();  // was of the genome before
        rebuild();
    });
    connect(&genome, &GenomeController::tracksChanged, this, &GenomePanel::rebuild);
    rebuild();
}

void GenomePanel::setTheme(const widgets::Theme& theme)
{
    m_theme = theme;
    m_view->setTheme(theme);
    rebuild();
}

void GenomePanel::setLooks(const std::map<int, TrackLook>& looks)
{
    if (looks == m_looks)
        return;
    m_looks = looks;
    rebuild();
}

void GenomePanel::setComputed(std::vector<ComputedSignal> computed, bool isOverMeasured)
{
    m_computed = std::move(computed);
    m_isOverMeasured = isOverMeasured;
    rebuild();
}

void GenomePanel::setExplanation(std::shared_ptr<const RegionExplanation> explanation, const ExplanationLook& look)
{
    m_explanation = std::move(explanation);
    m_explanationLook = look;
    fillExplanation();
    showRows();
}

/// What has come of the explanation, if it is of this chromosome.
void GenomePanel::fillExplanation()
{
    m_explanationRows.clear();
    if (!m_explanation || m_explanation->read.window.chromosome != m_view->chromosome().toStdString())
        return;
    const RegionExplanation& now = *m_explanation;
    if (m_explanationLook.showsLetters)
        m_explanationRows.push_back(widgets::explanationRow(now.read, now.letters));
    if (m_explanationLook.showsMutagenesis)
        m_explanationRows.push_back(widgets::mutagenesisRow(now.mutated, now.mutagenesis));
    if (m_explanationLook.showsAttention)
        m_explanationRows.push_back(widgets::attentionRow(now.read, now.attention));
    if (m_explanationLook.showsArcs && !now.links.empty())
        m_explanationRows.push_back(arcsOf(now));
    std::erase(m_explanationRows, nullptr);  // what has not come yet
}

void GenomePanel::showRows()
{
    std::vector<widgets::GenomeRowPtr> rows;
    if (m_genome.genome())
        rows.push_back(m_sequence);
    rows.insert(rows.end(), m_explanationRows.begin(), m_explanationRows.end());
    rows.insert(rows.end(), m_trackRows.begin(), m_trackRows.end());
    m_view->setRows(std::move(rows));
}

/// What was on show goes on, perhaps under another name; else the first chromosome.
void GenomePanel::settleChromosome()
{
    const auto& chromosomes = m_genome.chromosomes();
    const ChromosomeLength* known = m_genome.chromosome(m_view->chromosome().toStdString());
    const ChromosomeLength shown =
        known ? *known : chromosomes.empty() ? ChromosomeLength{} : chromosomes.front();
    const QString name = QString::fromStdString(shown.name);
    if (name == m_view->chromosome())
        return m_view->setChromosome(name, shown.lengthNt);
    const data::Interval range = m_view->visibleRange();
    const bool isPart = known && range.length() < m_view->chromosomeLength();
    forgetReads();
    m_view->setChromosome(name, shown.lengthNt);
    if (isPart)
        m_view->setVisibleRange(range);
}

/// Of another chromosome, or genome.
void GenomePanel::forgetReads()
{
    for (Track& track : m_tracks) {
        track.window.reset();
        track.asked = {};
        m_loader.forget(track.id);
    }
    m_loader.forget(WindowLoader::kLetters);
    m_lettersAsked = {};
    m_sequence->setLetters(0, {});
    m_failures.clear();
    m_waiting.clear();
}

/// One row per track, in their order; windows that were read are kept.
void GenomePanel::rebuild()
{
    settleChromosome();
    std::map<int, Track> before;
    for (Track& track : m_tracks)
        before[track.id] = std::move(track);
    m_tracks.clear();
    m_trackRows.clear();
    bool hasSignal = false;
    for (const GenomeTrack& source : m_genome.tracks()) {
        const TrackLook& look = m_looks[source.id];
        Track track;
        if (const auto old = before.find(source.id); old != before.end())
            track = std::move(old->second);
        track.id = source.id;
        track.genes = nullptr;
        track.features = nullptr;
        track.signal = nullptr;
        const QString title = QString::fromStdString(source.title);
        switch (source.kind) {
        case GenomeTrack::Kind::Genes:
            track.genes = std::make_shared<widgets::GeneRow>(title);
            track.genes->setLanes(look.isCollapsed ? widgets::GeneLanes::Collapsed : widgets::GeneLanes::Expanded);
            if (look.isShown)
                m_trackRows.push_back(track.genes);
            break;
        case GenomeTrack::Kind::Features:
        case GenomeTrack::Kind::Variants:
            track.features = std::make_shared<widgets::FeatureRow>(
                title, m_theme.category(source.kind == GenomeTrack::Kind::Variants ? 5 : 4));
            if (look.isShown)
                m_trackRows.push_back(track.features);
            break;
        case GenomeTrack::Kind::Signal:
            if (look.over != 0)
                break;
            track.signal = std::make_shared<widgets::SignalRow>(title);
            track.signal->setSettings(look.signal);
            if (look.isShown)
                m_trackRows.push_back(track.signal);
            hasSignal = hasSignal || look.isShown;
            break;
        }
        m_tracks.push_back(std::move(track));
    }
    m_computedRows.clear();
    if (!m_isOverMeasured || !hasSignal) {
        for (const ComputedSignal& computed : m_computed)
            m_computedRows.push_back(std::make_shared<widgets::SignalRow>(computed.name));
        m_trackRows.insert(m_trackRows.end(), m_computedRows.begin(), m_computedRows.end());
    }
    fillSignals();
    fillExplanation();
    showRows();
    load();
}

data::Interval GenomePanel::around() const
{
    const data::Interval visible = m_view->visibleRange();
    return data::Interval{visible.startNt - visible.length(), visible.endNt + visible.length()}.intersected(
        {0, m_view->chromosomeLength()});
}

void GenomePanel::load()
{
    if (m_view->chromosomeLength() <= 0)
        return;
    const data::Interval range = around();
    const double ntPerPixel = m_view->ntPerPixel();
    loadLetters(range, ntPerPixel);
    for (Track& track : m_tracks) {
        const GenomeTrack* source = m_genome.track(track.id);
        if (!source || !m_looks[track.id].isShown)
            continue;
        if (track.genes)
            fillGenes(track, *source, range);
        else if (track.features)
            fillFeatures(track, *source, range);
        else if (source->signal)
            loadSignal(track, *source, range, ntPerPixel);
    }
    m_view->updateRows();
}

void GenomePanel::loadLetters(data::Interval range, double ntPerPixel)
{
    if (!m_genome.genome() || ntPerPixel * widgets::SequenceRow::kLeastUnits > 1.0)
        return;
    const data::Interval visible = m_view->visibleRange();
    if (m_lettersAsked.startNt <= visible.startNt && m_lettersAsked.endNt >= visible.endNt)
        return;
    m_lettersAsked = range;
    m_sequence->setSentence(tr("the genome's file holds no letters of this place"));
    const auto held = m_genome.genome()->held(m_view->chromosome().toStdString(), range);
    if (!held)
        return m_sequence->setSentence(QString::fromStdString(held.error().sentence()));
    const auto stretch = std::ranges::find_if(
        *held, [&](const study::HeldStretch& each) { return !each.inside.intersected(visible).isEmpty(); });
    if (stretch == held->end())
        return;
    m_sequence->setSentence(tr("reading …"));
    m_waiting.push_back(WindowLoader::kLetters);
    m_loader.readLetters(m_genome.genome()->file, stretch->chromosome, stretch->inside);
}

void GenomePanel::loadSignal(Track& track, const GenomeTrack& source, data::Interval range, double ntPerPixel)
{
    const data::Interval visible = m_view->visibleRange();
    const double ratio = track.askedNtPerBin / ntPerPixel;
    const bool isThere = track.asked.startNt <= visible.startNt && track.asked.endNt >= visible.endNt;
    const bool isFineEnough = track.askedNtPerBin <= 1.0 || ratio <= kCoarsest;
    if (isThere && isFineEnough && ratio >= kFinest)
        return;
    const auto name = GenomeController::nameIn(source, m_view->chromosome().toStdString());
    const auto length =
        name ? std::ranges::find(source.chromosomes, *name, &ChromosomeLength::name) : source.chromosomes.end();
    const data::Interval inside =
        length == source.chromosomes.end() ? data::Interval{} : range.intersected({0, length->lengthNt});
    track.asked = range;
    if (inside.isEmpty()) {
        m_failures[track.id] =
            name ? tr("nothing here") : tr("no chromosome %1 in this file").arg(m_view->chromosome());
        track.window.reset();
        fillSignals();
        return;
    }
    m_failures.erase(track.id);
    const double pixels = double(inside.length()) / ntPerPixel * devicePixelRatioF();
    const int bins = int(std::clamp(pixels, 1.0, 20'000.0));
    track.askedNtPerBin = std::max(1.0, double(inside.length()) / bins);
    m_waiting.push_back(track.id);
    m_loader.readSignal(track.id, source.signal, *name, inside, bins);
}

void GenomePanel::signalRead(int id, const SignalWindow& window)
{
    std::erase(m_waiting, id);
    const auto track = std::ranges::find(m_tracks, id, &Track::id);
    if (track == m_tracks.end())
        return;
    track->window = window;
    fillSignals();
    m_view->updateRows();
}

void GenomePanel::loadFailed(int id, const QString& sentence)
{
    std::erase(m_waiting, id);
    if (id == WindowLoader::kLetters) {
        m_lettersAsked = {};
        m_sequence->setLetters(0, {});
        m_sequence->setSentence(sentence);
        return m_view->updateRows();
    }
    m_failures[id] = sentence;
    if (const auto track = std::ranges::find(m_tracks, id, &Track::id); track != m_tracks.end()) {
        track->window.reset();
        track->asked = {};
    }
    fillSignals();
    m_view->updateRows();
}

/// Series of every row: its own track, tracks that are drawn over it, and predictions over the first.
void GenomePanel::fillSignals()
{
    const std::string chromosome = m_view->chromosome().toStdString();
    int colour = 0;
    bool isFirst = true;
    for (const Track& track : m_tracks) {
        const GenomeTrack* source = m_genome.track(track.id);
        if (!source || source->kind != GenomeTrack::Kind::Signal)
            continue;
        ++colour;
        if (!track.signal || !m_looks[track.id].isShown)
            continue;
        std::vector<widgets::SignalSeries> series{{QString::fromStdString(source->title), m_theme.category(colour - 1),
                                                   track.window ? track.window->signal : nullptr, false}};
        int other = 0;
        for (const Track& over : m_tracks) {
            const GenomeTrack* overSource = m_genome.track(over.id);
            if (!overSource || overSource->kind != GenomeTrack::Kind::Signal)
                continue;
            ++other;
            if (m_looks[over.id].over != track.id || !m_looks[over.id].isShown)
                continue;
            QString name = QString::fromStdString(overSource->title);
            if (const auto failure = m_failures.find(over.id); failure != m_failures.end())
                name += tr(": %1").arg(failure->second);
            series.push_back(
                {name, m_theme.category(other - 1), over.window ? over.window->signal : nullptr, false});
        }
        if (isFirst && m_isOverMeasured) {
            for (std::size_t i = 0; i < m_computed.size(); ++i)
                if (m_computed[i].chromosome == chromosome)
                    series.push_back({m_computed[i].name, i == 0 ? m_theme.text : m_theme.category(int(i)),
                                      m_computed[i].signal, true});
        }
        isFirst = false;
        const auto failure = m_failures.find(track.id);
        track.signal->setSentence(failure == m_failures.end() ? tr("reading …") : failure->second);
        track.signal->setSeries(std::move(series));
    }
    for (std::size_t i = 0; i < m_computedRows.size(); ++i) {
        const bool isHere = m_computed[i].chromosome == chromosome;
        m_computedRows[i]->setSentence(tr("predicted elsewhere: press Predict"));
        m_computedRows[i]->setSeries(
            {{m_computed[i].name, m_theme.accent, isHere ? m_computed[i].signal : nullptr, false}});
    }
}

void GenomePanel::fillGenes(Track& track, const GenomeTrack& source, data::Interval range)
{
    const auto name = GenomeController::nameIn(source, m_view->chromosome().toStdString());
    std::vector<data::TranscriptModelPtr> found;
    if (name) {
        auto places = source.genes->overlapping(*name, range);
        if (places.size() > kMostTranscripts)  // less of the surroundings
            places = source.genes->overlapping(*name, m_view->visibleRange());
        track.genes->setSentence(places.size() > kMostTranscripts
                                     ? tr("%n transcript(s): zoom in to see them", nullptr, int(places.size()))
                                     : QString());
        if (places.size() <= kMostTranscripts)
            for (const std::size_t place : places)
                found.emplace_back(source.genes, &source.genes->transcripts()[place]);
    }
    track.genes->setTranscripts(std::move(found));
}

void GenomePanel::fillFeatures(Track& track, const GenomeTrack& source, data::Interval range)
{
    const auto name = GenomeController::nameIn(source, m_view->chromosome().toStdString());
    std::vector<data::Feature> found;
    if (name) {
        auto places = source.features->places.overlapping(*name, range, kMostFeatures + 1);
        if (places.size() > kMostFeatures)
            places = source.features->places.overlapping(*name, m_view->visibleRange(), kMostFeatures + 1);
        const bool isTooMany = places.size() > kMostFeatures;
        track.features->setSentence(isTooMany ? tr("more than %1 features: zoom in to see them").arg(kMostFeatures)
                                              : QString());
        if (!isTooMany)
            for (const std::size_t place : places)
                found.push_back(source.features->features.at(place));
    }
    track.features->setFeatures(std::move(found));
}

void GenomePanel::goTo(const data::Locus& locus)
{
    const ChromosomeLength* found = m_genome.chromosome(locus.chromosome);
    if (!found)
        return;
    if (m_view->chromosome().toStdString() != found->name) {
        forgetReads();
        m_view->setChromosome(QString::fromStdString(found->name), found->lengthNt);
        fillSignals();
        fillExplanation();
        showRows();
    }
    m_view->setVisibleRange(locus.interval);
    m_delay.start();
}

data::Locus GenomePanel::locus() const
{
    return {m_view->chromosome().toStdString(), m_view->visibleRange(), data::Strand::None};
}

data::Locus GenomePanel::chosen() const
{
    data::Locus chosen = locus();
    if (const auto selection = m_view->selection())
        chosen.interval = *selection;
    if (m_view->isReversed())
        chosen.strand = data::Strand::Reverse;
    return chosen;
}

data::TranscriptModelPtr GenomePanel::transcriptAt(QPointF point) const
{
    const auto row = std::dynamic_pointer_cast<widgets::GeneRow>(m_view->rowAt(point));
    if (!row)
        return nullptr;
    const QRectF box = m_view->rowBoxOf(*row);
    return row->transcriptAt(m_view->scene(), point.x() - box.left(), point.y() - box.top(), box.height());
}

void GenomePanel::goToFeature(bool isForward, std::int64_t fromNt)
{
    const bool isExon = m_view->ntPerPixel() < kExonNtPerPixel;
    const auto found = m_genome.nextFeature(m_view->chromosome().toStdString(), fromNt, isForward, isExon);
    if (!found)
        return;
    m_view->centreOn(double(found->interval.startNt));
    m_view->setSelection(found->interval);
}

}  // namespace nscope::app
