// Purpose: the menu of the genome page's tracks: show, overlay, scale and remove each. It is filled when it opens.
// Thread: GUI.
#pragma once

#include "app/pages/genome_panel.h"

#include <QtWidgets/QMenu>

#include <functional>

namespace nscope::app {

class TracksMenu : public QMenu {
    Q_OBJECT

public:
    using LookOf = std::function<TrackLook(int track)>;

    TracksMenu(GenomeController& genome, LookOf lookOf, QWidget* parent = nullptr);

signals:
    void lookChosen(int track, const nscope::app::TrackLook& look);

private:
    using Change = std::function<void(TrackLook& look, bool isOn)>;

    void fill();
    void fillTrack(QMenu& menu, const GenomeTrack& track);
    void fillSignal(QMenu& menu, const GenomeTrack& track);
    void addSwitch(QMenu& menu, int track, const QString& text, bool isOn, Change change);

    GenomeController& m_genome;
    LookOf m_lookOf;
};

}  // namespace nscope::app
