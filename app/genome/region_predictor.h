// Purpose: what a model predicts along a region of the genome: the region in overlapping windows, their profiles
// stitched together (core/analysis/region_tiles.h); of a model that gives numbers, one every so often, from the window
// around it. Thread: GUI; the windows are one job of the engine at a time.
#pragma once

#include "core/analysis/region_tiles.h"
#include "core/data/locus.h"
#include "core/engine/backend.h"
#include "core/study/open_genome.h"

#include <QtCore/QObject>
#include <QtCore/QString>

#include <memory>
#include <optional>
#include <vector>

namespace nscope::app {

class EngineBridge;
class GenomeController;

class RegionPredictor : public QObject {
    Q_OBJECT

public:
    RegionPredictor(GenomeController& genome, EngineBridge& bridge, QObject* parent = nullptr);

    /// Why this model cannot predict along a region, one sentence; empty if it can.
    static QString obstacle(const std::shared_ptr<const engine::ModelInfo>& model);
    /// Asks anew; what is under way is given up. A reverse strand is read as such.
    void predict(const std::shared_ptr<const engine::ModelInfo>& model, const data::Locus& locus);
    void cancel();
    bool isRunning() const { return m_stitcher.has_value(); }

    static constexpr std::int64_t kMostNt = 2'000'000;  ///< of one region

signals:
    /// The whole region, or what there is of it so far.
    void predicted(const nscope::data::Locus& locus, const nscope::data::Track& track, bool isPartial);
    void failed(const QString& sentence);
    void changed();

private:
    bool givesProfile() const { return !m_model->spec.outputs.profileTasks.empty(); }
    std::string score() const;
    std::int64_t binStartInWindow() const;
    std::vector<data::Interval> numberWindows(const study::HeldStretch& stretch) const;
    data::Track numberTrack(const data::Prediction& prediction) const;
    Result<std::vector<data::Interval>> plan(const data::Locus& locus) const;
    void askNext();
    void receive(const std::string& key, const engine::Delivery& delivery);
    void ended(const std::string& key);
    void end(const QString& problem);

    GenomeController& m_genome;
    EngineBridge& m_bridge;
    std::shared_ptr<const engine::ModelInfo> m_model;
    data::Locus m_locus;
    std::int64_t m_stepNt = 0;  ///< of numbers
    std::vector<data::Interval> m_windows;
    std::size_t m_first = 0, m_count = 0;  ///< windows of the job that runs
    std::optional<analysis::RegionStitcher> m_stitcher;
};

}  // namespace nscope::app
