// Purpose: links between places of a chromosome as arcs: higher the farther apart the places are, darker the stronger the
// link. Thread: GUI.
#pragma once

#include "widgets/genome_row.h"

#include <QCoreApplication>

#include <vector>

namespace nscope::widgets {

/// Positions on the forward strand, a base's middle being its number + 0.5.
struct Arc {
    double fromNt = 0.0;
    double toNt = 0.0;
    double weight = 0.0;
    bool operator==(const Arc&) const = default;
};

class ArcsRow : public GenomeRow {
    Q_DECLARE_TR_FUNCTIONS(nscope::widgets::ArcsRow)
public:
    /// `window`: where arcs could be; `explanation`: what a link means, for tool tips.
    ArcsRow(const QString& title, data::Interval window, std::vector<Arc> arcs, const QString& explanation);

    const std::vector<Arc>& arcs() const { return m_arcs; }

    QString title() const override { return m_title; }
    double heightPixels(const GenomeScene& scene) const override;
    void paint(QPainter& painter, const GenomeScene& scene, double height) const override;
    void paintLabel(QPainter& painter, const GenomeScene& scene, QSizeF size) const override;
    QString toolTip(const GenomeScene& scene, double x, double y, double height) const override;

private:
    QString m_title, m_explanation;
    data::Interval m_window;
    std::vector<Arc> m_arcs;  ///< weakest first
    double m_largest = 0.0;    ///< weight
    double m_longestNt = 0.0;  ///< between the places of an arc
};

}  // namespace nscope::widgets
