#include "app/pages/tracks_page.h"

#include "app/analysis_controller.h"
#include "app/document_controller.h"
#include "app/edit_controller.h"
#include "app/locus.h"
#include "app/pages/explanation_bar.h"
#include "app/pages/reliability_bar.h"
#include "app/search_controller.h"
#include "core/data/chromosome_names.h"
#include "core/data/locus.h"
#include "core/data/orf.h"
#include "widgets/search_bar.h"
#include "widgets/track_view.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QLocale>
#include <QtCore/QSignalBlocker>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

namespace nscope::app {

namespace {

constexpr int kAll = -1;
constexpr int kMean = -2;
constexpr int kLocusWidth = 190;
constexpr int kMinOrfCodons = 10;
constexpr int kTaskLetters = 11;    ///< what a combo box shows at least
constexpr int kChoiceLetters = 8;
constexpr int kProfileRows = 6;     ///< tasks shown at once

using widgets::TrackKind;

constexpr std::array kHideableTracks{TrackKind::Annotation, TrackKind::Letters, TrackKind::Explanation,
                                     TrackKind::Mutagenesis, TrackKind::Attention, TrackKind::Profile,
                                     TrackKind::Structure};

/// The profiles of a prediction, which stay alive with it.
widgets::ProfilesPtr profilesOf(const std::shared_ptr<const data::Prediction>& prediction)
{
    return prediction ? widgets::ProfilesPtr(prediction, &prediction->profiles) : nullptr;
}

/// One head of a map, as a map.
widgets::AttentionMapPtr oneHead(const data::AttentionMap& map, int head)
{
    auto single = std::make_shared<data::AttentionMap>(map);
    const std::size_t size = map.queries.size() * std::size_t(map.keyCount);
    for (std::size_t i = 0; i < map.heads.size(); ++i) {
        if (map.heads[i] != head)
            continue;
        single->heads = {head};
        single->weights_HQK.assign(map.weights_HQK.begin() + std::ptrdiff_t(i * size),
                                   map.weights_HQK.begin() + std::ptrdiff_t((i + 1) * size));
    }
    return single;
}

QString describe(const data::DocumentEntry& entry)
{
    const QLocale locale;
    const data::Sequence& sequence = entry.current->sequence;
    QString text = TracksPage::tr("<b>%1</b> · %2 nt").arg(QString::fromStdString(sequence.id).toHtmlEscaped(),
                                                            locale.toString(qlonglong(sequence.length())));
    if (const auto& cds = entry.current->cds)
        text += TracksPage::tr(" · CDS %1–%2").arg(locale.toString(qlonglong(cds->startNt + 1)),
                                                    locale.toString(qlonglong(cds->endNt)));
    if (entry.isEdited()) {
        const std::vector<data::Edit> path = entry.history.path();
        const data::Edit& last = path.back();
        const std::string label = last.label.empty() ? data::describeEdit(last, sequence.alphabet) : last.label;
        text += TracksPage::tr(" · <b>ALT</b> %1").arg(QString::fromStdString(label).toHtmlEscaped());
        if (path.size() > 1)
            text += TracksPage::tr(" (%n edits)", nullptr, int(path.size()));
    }
    return text;
}

}  // namespace

TracksPage::TracksPage(DocumentController& documents, AnalysisController& analysis, EditController& edits,
                       ReaderPool& readers, ReliabilityController& reliability, QWidget* parent)
    : QWidget(parent)
    , m_documents(documents)
    , m_analysis(analysis)
    , m_edits(edits)
    , m_title(new QLabel(this))
    , m_locus(new QLineEdit(this))
    , m_profileTasks(new QComboBox(this))
    , m_layer(new QComboBox(this))
    , m_head(new QComboBox(this))
    , m_explanation(new ExplanationBar(analysis, this))
    , m_searchBar(new widgets::SearchBar(this))
    , m_tracks(new widgets::TrackStack(this))
    , m_reliability(new ReliabilityBar(reliability, this))
    , m_hover(new QLabel(this))
{
    auto* titleRow = new QHBoxLayout;
    m_title->setTextFormat(Qt::RichText);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_locus->setPlaceholderText(tr("Go to: 300-450, HBB"));
    m_locus->setToolTip(tr("A position, a range or a sequence (Ctrl+L)"));
    m_locus->setClearButtonEnabled(true);
    m_locus->setFixedWidth(kLocusWidth);
    titleRow->addWidget(m_title, 1);
    buildControls(*titleRow);
    titleRow->addWidget(m_locus);

    m_searchBar->hide();
    m_hover->setTextFormat(Qt::PlainText);
    m_hover->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_hover->setMinimumHeight(fontMetrics().height() + 4);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 4);
    layout->addLayout(titleRow);
    layout->addWidget(m_explanation);
    layout->addWidget(m_searchBar);
    layout->addWidget(m_tracks, 1);
    layout->addWidget(m_reliability);
    layout->addWidget(m_hover);

