// Purpose: one place of the genome with all tracks: fills the rows of a view with what is read around it, and tells
// what the user does there. Several panels share one controller. Thread: GUI.
#pragma once

#include "app/genome/genome_controller.h"
#include "app/genome/region_explainer.h"
#include "app/genome/place_history.h"
#include "app/genome/window_loader.h"
#include "widgets/genome_view.h"
#include "widgets/signal_row.h"

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace nscope::widgets {
class FeatureRow;
class GeneRow;
class SequenceRow;
}  // namespace nscope::widgets

namespace nscope::app {

/// How a track is drawn; the page keeps one for each.
struct TrackLook {
    bool isShown = true;
    widgets::SignalSettings signal{};
    bool isCollapsed = false;  ///< genes
    int over = 0;              ///< id of the signal track that this one is drawn over; 0: a row of its own
    bool operator==(const TrackLook&) const = default;
};

/// A signal that was computed, over a stretch of a chromosome.
struct ComputedSignal {
    QString name;
    std::string chromosome;
    std::shared_ptr<const data::SignalPyramid> signal;
};

/// Which rows of an explanation are drawn.
struct ExplanationLook {
    bool showsLetters = true;
    bool showsMutagenesis = true;
    bool showsAttention = true;
    bool showsArcs = true;
    bool operator==(const ExplanationLook&) const = default;
};

class GenomePanel : public QWidget {
    Q_OBJECT

public:
    explicit GenomePanel(GenomeController& genome, QWidget* parent = nullptr);

    widgets::GenomeView& view() const { return *m_view; }
    void setTheme(const widgets::Theme& theme);
    /// Goes there; the chromosome is one of the controller's.
    void goTo(const data::Locus& locus);
    data::Locus locus() const;
    /// The selection, else what is on show.
    data::Locus chosen() const;
    PlaceHistory& history() { return m_history; }
    void setLooks(const std::map<int, TrackLook>& looks);
    /// Predictions, drawn over the first signal on show or in rows of their own.
    void setComputed(std::vector<ComputedSignal> computed, bool isOverMeasured);
    /// Drawn where it lies, below the letters of the genome; null: none.
    void setExplanation(std::shared_ptr<const RegionExplanation> explanation, const ExplanationLook& look);
    /// Transcript under a viewport point, or null.
    data::TranscriptModelPtr transcriptAt(QPointF point) const;
    /// Nothing is being read.
    bool isIdle() const { return m_waiting.empty() && !m_delay.isActive(); }

signals:
    void moved();
    void hovered(const QString& text);
    void contextMenuRequested(const QPoint& globalPosition);

private:
    struct Track {
        int id = 0;
        std::shared_ptr<widgets::GeneRow> genes;
        std::shared_ptr<widgets::FeatureRow> features;
        std::shared_ptr<widgets::SignalRow> signal;  ///< null: drawn over another's
        std::optional<SignalWindow> window;
        data::Interval asked;  ///< the window that is being read or was
        double askedNtPerBin = 0.0;
    };

    void rebuild();
    void settleChromosome();
    void forgetReads();
    void load();
    void loadSignal(Track& track, const GenomeTrack& source, data::Interval around, double ntPerPixel);
    void loadLetters(data::Interval around, double ntPerPixel);
    void fillGenes(Track& track, const GenomeTrack& source, data::Interval around);
    void fillFeatures(Track& track, const GenomeTrack& source, data::Interval around);
    void fillSignals();
    void fillExplanation();
    void showRows();
    void signalRead(int id, const SignalWindow& window);
    void loadFailed(int id, const QString& sentence);
    void goToFeature(bool isForward, std::int64_t fromNt);
    data::Interval around() const;

    GenomeController& m_genome;
    widgets::GenomeView* m_view;
    PlaceHistory m_history;
    WindowLoader m_loader;
    QTimer m_delay;
    widgets::Theme m_theme = widgets::Theme::make({});
    std::shared_ptr<widgets::SequenceRow> m_sequence;
    data::Interval m_lettersAsked;
    std::vector<Track> m_tracks;
    std::map<int, TrackLook> m_looks;
    std::vector<ComputedSignal> m_computed;
    bool m_isOverMeasured = true;
    std::vector<std::shared_ptr<widgets::SignalRow>> m_computedRows;
    std::shared_ptr<const RegionExplanation> m_explanation;
    ExplanationLook m_explanationLook;
    std::vector<widgets::GenomeRowPtr> m_explanationRows;
    std::vector<widgets::GenomeRowPtr> m_trackRows;  ///< tracks and predictions
    std::map<int, QString> m_failures;  ///< by track
    std::vector<int> m_waiting;         ///< keys that are being read
};

}  // namespace nscope::app
