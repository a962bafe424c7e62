#include "core/fit/batch_helper.h"

namespace nscope::fit {

BatchHelper::BatchHelper() : m_thread([this](std::stop_token stop) { run(stop); }) {}

void BatchHelper::start(Key key, std::function<FitBatch()> work)
{
    if (has(key))
        return;
    std::packaged_task<FitBatch()> task(std::move(work));
    m_key = key;
    m_pending = task.get_future();
    {
        const std::lock_guard lock(m_mutex);
        m_task = std::move(task);
    }
    m_wake.notify_one();
}

FitBatch BatchHelper::take() { return m_pending.get(); }

void BatchHelper::run(std::stop_token stop)
{
    while (!stop.stop_requested()) {
        std::packaged_task<FitBatch()> task;
        {
            std::unique_lock lock(m_mutex);
            if (!m_wake.wait(lock, stop, [this] { return m_task.has_value(); }))
                return;
            task = std::move(*m_task);
            m_task.reset();
        }
        task();
    }
}

}  // namespace nscope::fit
