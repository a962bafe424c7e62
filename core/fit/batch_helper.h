// Purpose: one helper thread that makes the next batch while the network works on the present one.
// Thread: start() and take() from one thread. An exception of the work comes out of take().
#pragma once

#include "core/fit/fit_batch.h"

#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

namespace nscope::fit {

class BatchHelper {
public:
    BatchHelper();

    /// Which batch is meant; two of one key are the same.
    struct Key {
        std::int64_t epoch = -1, index = -1;
        bool operator==(const Key&) const = default;
    };
    /// Begins the work, unless it has been begun; what was begun before for another key is dropped.
    void start(Key key, std::function<FitBatch()> work);
    bool has(Key key) const { return m_pending.valid() && m_key == key; }
    /// Waits. Precondition: has(key).
    FitBatch take();

private:
    void run(std::stop_token stop);

    Key m_key;
    std::future<FitBatch> m_pending;
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::optional<std::packaged_task<FitBatch()>> m_task;
    std::jthread m_thread;  ///< last, so that it ends before what it uses
};

}  // namespace nscope::fit
