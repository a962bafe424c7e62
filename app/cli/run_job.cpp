#include "app/cli/run_job.h"

#include "core/engine/engine.h"
#include "core/engine/memory_budget.h"

#include <memory>
#include <vector>

namespace nscope::cli {

namespace {

constexpr int kOutOfMemoryRetries = 3;

/// Deliveries that an earlier attempt already handed on are not handed on again.
class DeliveryFilter {
public:
    DeliveryFilter(const JobListener& listener, std::size_t transcripts)
        : m_listener(listener), m_complete(transcripts, false)
    {
    }

    Result<void> hand(const engine::Delivery& delivery)
    {
        const std::size_t index = delivery.transcript;
        if (!m_listener.delivered || (index < m_before.size() && m_before[index]))
            return {};
        if (!delivery.partial && index < m_complete.size())
            m_complete[index] = true;
        return m_listener.delivered(delivery);
    }
    void startAgain() { m_before = m_complete; }

private:
    const JobListener& m_listener;
    std::vector<bool> m_complete;
    std::vector<bool> m_before;  ///< complete in earlier attempts
};

Result<void> runOnce(engine::Backend& backend, const engine::Request& request, std::stop_token stop,
                     const JobListener& listener, DeliveryFilter& filter)
{
    Result<std::unique_ptr<engine::Job>> job = backend.start(request);
    if (!job)
        return fail(job.error());
    const bool isTraining = request.analysis == engine::Analysis::Train;  // says itself where it stopped
    while (true) {
        if (stop.stop_requested() && !isTraining)
            return fail(ErrorCode::Cancelled, kStoppedSentence);
        const Result<engine::StepReport> report = (*job)->step(stop);
        if (!report && report.error().code() == ErrorCode::Cancelled && !isTraining)
            return fail(ErrorCode::Cancelled, kStoppedSentence);
        if (!report)
            return fail(report.error());
        for (const engine::Delivery& delivery : report->deliveries)
            if (const Result<void> handed = filter.hand(delivery); !handed)
                return handed;
        if (listener.progressed)
            listener.progressed((*job)->doneUnits(), (*job)->totalUnits());
        if (report->finished)
            return {};
    }
}

}  // namespace

Result<void> runJob(engine::Backend& backend, const engine::Request& request, std::stop_token stop,
                    const JobListener& listener)
{
    DeliveryFilter filter(listener, request.transcripts.size());
    Result<void> result = runOnce(backend, request, stop, listener, filter);
    const bool isTraining = request.analysis == engine::Analysis::Train;
    if (result || isTraining || result.error().code() != ErrorCode::OutOfMemory)
        return result;

    const Result<std::int64_t> available = engine::availableMemoryBytes();
    if (!available)
        return result;
    engine::Request smaller = request;
    std::int64_t budgetBytes = *available / 2;
    for (int attempt = 0; attempt < kOutOfMemoryRetries; ++attempt) {
        budgetBytes /= 2;
        if (listener.noted)
            listener.noted("Out of memory; trying again with " + engine::bytesText(budgetBytes) + ".");
        smaller.options[engine::kMemoryOption] = budgetBytes;
        filter.startAgain();
        result = runOnce(backend, smaller, stop, listener, filter);
        if (result || result.error().code() != ErrorCode::OutOfMemory)
            return result;
    }
    return result;
}

}  // namespace nscope::cli
