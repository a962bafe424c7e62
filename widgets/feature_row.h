// Purpose: peaks, variants and other features along a chromosome: boxes in lanes, darker with a higher score, with
// their names where there is room. Thread: GUI.
#pragma once

#include "core/data/annotation.h"
#include "widgets/genome_row.h"

#include <QCoreApplication>

#include <vector>

namespace nscope::widgets {

class FeatureRow : public GenomeRow {
    Q_DECLARE_TR_FUNCTIONS(nscope::widgets::FeatureRow)
public:
    FeatureRow(QString title, QColor colour) : m_title(std::move(title)), m_colour(colour) {}

    /// Features on show and some way beyond.
    void setFeatures(std::vector<data::Feature> features);
    /// Shown in the middle while there is nothing to draw; empty: that there is nothing.
    void setSentence(const QString& sentence) { m_sentence = sentence; }

    QString title() const override { return m_title; }
    double heightPixels(const GenomeScene& scene) const override;
    void prepare(const GenomeScene& scene) override;
    void paint(QPainter& painter, const GenomeScene& scene, double height) const override;
    QString toolTip(const GenomeScene& scene, double x, double y, double height) const override;

private:
    QColor colourOf(const data::Feature& feature, const Theme& theme) const;

    QString m_title, m_sentence;
    QColor m_colour;
    std::vector<data::Feature> m_features;  ///< sorted by start
    std::vector<int> m_lanes;               ///< of each; −1: not on show
    int m_laneCount = 0;
    double m_lowScore = 0.0, m_highScore = 0.0;
};

}  // namespace nscope::widgets
