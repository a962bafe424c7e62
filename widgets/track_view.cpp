// Purpose: TrackStack's interface: sequences, results, options, figures.
#include "widgets/track_view_private.h"

#include "widgets/number_text.h"

#include <QEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

namespace nscope::widgets {

namespace {

bool isSame(const data::TranscriptPtr& a, const data::TranscriptPtr& b)
{
    return a == b || (a && b && *a == *b);
}

TrackSequences align(data::TranscriptPtr reference, data::TranscriptPtr current, const std::vector<data::Edit>& path)
{
    TrackSequences sequences;
    sequences.reference = reference ? std::move(reference) : current;
    sequences.current = current ? std::move(current) : sequences.reference;
    if (sequences.isEmpty())
        return sequences;
    if (path.empty() || sequences.reference == sequences.current) {
        sequences.columns = SequenceColumns(sequences.current->sequence.length());
        return sequences;
    }
    const std::int64_t refLength = sequences.reference->sequence.length();
    sequences.columns = SequenceColumns(data::altToRef(path, refLength), refLength);
    sequences.differences = sequences.columns.differences(sequences.reference->sequence.letters, sequences.current->sequence.letters);
    return sequences;
}

}  // namespace

TrackStack::Private::Private(TrackStack* stack) : q(stack)
{
    emptyStackText = TrackStack::tr("No sequence is open. Open a FASTA file, or drop one on this window.");
    explanation[1].setEmptyText(TrackStack::tr("No explanation yet. Choose a method to see which bases matter."));
    mutagenesis[1].setEmptyText(TrackStack::tr("No mutagenesis yet. Start it to see the effect of every single-base change."));
    attention.setEmptyText(TrackStack::tr("No attention yet. Load a model with attention to see where it looks."));
    profile.setEmptyText(TrackStack::tr("No profile yet. Load a model that predicts one to see it."));
    profile.setAvailable(false);
}

TrackRow& TrackStack::Private::rowOf(TrackKind kind)
{
    switch (kind) {
    case TrackKind::Annotation: return annotation;
    case TrackKind::Letters: return letters;
    case TrackKind::Explanation: return explanation[1];
    case TrackKind::Mutagenesis: return mutagenesis[1];
    case TrackKind::Profile: return profile;
    case TrackKind::Structure: return structure;
    case TrackKind::Attention: break;
    }
    return attention;
}

/// Hands each row the results that fit its sequence.
void TrackStack::Private::refreshRows()
{
    const auto& [reference, current, columns, differences] = sequences;
    const auto single = [&](const std::array<AttributionPtr, 2>& given) {
        return given[1] || sequences.isEdited() ? given[1] : given[0];
    };
    explanation[0].setData(attributions[0], reference, letterScore);
    explanation[1].setData(single(attributions), current, letterScore);
    mutagenesis[0].setData(mutagenesisData[0], reference);
    mutagenesis[1].setData(single(mutagenesisData), current);
    attention.setData(attentionLayers, attentionQuery, current);
    profile.setData(sequences.isEdited() ? profiles[0] : nullptr, profiles[1] || sequences.isEdited() ? profiles[1] : profiles[0],
                    profileTasks, sequences);
    structure.setData(current);
    syncScrollBars();
    q->viewport()->update();
}

TrackStack::TrackStack(QWidget* parent) : QAbstractScrollArea(parent), d(std::make_unique<Private>(this))
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    viewport()->setCursor(Qt::ArrowCursor);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    setMinimumSize(420, 160);
    setAccessibleName(tr("Sequence tracks"));
}

TrackStack::~TrackStack() = default;

void TrackStack::setTheme(const Theme& theme)
{
    d->theme = theme;
    viewport()->update();
}

