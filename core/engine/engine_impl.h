// Purpose: the engine's state and the work of its two lanes. Internal to core/engine.
//
// Locks: m_emitMutex is held while the sink is called and while a job is dropped, so that nothing of a dropped job is
// sent once submit or cancel has returned; m_mutex guards the state. Order: m_emitMutex before m_mutex; the backend,
// its jobs and the sink are never called under m_mutex.
#pragma once

#include "core/engine/engine.h"
#include "core/engine/job_queue.h"
#include "core/engine/job_record.h"
#include "core/engine/lane.h"

#include <deque>
#include <map>
#include <mutex>
#include <optional>

namespace nscope::engine {

class Engine::Impl {
public:
    Impl(BackendFactory factory, EventSink sink, EngineSettings settings);
    ~Impl();

    void open();
    Ticket loadModel(data::ModelCard card);
    Ticket importWeights(ImportOrder order);
    Ticket submit(Request request, Priority priority, Key key, std::string title);
    void cancel(Ticket ticket);
    void cancelKey(const Key& key);
    void cancelAll();

    std::vector<JobStatus> snapshot() const;
    std::vector<JobReport> history() const;
    CacheStatistics cacheStatistics() const;
    void clearCache();
    MemoryUse memoryUse() const;
    std::shared_ptr<const BackendInfo> backendInfo() const;
    std::shared_ptr<const ModelInfo> model(const std::string& id) const;

private:
    struct LaneWork {
        JobQueue queue;
        std::vector<JobRecordPtr> arrivals;  ///< also in the queue; the lane has not seen them yet
        std::vector<JobRecordPtr> dropped;   ///< out of the queue; the lane has to clear them away
    };
    struct Ending {
        JobOutcome outcome = JobOutcome::Finished;
        std::optional<Error> error;
        bool fromCache = false;
    };

    // Any thread (engine.cpp).
    LaneWork& work(LaneKind kind) { return kind == LaneKind::Training ? m_trainingWork : m_inferenceWork; }
    void wakeLanes();
    void addTask(std::function<void()> task);
    Ticket addTicketTask(std::function<void(Ticket)> task);
    JobRecordPtr findKey(const Key& key) const;           ///< under m_mutex
    void drop(const JobRecordPtr& record, bool replaced);  ///< under both mutexes
    void dropEverything();                                 ///< under both mutexes
    void report(const JobRecord& record, const Ending& ending);  ///< under m_mutex: log entry, memory given back
    std::string titleOf(const Request& request) const;
    JobStatus statusOf(const JobRecord& record, bool isNext) const;  ///< under m_mutex

    // Lanes only (engine_lanes.cpp).
    bool inferenceTurn();
    bool trainingTurn();
    void leaveInference();
    void clearDropped(LaneKind kind);
    void welcomeArrivals(LaneKind kind);
    bool runTask();
    void openBackend();
    void loadNow(Ticket ticket, const data::ModelCard& card);
    void importNow(Ticket ticket, const ImportOrder& order);
    void begin(const JobRecordPtr& record);
    void step(const JobRecordPtr& record);
    Result<std::int64_t> budget(JobRecord& record);
    void stepFailed(const JobRecordPtr& record, const Error& error);
    bool adaptToLessMemory(JobRecord& record);
    void restart(JobRecord& record);
    void end(const JobRecordPtr& record, const Ending& ending);
    std::optional<std::string> keyInCache(const JobRecord& record) const;
    bool deliverFromCache(const JobRecordPtr& record);
    bool tell(const JobRecord& record, Event event);  ///< false, and nothing sent, if the job was dropped
    void announce(Event event);

    const BackendFactory m_factory;
    const EventSink m_sink;
    const EngineSettings m_settings;

    std::unique_ptr<Backend> m_backend;  ///< inference lane only

    mutable std::recursive_mutex m_emitMutex;  ///< recursive: the sink may call the engine
    mutable std::mutex m_mutex;
    // Guarded by m_mutex:
    LaneWork m_inferenceWork;
    LaneWork m_trainingWork;
    std::deque<std::function<void()>> m_tasks;  ///< of the inference lane, before any step
    std::uint64_t m_lastTicket = 0;
    bool m_isOpening = false;
    bool m_isClosed = false;
    std::shared_ptr<const BackendInfo> m_info;
    std::optional<Error> m_openError;  ///< with m_info: one of them is set once the backend was opened
    std::map<std::string, std::shared_ptr<const ModelInfo>> m_models;
    ResultCache m_cache;
    MemoryBudget m_memory;
    JobHistory m_history;

    Lane m_training;   ///< the lanes come last: they use all of the above
    Lane m_inference;
};

}  // namespace nscope::engine