    m_search = new SearchController(documents, readers, *m_searchBar, *m_tracks, this);
    connectControls();
    connectTracks();
    connect(&documents, &DocumentController::selectedEntryChanged, this, &TracksPage::showSequence);
    connect(&analysis, &AnalysisController::modelChanged, this, &TracksPage::modelChanged);
    connect(&analysis, &AnalysisController::predictionChanged, this, &TracksPage::showProfile);
    connect(&analysis, &AnalysisController::explanationChanged, this, &TracksPage::showExplanation);
    connect(&analysis, &AnalysisController::mutagenesisChanged, this, &TracksPage::showMutagenesis);
    connect(&analysis, &AnalysisController::attentionChanged, this, &TracksPage::showAttention);
    fillAttentionChoices();
    showControls();
    showSequence();
}

void TracksPage::buildControls(QHBoxLayout& titleRow)
{
    const auto addLabelled = [&](const QString& text, QComboBox* box, int letters, const QString& help) {
        auto* label = new QLabel(text, this);
        label->setBuddy(box);
        box->setToolTip(help);
        // As wide as there is room, so that the window fits on small screens.
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(letters);
        label->setVisible(!text.isEmpty());
        titleRow.addWidget(label);
        titleRow.addWidget(box);
        return label;
    };
    m_profileLabel = addLabelled(tr("Profile"), m_profileTasks, kTaskLetters, tr("Tasks whose profile is shown"));
    m_attentionLabel = addLabelled(tr("Attention"), m_layer, kChoiceLetters, tr("Layers whose attention is shown"));
    addLabelled({}, m_head, kChoiceLetters, tr("Attention heads that are shown"));
}

void TracksPage::connectControls()
{
    connect(m_explanation, &ExplanationBar::letterScoreChanged, m_tracks, &widgets::TrackStack::setLetterScore);
    connect(m_profileTasks, &QComboBox::currentIndexChanged, this, &TracksPage::showProfile);
    connect(m_layer, &QComboBox::activated, this, &TracksPage::showAttention);
    connect(m_head, &QComboBox::activated, this, &TracksPage::showAttention);
    connect(m_locus, &QLineEdit::returnPressed, this, [this] { goTo(m_locus->text().trimmed()); });
}

void TracksPage::connectTracks()
{
    const auto report = [this](const Result<void>& done) {
        if (!done)
            emit said(QString::fromStdString(done.error().message()), true);
    };
    connect(m_tracks, &widgets::TrackStack::baseEditRequested, this,
            [this, report](std::int64_t position, char letter) {
                report(m_edits.replace({position, position + 1}, data::canonical(std::string(1, letter))));
            });
    connect(m_tracks, &widgets::TrackStack::deletionRequested, this,
            [this, report](data::Interval range) { report(m_edits.remove(range)); });
    connect(m_tracks, &widgets::TrackStack::pasteRequested, this,
            [this, report](std::int64_t position, const QString& text) {
                const Result<std::string> letters = lettersFromText(text);
                report(letters ? m_edits.insert(position, *letters) : fail(letters.error()));
            });
    connect(m_tracks, &widgets::TrackStack::visibleRangeChanged, &m_analysis, &AnalysisController::setVisibleRange);
    connect(m_tracks, &widgets::TrackStack::hovered, this,
            [this](std::int64_t, const QString& description) { m_hover->setText(description); });
}

std::optional<data::Interval> TracksPage::selection() const { return m_tracks->selection(); }

void TracksPage::setTheme(const widgets::Theme& theme)
{
    m_tracks->setTheme(theme);
    m_reliability->setTheme(theme);
}

void TracksPage::setModelState(const QString& sentence)
{
    for (const TrackKind track :
         {TrackKind::Profile, TrackKind::Explanation, TrackKind::Mutagenesis, TrackKind::Attention})
        m_tracks->setEmptyText(track, sentence);
}

void TracksPage::showSequence()
{
    const data::DocumentEntryPtr entry = m_documents.selected();
    if (!entry) {
        m_tracks->clear();
        m_title->clear();
        return;
    }
    m_title->setText(describe(*entry));
    m_tracks->setTranscript(entry->reference, entry->current, entry->history.path());
    m_tracks->setOrfs(data::findOrfs(entry->current->sequence.letters, {.minCodons = kMinOrfCodons}));
    m_analysis.setVisibleRange(m_tracks->visibleRange());
    showProfile();
    showExplanation();
    showMutagenesis();
    showAttention();
    m_search->refresh();
}

