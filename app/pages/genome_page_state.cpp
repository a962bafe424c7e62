// Purpose: the genome page in a session: which files, how they look, which places.
#include "app/pages/genome_page.h"

#include <QtCore/QFileInfo>
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

/// The same file may give genes and features.
QString keyOf(const GenomeTrack& track)
{
    return QString::number(int(track.kind)) + ' ' + QFileInfo(QString::fromStdString(track.path)).absoluteFilePath();
}

QJsonObject objectOf(const std::string& text)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(text)).object();
}

}  // namespace

std::string GenomePage::state() const
{
    if (!m_waiting.empty())
        return m_waiting;  // saved before its files were read
    QJsonObject json;
    if (m_genome.genome())
        json["genome"] = QFileInfo(QString::fromStdString(m_genome.genome()->path)).absoluteFilePath();
    QJsonArray tracks;
    for (const GenomeTrack& track : m_genome.tracks()) {
        QJsonObject entry = lookJson(look(track.id));
        entry["path"] = QFileInfo(QString::fromStdString(track.path)).absoluteFilePath();
        entry["key"] = keyOf(track);
        if (const GenomeTrack* under = m_genome.track(look(track.id).over))
            entry["over"] = keyOf(*under);
        tracks.append(entry);
    }
    json["tracks"] = tracks;
    QJsonArray places;
    for (const GenomePanel* each : m_panels)
        if (each->view().chromosomeLength() > 0)
            places.append(QJsonObject{{"place", QString::fromStdString(data::locusText(each->locus()))},
                                      {"reversed", each->view().isReversed()}});
    json["places"] = places;
    return QJsonDocument(json).toJson(QJsonDocument::Compact).toStdString();
}

void GenomePage::restoreState(const std::string& text)
{
    m_waiting.clear();
    m_arePlacesWaiting = false;
    m_genome.closeAll();
    const QJsonObject json = objectOf(text);
    QStringList paths;
    for (const QJsonValue& track : json["tracks"].toArray())
        if (const QString path = track["path"].toString(); !path.isEmpty() && !paths.contains(path))
            paths << path;
    const QString genome = json["genome"].toString();
    if (genome.isEmpty() && paths.isEmpty())
        return;
    m_waiting = text;
    m_arePlacesWaiting = true;
    if (!genome.isEmpty())
        m_genome.openGenome(genome);
    m_genome.openTracks(paths);
}

/// What a session says about files that have been read by now; places once the genome is there or nothing more comes.
void GenomePage::restoreWaiting()
{
    if (m_waiting.empty())
        return;
    restoreLooks();
    const bool hasEnded = !m_genome.isReading();
    if (m_arePlacesWaiting && (m_genome.genome() || hasEnded))
        restorePlaces();
    if (hasEnded)
        m_waiting.clear();
}

void GenomePage::restoreLooks()
{
    const QJsonArray stored = objectOf(m_waiting)["tracks"].toArray();
    std::map<QString, int> ids;
    for (const GenomeTrack& track : m_genome.tracks())
        ids[keyOf(track)] = track.id;
    for (const QJsonValue& entry : stored) {
        const auto track = ids.find(entry["key"].toString()), under = ids.find(entry["over"].toString());
        if (track == ids.end())
            continue;
        TrackLook look = lookOf(entry.toObject());
        look.over = under == ids.end() ? 0 : under->second;
        keepLook(track->second, look);
    }
    showLooks();
}

/// Places that are not in these files are left out.
void GenomePage::restorePlaces()
{
    std::vector<std::pair<data::Locus, bool>> places;
    for (const QJsonValue& entry : objectOf(m_waiting)["places"].toArray())
        if (const auto locus = m_genome.find(entry["place"].toString()))
            places.emplace_back(*locus, entry["reversed"].toBool());
    m_arePlacesWaiting = false;
    if (places.empty())
        return;
    while (m_panels.size() > places.size())
        removePanel();
    while (m_panels.size() < std::min(places.size(), kMostPanels))
        addPanel();
    for (std::size_t i = 0; i < m_panels.size(); ++i) {
        m_panels[i]->goTo(places[i].first);
        m_panels[i]->view().setReversed(places[i].second);
    }
    updateControls();
}

}  // namespace nscope::app
