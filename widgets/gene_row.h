// Purpose: transcripts of genes along a chromosome: exons as boxes, coding parts high, introns as lines with arrows in
// the direction of reading, in as many lanes as they need; all transcripts, or one per gene. Thread: GUI.
#pragma once

#include "core/data/annotation.h"
#include "widgets/genome_row.h"

#include <QCoreApplication>

#include <vector>

namespace nscope::widgets {

enum class GeneLanes { Expanded, Collapsed };  ///< every transcript, or the longest of each gene

class GeneRow : public GenomeRow {
    Q_DECLARE_TR_FUNCTIONS(nscope::widgets::GeneRow)
public:
    explicit GeneRow(QString title) : m_title(std::move(title)) {}

    /// Transcripts that reach into what is on show and some way beyond.
    void setTranscripts(std::vector<data::TranscriptModelPtr> transcripts);
    void setLanes(GeneLanes lanes);
    /// Transcript under a point, or null.
    data::TranscriptModelPtr transcriptAt(const GenomeScene& scene, double x, double y, double height) const;
    /// Shown in the middle while there is nothing to draw; empty: that there is nothing.
    void setSentence(const QString& sentence) { m_sentence = sentence; }
    /// Lanes of the scene last prepared; for tests.
    int laneCount() const { return m_laneCount; }

    QString title() const override { return m_title; }
    double heightPixels(const GenomeScene& scene) const override;
    void prepare(const GenomeScene& scene) override;
    void paint(QPainter& painter, const GenomeScene& scene, double height) const override;
    void paintLabel(QPainter& painter, const GenomeScene& scene, QSizeF size) const override;
    QString toolTip(const GenomeScene& scene, double x, double y, double height) const override;

private:
    struct Placed {
        data::TranscriptModelPtr transcript;
        int lane = 0;
        QString label;
    };
    void choose();
    void placeIn(const GenomeScene& scene);
    void paintTranscript(QPainter& painter, const GenomeScene& scene, const Placed& placed, double top,
                         double height) const;
    void paintArrows(QPainter& painter, const GenomeScene& scene, const data::TranscriptModel& transcript,
                     double middle, double size) const;
    QString labelOf(const data::TranscriptModel& transcript) const;

    QString m_title, m_sentence;
    GeneLanes m_mode = GeneLanes::Expanded;
    std::vector<data::TranscriptModelPtr> m_all;
    std::vector<data::TranscriptModelPtr> m_chosen;  ///< by mode, sorted by start
    std::vector<Placed> m_placed;
    int m_laneCount = 0;
    int m_hidden = 0;  ///< transcripts on show without a lane
};

}  // namespace nscope::widgets
