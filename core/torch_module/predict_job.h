// Purpose: predictions of any number of transcripts, one transcript after the other, each alone and unpadded, so that
// a result does not depend on its neighbours. A long pass looks at the stop token inside; translations advance token
// by token.
#pragma once

#include "core/nn/sequence_net.h"

#include "core/engine/backend.h"

#include <chrono>

namespace nscope::torch_module {

/// Options of Analysis::Predict: translate, beam, best, max_length.
const std::vector<engine::OptionSpec>& predictOptions();

struct PredictOrder {
    std::shared_ptr<nn::SequenceNet> net;
    std::string modelHash;
    data::TranscriptSet transcripts;
    data::OptionMap options;  ///< complete
};

class PredictJob : public engine::Job {
public:
    explicit PredictJob(PredictOrder order);

    Result<engine::StepReport> step(std::stop_token stop) override;
    std::int64_t totalUnits() const override { return std::int64_t(m_order.transcripts.size()); }
    std::int64_t doneUnits() const override { return std::int64_t(m_next); }

private:
    using Clock = std::chrono::steady_clock;

    /// Works on one transcript after the other for the time of a step.
    void advance(const nn::PassOptions& options, engine::StepReport& report, Clock::time_point started);
    void classify(const nn::PassOptions& options);
    void finishTranscript(engine::StepReport& report);

    PredictOrder m_order;
    nn::TranslateOptions m_how;
    bool m_translate = false;
    std::size_t m_next = 0;                              ///< transcript at work
    std::shared_ptr<data::Prediction> m_prediction;      ///< of that transcript, once classified
    std::unique_ptr<nn::TranslationRun> m_translation;   ///< while it is decoded
};

}  // namespace nscope::torch_module
