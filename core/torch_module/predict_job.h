// Purpose: predictions of any number of transcripts, one transcript after the other, each alone and unpadded, so that
// a result does not depend on its neighbours. A long pass looks at the stop token inside; translations advance token
// by token. On request the prediction is robust, the mean over random windows of a sequence that is longer than the
// model's (spec/models.md 4.5), or has its spread under dropout beside it; each of these passes is a unit of its own.
#pragma once

#include "core/nn/sequence_net.h"

#include "core/engine/backend.h"

#include <chrono>

namespace nscope::torch_module {

/// Options of Analysis::Predict: translate, beam, best, max_length, shifts, dropout, members, embedding, seed, filters.
const std::vector<engine::OptionSpec>& predictOptions();

struct PredictOrder {
    std::shared_ptr<nn::SequenceNet> net;
    std::string modelHash;
    data::TranscriptSet transcripts;
    data::OptionMap options;  ///< complete
};

/// InvalidArgument where windows are to be shifted in what the model reads whole, or beside dropout or translations;
/// Unsupported where a model without vectors is asked for one, or one without filters or members for those.
Result<void> checkPrediction(const PredictOrder& order);

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
    void showFilters(const nn::PassOptions& options);
    void predictWindow(const nn::PassOptions& options);
    /// How far apart the members of an ensemble lie.
    void predictWithMembers(const nn::PassOptions& options);
    void predictWithDropout(const nn::PassOptions& options);
    data::Prediction predictionOf(const data::Transcript& transcript, const nn::PassOptions& options,
                                  nn::NamedTensors* outputs = nullptr) const;
    void finishTranscript(engine::StepReport& report);

    PredictOrder m_order;
    nn::TranslateOptions m_how;
    bool m_translate = false;
    bool m_embeds = false;
    bool m_spreadsMembers = false;
    std::int64_t m_shifts = 0;
    std::int64_t m_dropoutPasses = 0;
    std::uint64_t m_seed = 0;
    std::int64_t m_filterBank = 0;                       ///< counted from 1; 0: predictions
    std::vector<data::Prediction> m_samples;             ///< of windows or of passes with dropout
    std::size_t m_next = 0;                              ///< transcript at work
    std::shared_ptr<data::Prediction> m_prediction;      ///< of that transcript, once classified
    std::unique_ptr<nn::TranslationRun> m_translation;   ///< while it is decoded
};

}  // namespace nscope::torch_module
