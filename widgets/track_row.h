// Purpose: one track of a TrackStack: it draws itself and its legend, and says what is under the mouse.
// The painter's origin is the top left corner of the track's data area (or legend area); units as in TrackScene.
// Thread: GUI. Ownership: the stack owns its rows.
#pragma once

#include "widgets/track_scene.h"

#include <QCoreApplication>
#include <QString>

class QPainter;

namespace nscope::widgets {

class TrackRow {
public:
    virtual ~TrackRow() = default;

    /// Label on the left.
    virtual QString title(const TrackScene& scene) const = 0;
    /// Height in screen pixels; 0 hides the row.
    virtual double heightPixels(const TrackScene& scene) const = 0;
    virtual void paint(QPainter& painter, const TrackScene& scene, double height) const = 0;
    /// Colour or value scale on the right.
    virtual void paintLegend(QPainter&, const TrackScene&, QSizeF) const {}
    /// Plain text for a place in the row; empty for none.
    virtual QString toolTip(const TrackScene& scene, double column, double y, double height) const = 0;
    /// One sentence when there is nothing to draw: what to do about it. Empty when there is something.
    virtual QString emptyText(const TrackScene&) const { return {}; }

    bool isUpdating() const { return m_updating; }
    void setUpdating(bool updating) { m_updating = updating; }
    /// Whether the user wants to see it.
    bool isShown() const { return m_shown; }
    void setShown(bool shown) { m_shown = shown; }
    /// Whether the model gives what it shows.
    bool isAvailable() const { return m_available; }
    void setAvailable(bool available) { m_available = available; }

private:
    bool m_updating = false;
    bool m_shown = true;
    bool m_available = true;
};

}  // namespace nscope::widgets