void TracksPage::showProfile()
{
    std::vector<std::string> tasks;
    for (const QVariant& task : m_profileTasks->currentData().toList())
        tasks.push_back(task.toString().toStdString());
    const bool edited = m_analysis.reference().transcript != m_analysis.current().transcript;
    const auto& current = m_analysis.current().prediction;
    m_tracks->setProfileTasks(std::move(tasks));
    m_tracks->setProfiles(profilesOf(edited ? m_analysis.reference().prediction : current), profilesOf(current));
    m_tracks->setUpdating(TrackKind::Profile, m_analysis.isPredictionStale());
}

void TracksPage::showExplanation()
{
    const bool edited = m_analysis.reference().transcript != m_analysis.current().transcript;
    const auto& current = m_analysis.current().explanation;
    m_tracks->setAttribution(edited ? m_analysis.reference().explanation : current, current);
    m_tracks->setUpdating(TrackKind::Explanation, m_analysis.isExplanationStale());
}

void TracksPage::showMutagenesis()
{
    const bool edited = m_analysis.reference().transcript != m_analysis.current().transcript;
    const auto& current = m_analysis.current().mutagenesis;
    m_tracks->setMutagenesis(edited ? m_analysis.reference().mutagenesis : current, current);
    m_tracks->setUpdating(TrackKind::Mutagenesis, m_analysis.isMutagenesisStale());
}

void TracksPage::showAttention()
{
    const int layer = m_layer->currentData().toInt();
    const int head = m_head->currentData().toInt();
    std::vector<widgets::AttentionMapPtr> shown;
    for (const widgets::AttentionMapPtr& map : m_analysis.current().attention)
        if (map && (layer == kAll || map->layer == layer))
            shown.push_back(head >= 0 ? oneHead(*map, head) : map);
    m_tracks->setAttentionStyle(head == kMean ? widgets::AttentionStyle::MeanLine : widgets::AttentionStyle::HeadRows);
    m_tracks->setAttention(std::move(shown));
    m_tracks->setUpdating(TrackKind::Attention, m_analysis.isAttentionStale());
}

void TracksPage::modelChanged()
{
    m_explanation->refill();
    fillProfileTasks();
    fillAttentionChoices();
    setModelState(tr("Select a sequence to see what the model says."));
    const engine::ModelSpec& spec = m_analysis.model()->spec;
    if (!spec.outputs.profileTasks.empty())
        m_tracks->setEmptyText(TrackKind::Profile, tr("No profile of this sequence. %1")
                                                       .arg(QString::fromStdString(spec.input.padding)));
    if (spec.targets.empty())
        for (const TrackKind track : {TrackKind::Explanation, TrackKind::Mutagenesis})
            m_tracks->setEmptyText(track, tr("This model states nothing that could be explained."));
    showControls();
    restoreChoices();
}

void TracksPage::showControls()
{
    const auto& model = m_analysis.model();
    const bool hasAttention = !model || model->attentionLayers > 0;
    const bool hasProfile = model && !model->spec.outputs.profileTasks.empty();
    m_tracks->setTrackAvailable(TrackKind::Attention, hasAttention);
    m_tracks->setTrackAvailable(TrackKind::Profile, hasProfile);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_attentionLabel, m_layer, m_head})
        widget->setVisible(hasAttention);
    m_profileLabel->setVisible(hasProfile && m_profileTasks->count() > 1);
    m_profileTasks->setVisible(hasProfile && m_profileTasks->count() > 1);
}

/// The first tasks together, then each alone.
void TracksPage::fillProfileTasks()
{
    const QSignalBlocker quiet(m_profileTasks);
    m_profileTasks->clear();
    const std::vector<std::string>& tasks = m_analysis.model()->spec.outputs.profileTasks;
    QVariantList first;
    for (std::size_t i = 0; i < tasks.size() && int(i) < kProfileRows; ++i)
        first << QString::fromStdString(tasks[i]);
    const bool areMany = int(tasks.size()) > kProfileRows;
    if (tasks.size() > 1)
        m_profileTasks->addItem(areMany ? tr("First %1 tasks").arg(kProfileRows) : tr("All tasks"), first);
    for (const std::string& task : tasks)
        m_profileTasks->addItem(QString::fromStdString(task), QVariantList{QString::fromStdString(task)});
}

void TracksPage::fillAttentionChoices()
{
    const auto fill = [](QComboBox& box, const std::vector<std::pair<QString, int>>& items) {
        const QVariant before = box.currentData();
        const QSignalBlocker quiet(&box);
        box.clear();
        for (const auto& [text, value] : items)
            box.addItem(text, value);
        box.setCurrentIndex(std::max(0, box.findData(before)));
    };
    const auto& model = m_analysis.model();
    std::vector<std::pair<QString, int>> layers{{tr("All layers"), kAll}};
    for (int layer = 0; model && layer < model->attentionLayers; ++layer)
        layers.emplace_back(tr("Layer %1").arg(layer + 1), layer);
    std::vector<std::pair<QString, int>> heads{{tr("All heads"), kAll}, {tr("Mean of heads"), kMean}};
    for (int head = 0; model && head < model->attentionHeads; ++head)
        heads.emplace_back(tr("Head %1").arg(head + 1), head);
    fill(*m_layer, layers);
    fill(*m_head, heads);
}

