// Purpose: the genome page in a session: which files, how they look, which places.
#include "app/pages/genome_page.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <algorithm>

namespace nscope::app {

namespace {

QJsonObject lookJson(const TrackLook& look)
{
    return {{"shown", look.isShown},
            {"collapsed", look.isCollapsed},
            {"logarithmic", look.signal.isLogarithmic},
            {"scale_group", look.signal.scaleGroup},
            {"summary", int(look.signal.summary)}};
}

TrackLook lookOf(const QJsonObject& json)
{
    TrackLook look;
    look.isShown = json["shown"].toBool(true);
    look.isCollapsed = json["collapsed"].toBool();
    look.signal.isLogarithmic = json["logarithmic"].toBool();
    look.signal.scaleGroup = json["scale_group"].toInt();
    look.signal.summary =
        widgets::SignalSummary(std::clamp(json["summary"].toInt(int(widgets::SignalSummary::MeanAndRange)), 0,
                                          int(widgets::SignalSummary::MeanAndRange)));
    return look;
}

}  // namespace

std::string GenomePage::state() const
{
    QJsonObject json;
    if (m_genome.genome())
        json["genome"] = QString::fromStdString(m_genome.genome()->path);
    QJsonArray tracks;
    for (const GenomeTrack& track : m_genome.tracks()) {
        const auto look = m_looks.find(track.id);
        QJsonObject entry = lookJson(look == m_looks.end() ? TrackLook{} : look->second);
        entry["path"] = QString::fromStdString(track.path);
        if (look != m_looks.end() && look->second.over != 0)
            if (const GenomeTrack* under = m_genome.track(look->second.over))
                entry["over"] = QString::fromStdString(under->path);
        tracks.append(entry);
    }
    json["tracks"] = tracks;
    QJsonArray places;
    for (const GenomePanel* each : m_panels)
        if (each->view().chromosomeLength() > 0)
            places.append(QString::fromStdString(data::locusText(each->locus())));
    json["places"] = places;
    return QJsonDocument(json).toJson(QJsonDocument::Compact).toStdString();
}

void GenomePage::restoreState(const std::string& text)
{
    const QJsonObject json = QJsonDocument::fromJson(QByteArray::fromStdString(text)).object();
    m_waitingPlaces.clear();
    m_waitingLooks.clear();
    m_waitingOver.clear();
    for (const QJsonValue& place : json["places"].toArray())
        m_waitingPlaces << place.toString();
    QStringList paths;
    for (const QJsonValue& value : json["tracks"].toArray()) {
        const QJsonObject track = value.toObject();
        const QString path = track["path"].toString();
        if (path.isEmpty() || paths.contains(path))
            continue;
        paths << path;
        m_waitingLooks[path.toStdString()] = lookOf(track);
        if (const QString over = track["over"].toString(); !over.isEmpty())
            m_waitingOver[path.toStdString()] = over.toStdString();
    }
    m_genome.closeAll();
    if (const QString genome = json["genome"].toString(); !genome.isEmpty())
        m_genome.openGenome(genome);
    m_genome.openTracks(paths);
}

/// What a session says about files that have been read by now.
void GenomePage::restoreWaiting()
{
    for (const GenomeTrack& track : m_genome.tracks())
        if (const auto look = m_waitingLooks.extract(track.path))
            setLook(track.id, look.mapped());
    for (const GenomeTrack& track : m_genome.tracks()) {
        const auto over = m_waitingOver.find(track.path);
        const auto under = over == m_waitingOver.end()
                               ? m_genome.tracks().end()
                               : std::ranges::find(m_genome.tracks(), over->second, &GenomeTrack::path);
        if (under == m_genome.tracks().end())
            continue;
        TrackLook look = m_looks[track.id];
        look.over = under->id;
        m_waitingOver.erase(over);
        setLook(track.id, look);
    }
    if (m_waitingPlaces.isEmpty())
        return;
    for (const QString& place : m_waitingPlaces)
        if (!m_genome.find(place))
            return;  // another file is still to come
    while (m_panels.size() > std::size_t(m_waitingPlaces.size()))
        removePanel();
    while (m_panels.size() < std::size_t(m_waitingPlaces.size()))
        addPanel();
    for (qsizetype i = 0; i < m_waitingPlaces.size(); ++i)
        m_panels[std::size_t(i)]->goTo(*m_genome.find(m_waitingPlaces[i]));
    m_waitingPlaces.clear();
}

}  // namespace nscope::app