void TrackStack::setTranscript(data::TranscriptPtr reference, data::TranscriptPtr current, const std::vector<data::Edit>& path)
{
    const bool isSameSequence = !d->sequences.isEmpty() && isSame(d->sequences.reference, reference ? reference : current);
    // The REF base at the left edge stays there, whatever an edit inserted before it.
    std::int64_t edgeColumn = std::int64_t(d->startColumn);
    while (edgeColumn < d->sequences.columns.count() && d->sequences.columns.refAt(edgeColumn) < 0)
        ++edgeColumn;
    const std::int64_t edgeRef = d->sequences.columns.refAt(edgeColumn);
    const double offset = d->startColumn - double(edgeColumn);

    d->sequences = align(std::move(reference), std::move(current), path);
    if (!isSameSequence) {
        d->attributions = {};
        d->mutagenesisData = {};
        d->attentionLayers.clear();
        d->profiles = {};
        d->annotation.setOrfs({});
        d->annotation.setSearchHits({});
        d->fitsAll = true;
        d->select(std::nullopt);
    } else if (d->selection) {
        const data::Interval kept = d->selection->intersected({0, d->length()});
        d->select(kept.isEmpty() ? std::optional<data::Interval>() : kept);
    }
    d->refreshRows();
    if (isSameSequence && !d->fitsAll && edgeRef >= 0)
        d->setView(double(d->sequences.columns.columnOfRef(edgeRef)) + offset, d->pixelsPerColumn);
    else
        d->setView(d->startColumn, d->fitsAll ? 0.0 : d->pixelsPerColumn);
}

void TrackStack::clear()
{
    setTranscript(nullptr, nullptr, {});
}

void TrackStack::setAttribution(AttributionPtr reference, AttributionPtr current)
{
    d->attributions = {std::move(reference), std::move(current)};
    d->refreshRows();
}

void TrackStack::setMutagenesis(AttributionPtr reference, AttributionPtr current)
{
    d->mutagenesisData = {std::move(reference), std::move(current)};
    d->refreshRows();
}

void TrackStack::setAttention(std::vector<AttentionMapPtr> layers, int query)
{
    d->attentionLayers = std::move(layers);
    d->attentionQuery = query;
    d->refreshRows();
}

void TrackStack::setProfiles(ProfilesPtr reference, ProfilesPtr current)
{
    d->profiles = {std::move(reference), std::move(current)};
    d->refreshRows();
}

void TrackStack::setProfileTasks(std::vector<std::string> tasks)
{
    d->profileTasks = std::move(tasks);
    d->refreshRows();
}

void TrackStack::setUpdating(TrackKind track, bool updating)
{
    d->rowOf(track).setUpdating(updating);
    viewport()->update();
}

void TrackStack::setEmptyText(TrackKind track, const QString& sentence)
{
    if (track == TrackKind::Explanation)
        d->explanation[1].setEmptyText(sentence);
    else if (track == TrackKind::Mutagenesis)
        d->mutagenesis[1].setEmptyText(sentence);
    else if (track == TrackKind::Attention)
        d->attention.setEmptyText(sentence);
    else if (track == TrackKind::Profile)
        d->profile.setEmptyText(sentence);
    else
        d->emptyStackText = sentence;
    viewport()->update();
}

void TrackStack::setOrfs(std::vector<data::Orf> orfs)
{
    d->annotation.setOrfs(std::move(orfs));
    d->syncScrollBars();
    viewport()->update();
}

void TrackStack::setSearchHits(std::vector<data::SearchHit> hits)
{
    d->annotation.setSearchHits(std::move(hits));
    d->syncScrollBars();
    viewport()->update();
}

void TrackStack::setCurrentSearchHit(int index)
{
    const auto& hits = d->annotation.searchHits();
    const bool isHit = index >= 0 && std::size_t(index) < hits.size();
    d->annotation.setCurrentHit(isHit ? index : -1);
    if (isHit)
        ensureVisible(hits[std::size_t(index)].span);
    viewport()->update();
}

