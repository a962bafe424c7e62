#include "app/pages/tracks_menu.h"

#include "app/pages/refilled_menu.h"

#include <utility>

namespace nscope::app {

TracksMenu::TracksMenu(GenomeController& genome, LookOf lookOf, QWidget* parent)
    : QMenu(parent), m_genome(genome), m_lookOf(std::move(lookOf))
{
    connect(this, &QMenu::aboutToShow, this, &TracksMenu::fill);
}

void TracksMenu::fill()
{
    emptyMenu(*this);
    for (const GenomeTrack& track : m_genome.tracks()) {
        QMenu* menu = addMenu(QString::fromStdString(track.title).replace('&', QStringLiteral("&&")));
        menu->setToolTipsVisible(true);
        fillTrack(*menu, track);
    }
    if (m_genome.tracks().empty())
        addAction(tr("No track is open"))->setEnabled(false);
}

void TracksMenu::addSwitch(QMenu& menu, int track, const QString& text, bool isOn, Change change)
{
    QAction* action = menu.addAction(text);
    action->setCheckable(true);
    action->setChecked(isOn);
    connect(action, &QAction::triggered, this, [this, track, change = std::move(change)](bool on) {
        TrackLook look = m_lookOf(track);
        change(look, on);
        emit lookChosen(track, look);
    });
}

void TracksMenu::fillTrack(QMenu& menu, const GenomeTrack& track)
{
    const TrackLook now = m_lookOf(track.id);
    addSwitch(menu, track.id, tr("Shown"), now.isShown, [](TrackLook& look, bool on) { look.isShown = on; });
    if (track.kind == GenomeTrack::Kind::Genes)
        addSwitch(menu, track.id, tr("One transcript per gene"), now.isCollapsed,
                  [](TrackLook& look, bool on) { look.isCollapsed = on; });
    if (track.kind == GenomeTrack::Kind::Signal)
        fillSignal(menu, track);
    menu.addSeparator();
    connect(menu.addAction(tr("Remove")), &QAction::triggered, &m_genome,
            [&genome = m_genome, id = track.id] { genome.removeTrack(id); });
}

void TracksMenu::fillSignal(QMenu& menu, const GenomeTrack& track)
{
    const TrackLook now = m_lookOf(track.id);
    addSwitch(menu, track.id, tr("Logarithmic"), now.signal.isLogarithmic,
              [](TrackLook& look, bool on) { look.signal.isLogarithmic = on; });
    addSwitch(menu, track.id, tr("Same scale as other tracks so marked"), now.signal.scaleGroup == 1,
              [](TrackLook& look, bool on) { look.signal.scaleGroup = on ? 1 : 0; });
    QMenu* summary = menu.addMenu(tr("Zoomed out"));
    const std::pair<QString, widgets::SignalSummary> summaries[] = {
        {tr("Mean, with least and largest behind"), widgets::SignalSummary::MeanAndRange},
        {tr("Mean"), widgets::SignalSummary::Mean},
        {tr("Largest value"), widgets::SignalSummary::Maximum}};
    for (const auto& [text, value] : summaries)
        addSwitch(*summary, track.id, text, now.signal.summary == value,
                  [value = value](TrackLook& look, bool) { look.signal.summary = value; });
    QMenu* over = menu.addMenu(tr("Draw over"));
    addSwitch(*over, track.id, tr("Nothing: a row of its own"), now.over == 0,
              [](TrackLook& look, bool) { look.over = 0; });
    for (const GenomeTrack& other : m_genome.tracks())
        if (other.kind == GenomeTrack::Kind::Signal && other.id != track.id && m_lookOf(other.id).over == 0)
            addSwitch(*over, track.id, QString::fromStdString(other.title), now.over == other.id,
                      [to = other.id](TrackLook& look, bool) { look.over = to; });
}

}  // namespace nscope::app