void TracksPage::focusLocusBox()
{
    m_locus->setFocus(Qt::ShortcutFocusReason);
    m_locus->selectAll();
}

/// Of a region of a genome: a place on its chromosome, in positions of the sequence.
std::optional<data::Interval> TracksPage::spanOnChromosome(const QString& text) const
{
    const data::DocumentEntryPtr entry = m_documents.selected();
    const auto origin = entry ? data::locusOfRecord(entry->reference->sequence.id, entry->reference->sequence.length()) : std::nullopt;
    const auto place = data::parseLocus(text.toStdString());
    if (!origin || !place || place->interval.isEmpty()
        || data::chromosomeKey(place->chromosome) != data::chromosomeKey(origin->chromosome))
        return std::nullopt;
    const data::Interval along{place->interval.startNt - origin->interval.startNt, place->interval.endNt - origin->interval.startNt};
    const std::int64_t length = origin->interval.length();
    return origin->strand == data::Strand::Reverse ? data::Interval{length - along.endNt, length - along.startNt} : along;
}

void TracksPage::goTo(const QString& text)
{
    if (text.isEmpty())
        return;
    const data::Document& document = *m_documents.document();
    const auto isId = [&](const std::string& id) { return document.indexOf(id) >= 0; };
    const auto onChromosome = isId(text.toStdString()) ? std::nullopt : spanOnChromosome(text);
    const Result<Locus> locus = onChromosome ? Result<Locus>(Locus{{}, *onChromosome}) : parseLocus(text.toStdString(), isId);
    if (!locus) {
        emit said(QString::fromStdString(locus.error().message()), true);
        return;
    }
    if (!locus->id.empty())
        m_documents.select(document.indexOf(locus->id));
    const data::DocumentEntryPtr entry = m_documents.selected();
    if (entry && locus->span) {
        const data::Interval span = locus->span->intersected({0, entry->current->sequence.length()});
        if (span.isEmpty()) {
            emit said(tr("The sequence ends at %1.").arg(QLocale().toString(qlonglong(entry->current->sequence.length()))),
                      true);
            return;
        }
        if (span.length() > 1)
            m_tracks->setVisibleRange(span);
        m_tracks->ensureVisible(span);
        m_tracks->setSelection(span);
    } else if (entry) {
        m_tracks->zoomToAll();
    }
    m_tracks->setFocus();
}

std::string TracksPage::state() const
{
    const data::Interval range = m_tracks->visibleRange();
    QJsonArray hidden;
    for (const TrackKind track : kHideableTracks)
        if (!m_tracks->isTrackShown(track))
            hidden.append(int(track));
    QJsonObject state{{"visible", QJsonArray{qint64(range.startNt), qint64(range.endNt)}},
                      {"profile", m_profileTasks->currentText()},
                      {"layer", m_layer->currentData().toInt()},
                      {"head", m_head->currentData().toInt()},
                      {"hidden", hidden}};
    m_explanation->saveTo(state);
    return QJsonDocument(state).toJson(QJsonDocument::Compact).toStdString();
}

void TracksPage::restoreState(const std::string& json)
{
    const QJsonObject state = QJsonDocument::fromJson(QByteArray::fromStdString(json)).object();
    const QJsonArray visible = state["visible"].toArray();
    if (visible.size() == 2) {
        const data::Interval range{visible[0].toInteger(), visible[1].toInteger()};
        if (!range.isEmpty())
            m_tracks->setVisibleRange(range);
    }
    for (const TrackKind track : kHideableTracks)
        m_tracks->setTrackShown(track, !state["hidden"].toArray().contains(int(track)));
    m_restoredState = json;
    restoreChoices();
}

void TracksPage::restoreChoices()
{
    if (m_restoredState.empty())
        return;
    const QJsonObject state = QJsonDocument::fromJson(QByteArray::fromStdString(m_restoredState)).object();
    const auto choose = [](QComboBox& box, const QVariant& value) {
        if (const int index = box.findData(value); index >= 0)
            box.setCurrentIndex(index);
    };
    choose(*m_layer, state["layer"].toInt(kAll));
    choose(*m_head, state["head"].toInt(kAll));
    m_profileTasks->setCurrentIndex(std::max(0, m_profileTasks->findText(state["profile"].toString())));
    m_explanation->restoreFrom(state);
    if (m_analysis.model())
        m_restoredState.clear();
    showAttention();
}

}  // namespace nscope::app
