// Purpose: runs everything that touches a model, away from the caller's thread (DESIGN §4): an inference lane that
// alone touches live models, a training lane beside it, coalescing by key, priorities, cancel, progress, a result
// cache and a memory budget.
// Thread: every member may be called from any thread and returns at once, except the destructor, which waits for the
// steps in progress to answer their stop token (about 50 ms; 0.6 s while the module is being opened).
#pragma once

#include "core/engine/backend.h"
#include "core/engine/event.h"
#include "core/engine/job_status.h"
#include "core/engine/memory_budget.h"
#include "core/engine/result_cache.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace nscope::engine {

struct EngineSettings {
    std::int64_t memoryBudgetBytes = 0;  ///< 0: half of what is free now
    std::int64_t cacheBytes = std::int64_t{256} << 20;
    int outOfMemoryRetries = 3;          ///< with half the memory each time, per device
    std::size_t historyLength = 500;
};

class Engine {
public:
    using BackendFactory = std::function<Result<std::unique_ptr<Backend>>()>;

    /// Starts the lanes, but opens nothing yet. `sink` is called on the lanes' threads (see EventSink).
    Engine(BackendFactory factory, EventSink sink, EngineSettings settings = {});
    /// Stops everything. From its first moment on the sink is not called any more; jobs and the backend are
    /// destroyed on the lanes that used them.
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Opens the backend on the inference lane → BackendReady. Call it after the first paint; later calls do nothing.
    /// What was asked for before waits.
    void open();

    /// Loads a model on the inference lane, before any further step → ModelLoaded with this ticket.
    Ticket loadModel(data::ModelCard card);

    /// Imports weights of others on the inference lane, before any further step → WeightsImported with this ticket.
    Ticket importWeights(ImportOrder order);

    /// Queues a job and returns at once. A job of the same key is overtaken: queued, it is dropped; running, it is
    /// asked to stop; when submit returns, no Delivered of it is sent any more. Cached results are delivered without
    /// the backend. Analysis::Train goes to the training lane, everything else to the inference lane. `title` is what
    /// the jobs bar shows; empty: made from the request.
    Ticket submit(Request request, Priority priority, Key key, std::string title = {});

    /// After these return, no Delivered of the jobs is sent any more; Cancelled follows. Unknown tickets are ignored.
    void cancel(Ticket ticket);
    void cancelKey(const Key& key);
    void cancelAll();

    /// Jobs that have not ended, inference lane first, in the order of work. Cheap: made for a 30 Hz timer.
    std::vector<JobStatus> snapshot() const;
    /// Jobs that ended, oldest first, at most EngineSettings::historyLength.
    std::vector<JobReport> history() const;

    CacheStatistics cacheStatistics() const;
    void clearCache();
    MemoryUse memoryUse() const;

    /// nullptr before BackendReady or after it failed.
    std::shared_ptr<const BackendInfo> backendInfo() const;
    /// A loaded model by ModelInfo::id, or nullptr.
    std::shared_ptr<const ModelInfo> model(const std::string& id) const;

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace nscope::engine
