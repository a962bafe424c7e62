// Purpose: why a model predicts what it predicts at a place of the genome: letters, mutagenesis and attention of the
// window that the model reads there, and what of its letters look at each other. Thread: GUI; a thread of the reader pool
// asks the engine.
#pragma once

#include "app/genome/region_work.h"
#include "core/analysis/attention_links.h"
#include "core/data/attention.h"
#include "core/data/attribution.h"
#include "core/data/locus.h"
#include "core/data/option_value.h"
#include "core/engine/backend.h"
#include "widgets/placed_track_row.h"

#include <memory>
#include <string>
#include <vector>

namespace nscope::app {

/// What is asked at a place.
struct ExplanationOrder {
    std::shared_ptr<const engine::ModelInfo> model;
    engine::MethodSpec method;  ///< of the letters
    data::OptionMap options;
    std::string target;
    std::string mutagenesis;  ///< id of the exact method; empty: none
    std::string attention;    ///< id of the method; empty: none
    data::Locus locus;        ///< read on its reverse strand if it says so
};

/// What came back so far. Positions are the record's, which is read along the window's strand.
struct RegionExplanation {
    widgets::PlacedRecord read;  ///< what the model reads
    std::shared_ptr<const data::Attribution> letters;
    std::vector<std::shared_ptr<const data::AttentionMap>> attention;  ///< by layer
    std::vector<analysis::AttentionLink> links;                        ///< strongest first
    widgets::PlacedRecord mutated;  ///< the part of it that is changed base by base
    std::shared_ptr<const data::Attribution> mutagenesis;  ///< of this part; rows that are not exact are to come
};

class RegionExplainer : public RegionWork {
    Q_OBJECT

public:
    RegionExplainer(GenomeController& genome, EngineBridge& bridge, ReaderPool& readers, QObject* parent = nullptr);

    /// Why this model cannot be explained, one sentence; empty if it can.
    static QString obstacle(const std::shared_ptr<const engine::ModelInfo>& model);
    /// Asks anew; what is under way is given up. Of a model that reads a fixed length, the window around the middle of
    /// the place is explained.
    void explain(const ExplanationOrder& order);

    static constexpr std::int64_t kMostNt = 20'000;       ///< of one window, for models that read any length
    static constexpr std::int64_t kMostMutatedNt = 1'000;  ///< in the middle of the place; more is not asked for
    static constexpr std::size_t kMostLinks = 300;
    static constexpr std::int64_t kLeastLinkNt = 6;  ///< neighbours look at each other anyway

signals:
    void explained(const std::shared_ptr<const nscope::app::RegionExplanation>& explanation, bool isPartial);
};

}  // namespace nscope::app
