// Purpose: the target's number for any number of sequences: the primitive of sequence experiments and variants.
// Sequences of one length run together, in passes whose size follows from lengths and memory alone, so that a run
// repeats exactly; results come in the order of lengths. Values of a batch differ from those of single sequences by
// rounding.
#pragma once

#include "core/interpret/step_job.h"
#include "core/nn/sequence_net.h"

namespace nscope::torch_module {

struct ScoreOrder {
    std::shared_ptr<nn::SequenceNet> net;
    data::TranscriptSet transcripts;  ///< none empty
    nn::Target target;
    std::int64_t budgetBytes = 0;
};

/// Peak bytes of the largest pass.
std::int64_t scoreBytes(const ScoreOrder& order);

/// Delivers one data::TargetScore per transcript. A step runs passes for about 40 ms.
class ScoreJob : public interpret::StepJob {
public:
    explicit ScoreJob(ScoreOrder order);

    Result<engine::StepReport> step(std::stop_token stop) override;
    bool halve() override;
    std::int64_t totalUnits() const override { return std::int64_t(m_order.transcripts.size()); }
    std::int64_t doneUnits() const override { return std::int64_t(m_done); }

private:
    /// Transcripts of the next pass: the same length and the same further inputs.
    std::span<const std::size_t> nextBatch() const;
    void score(std::span<const std::size_t> batch, const nn::PassOptions& options, engine::StepReport& report) const;

    ScoreOrder m_order;
    std::vector<std::size_t> m_sorted;            ///< indices of transcripts by length and further inputs
    std::size_t m_done = 0;                       ///< of m_sorted
    std::size_t m_mostPerPass = std::size_t(-1);  ///< less after memory ran out
};

}  // namespace nscope::torch_module