void TrackStack::setTrackAvailable(TrackKind track, bool available)
{
    d->rowOf(track).setAvailable(available);
    d->syncScrollBars();
    viewport()->update();
}

bool TrackStack::isTrackAvailable(TrackKind track) const
{
    return d->rowOf(track).isAvailable();
}

void TrackStack::setTrackShown(TrackKind track, bool shown)
{
    d->rowOf(track).setShown(shown);
    if (track == TrackKind::Explanation)
        d->explanation[0].setShown(shown);
    if (track == TrackKind::Mutagenesis)
        d->mutagenesis[0].setShown(shown);
    d->syncScrollBars();
    viewport()->update();
}

bool TrackStack::isTrackShown(TrackKind track) const
{
    return d->rowOf(track).isShown();
}

void TrackStack::setLetterScore(LetterScore score)
{
    d->letterScore = score;
    d->refreshRows();
}

void TrackStack::setScaleRange(ScaleRange range)
{
    d->scaleRange = range;
    viewport()->update();
}

void TrackStack::setAttentionStyle(AttentionStyle style)
{
    d->attention.setStyle(style);
    d->syncScrollBars();
    viewport()->update();
}

void TrackStack::setReferenceRowsShown(bool shown)
{
    d->referenceRows = shown;
    d->syncScrollBars();
    viewport()->update();
}

data::Interval TrackStack::visibleRange() const
{
    if (d->sequences.isEmpty())
        return {};
    const data::Interval columns = d->screenScene().visibleColumns();
    return d->sequences.columns.altInterval(columns.startNt, columns.endNt);
}

double TrackStack::pixelsPerBase() const
{
    return d->pixelsPerColumn;
}

std::optional<data::Interval> TrackStack::selection() const
{
    return d->selection;
}

void TrackStack::setSelection(std::optional<data::Interval> range)
{
    if (range)
        range = range->intersected({0, d->length()});
    d->select(range && !range->isEmpty() ? range : std::nullopt);
}

QString TrackStack::selectedText() const
{
    if (!d->selection)
        return {};
    const std::string_view letters(d->sequences.current->sequence.letters);
    return QString::fromStdString(data::displayLetters(
        letters.substr(std::size_t(d->selection->startNt), std::size_t(d->selection->length())), d->sequences.alphabet()));
}

QPoint TrackStack::viewportPointOf(std::int64_t positionNt, TrackKind track) const
{
    const double x = d->xOfColumn(double(d->sequences.columns.columnOfAlt(positionNt)) + 0.5);
    const TrackRow* row = &d->rowOf(track);
    for (const Private::RowBox& box : d->screenRows()) {
        if (box.row == row)
            return {int(x), int(d->rulerHeight() + box.y + box.height / 2) - verticalScrollBar()->value()};
    }
    return {int(x), int(d->rulerHeight() / 2)};
}

std::int64_t TrackStack::positionAtViewport(QPoint point) const
{
    const double column = d->columnAtX(point.x());
    if (d->sequences.isEmpty() || column < 0 || column >= double(d->sequences.columns.count()))
        return -1;
    return d->sequences.columns.altAt(std::int64_t(column));
}

void TrackStack::drawFigure(QPainter& painter, QSizeF sizePoints, const Theme& theme) const
{
    d->paintFigure(painter, sizePoints, theme);
}

QString TrackStack::figureTitle() const
{
    if (d->sequences.isEmpty())
        return tr("Sequence tracks");
    return tr("%1, %2 nt").arg(QString::fromStdString(d->sequences.current->sequence.id), intervalText(visibleRange()));
}

double TrackStack::preferredHeightPoints(double) const
{
    constexpr double kPointsPerPixel = 0.62;
    return d->sequences.isEmpty() ? 100.0 : d->naturalHeight(d->screenScene()) * kPointsPerPixel;
}

void TrackStack::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    d->paintScreen(painter);
}

void TrackStack::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange)
        viewport()->update();
}

}  // namespace nscope::widgets
