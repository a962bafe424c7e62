// Purpose: what a model predicts along a region of the genome, as core/study/region_signal.h makes it, a piece at a time.
// Thread: GUI; a thread of the reader pool asks the engine for the windows.
#pragma once

#include "app/genome/region_work.h"
#include "core/data/locus.h"
#include "core/data/track.h"
#include "core/engine/backend.h"

#include <memory>

namespace nscope::app {

class RegionPredictor : public RegionWork {
    Q_OBJECT

public:
    RegionPredictor(GenomeController& genome, EngineBridge& bridge, ReaderPool& readers, QObject* parent = nullptr);

    /// Why this model cannot predict along a region, one sentence; empty if it can.
    static QString obstacle(const std::shared_ptr<const engine::ModelInfo>& model);
    /// Asks anew; what is under way is given up. A reverse strand is read as such.
    void predict(const std::shared_ptr<const engine::ModelInfo>& model, const data::Locus& locus);

    static constexpr std::int64_t kMostNt = 2'000'000;  ///< of one region

signals:
    /// The region as its bins cover it, or what there is of it so far; NaN where there is no value. Rows are tasks, or
    /// the number that goes along the region.
    void predicted(const nscope::data::Locus& locus, const nscope::data::Track& track, bool isPartial);

private:
    void show(const data::Locus& locus, const data::Track& track, bool isPartial);
};

}  // namespace nscope::app
