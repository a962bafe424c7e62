// Purpose: a job whose one step computes one payload, in InferenceMode; what needs a gradient leaves the mode itself
// (inputGradient does). Inside core/interpret only. Thread: that of the lane.
#pragma once

#include "core/interpret/explain_order.h"
#include "core/interpret/step_job.h"

namespace nscope::interpret {

class OneStepJob : public StepJob {
public:
    explicit OneStepJob(ExplainOrder order) : m_order(std::move(order)) {}

    Result<engine::StepReport> step(std::stop_token stop) override
    {
        const c10::InferenceMode inference;
        nn::PassOptions options;
        options.stop = stop;
        options.poll();
        engine::StepReport report;
        report.deliveries.push_back({0, compute(options), false});
        report.finished = true;
        m_done = 1;
        return report;
    }
    std::int64_t totalUnits() const override { return 1; }
    std::int64_t doneUnits() const override { return m_done; }

protected:
    virtual engine::Payload compute(nn::PassOptions options) = 0;
    ExplainOrder m_order;

private:
    std::int64_t m_done = 0;
};

}  // namespace nscope::interpret
