// Purpose: what a model says about a window of the genome (explanation letters, mutagenesis, attention) as rows of the
// genome view. The same tracks draw it as on the page of one sequence. Values belong to one strand; a view that is read
// along the other shows them the other way round, under the complementary letters. Thread: GUI.
#pragma once

#include "core/data/interval.h"
#include "core/data/locus.h"
#include "core/data/transcript.h"
#include "widgets/genome_row.h"
#include "widgets/track_row.h"
#include "widgets/track_view.h"

#include <QCoreApplication>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace nscope::widgets {

/// A stretch of a chromosome and what a model read of it: on the reverse strand its reverse complement.
struct PlacedRecord {
    data::Locus window;
    data::TranscriptPtr record;
};

class PlacedTrackRow : public GenomeRow {
    Q_DECLARE_TR_FUNCTIONS(nscope::widgets::PlacedTrackRow)
public:
    /// The track of a record; called once for each strand.
    using Make = std::function<std::unique_ptr<TrackRow>(const data::TranscriptPtr& record, bool isOtherStrand)>;
    /// Called before the track is drawn, to set its scale.
    using Scale = std::function<void(TrackRow& track, const TrackScene& scene)>;

    /// `axisPixels`: what the track draws left of its data.
    PlacedTrackRow(const PlacedRecord& placed, const QString& title, double axisPixels, const Make& make, Scale scale);

    QString title() const override { return m_title; }
    double heightPixels(const GenomeScene& scene) const override;
    double axisPixels() const override { return m_axisPixels; }
    void prepare(const GenomeScene& scene) override;
    void paint(QPainter& painter, const GenomeScene& scene, double height) const override;
    void paintLabel(QPainter& painter, const GenomeScene& scene, QSizeF size) const override;
    QString toolTip(const GenomeScene& scene, double x, double y, double height) const override;

private:
    /// The window along one strand.
    struct Reading {
        TrackSequences sequences;
        std::unique_ptr<TrackRow> track;
    };
    /// The part of the window that is on show, and how far it is from the left.
    struct Part {
        double left = 0.0;
        TrackScene scene;
    };
    const Reading& reading(const GenomeScene& scene) const { return m_readings[scene.isReversed ? 1 : 0]; }
    std::optional<Part> partOf(const GenomeScene& scene) const;

    data::Interval m_window;
    QString m_title, m_elsewhere;
    double m_axisPixels;
    Scale m_scale;
    std::array<Reading, 2> m_readings;  ///< from left to right: the forward strand, the reverse one
};

/// Explanation as letters; null without values of the record's length.
std::shared_ptr<GenomeRow> explanationRow(const PlacedRecord& placed, const AttributionPtr& explanation,
                                          LetterScore score = LetterScore::Automatic);
std::shared_ptr<GenomeRow> mutagenesisRow(const PlacedRecord& placed, const AttributionPtr& mutagenesis);
/// One line per layer and head.
std::shared_ptr<GenomeRow> attentionRow(const PlacedRecord& placed, const std::vector<AttentionMapPtr>& layers);

}  // namespace nscope::widgets
