// Purpose: what is known about the sequences looked at last, so that undo, redo and going back show their results at
// once, half-finished mutagenesis included. Thread: GUI.
#pragma once

#include "core/data/attention.h"
#include "core/data/attribution.h"
#include "core/data/prediction.h"
#include "core/data/transcript.h"

#include <list>
#include <memory>
#include <vector>

namespace nscope::app {

/// Results of one sequence by one model.
struct SequenceResults {
    data::TranscriptPtr transcript;
    std::shared_ptr<const data::Prediction> prediction;
    std::shared_ptr<const data::Attribution> explanation;
    std::shared_ptr<const data::Attribution> mutagenesis;  ///< rows that are not exact hold the gradient preview
    std::vector<std::shared_ptr<const data::AttentionMap>> attention;  ///< one per attention layer; null: not there
};

class ResultStore {
public:
    /// Empty results for a sequence that is not known.
    SequenceResults find(const data::TranscriptPtr& transcript) const;
    /// Keeps the results, at most kCapacity sequences, least recently stored first out.
    void store(const SequenceResults& results);
    void clear() { m_results.clear(); }
    /// Forgets explanations only: another method was chosen.
    void clearExplanations();

    /// Forgets explanations and mutagenesis: another target was chosen.
    void clearAttributions();

    static constexpr std::size_t kCapacity = 32;

private:
    std::list<SequenceResults> m_results;  ///< latest first
};

}  // namespace nscope::app
