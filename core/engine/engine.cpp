#include "core/engine/engine.h"

#include "core/engine/engine_impl.h"

#include <algorithm>
#include <utility>

namespace nscope::engine {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kTrainingNiceness = 10;  ///< hours of training give way to what the user is waiting for

double secondsBetween(Clock::time_point from, Clock::time_point to)
{
    return std::chrono::duration<double>(to - from).count();
}

std::string subjectOf(const data::TranscriptSet& transcripts)
{
    return transcripts.size() == 1 ? transcripts.front()->sequence.id
                                   : std::to_string(transcripts.size()) + " sequences";
}

}  // namespace

Engine::Engine(BackendFactory factory, EventSink sink, EngineSettings settings)
    : m_impl(std::make_unique<Impl>(std::move(factory), std::move(sink), settings))
{
}

Engine::~Engine() = default;

void Engine::open() { m_impl->open(); }
Ticket Engine::loadModel(data::ModelCard card) { return m_impl->loadModel(std::move(card)); }
Ticket Engine::importWeights(ImportOrder order) { return m_impl->importWeights(std::move(order)); }
Ticket Engine::submit(Request request, Priority priority, Key key, std::string title)
{
    return m_impl->submit(std::move(request), priority, std::move(key), std::move(title));
}
void Engine::cancel(Ticket ticket) { m_impl->cancel(ticket); }
void Engine::cancelKey(const Key& key) { m_impl->cancelKey(key); }
void Engine::cancelAll() { m_impl->cancelAll(); }
std::vector<JobStatus> Engine::snapshot() const { return m_impl->snapshot(); }
std::vector<JobReport> Engine::history() const { return m_impl->history(); }
CacheStatistics Engine::cacheStatistics() const { return m_impl->cacheStatistics(); }
void Engine::clearCache() { m_impl->clearCache(); }
MemoryUse Engine::memoryUse() const { return m_impl->memoryUse(); }
std::shared_ptr<const BackendInfo> Engine::backendInfo() const { return m_impl->backendInfo(); }
std::shared_ptr<const ModelInfo> Engine::model(const std::string& id) const { return m_impl->model(id); }

Engine::Impl::Impl(BackendFactory factory, EventSink sink, EngineSettings settings)
    : m_factory(std::move(factory))
    , m_sink(std::move(sink))
    , m_settings(settings)
    , m_cache(settings.cacheBytes)
    , m_memory(settings.memoryBudgetBytes)
    , m_history(settings.historyLength)
    , m_training({"ns-training", kTrainingNiceness}, [this] { return trainingTurn(); },
                 [this] { clearDropped(LaneKind::Training); })
    , m_inference({"ns-inference"}, [this] { return inferenceTurn(); }, [this] { leaveInference(); })
{
}

Engine::Impl::~Impl()
{
    {
        const std::lock_guard emit(m_emitMutex);
        const std::lock_guard lock(m_mutex);
        m_isClosed = true;
        m_tasks.clear();
        dropEverything();
    }
    // Every job has been asked to stop. Training jobs go before the backend that made them, and that goes with the
    // inference lane.
    m_training.join();
    m_inference.join();
}

void Engine::Impl::open()
{
    {
        const std::lock_guard lock(m_mutex);
        if (std::exchange(m_isOpening, true))
            return;
        m_tasks.push_front([this] { openBackend(); });
    }
    m_inference.wake();
}

Ticket Engine::Impl::addTicketTask(std::function<void(Ticket)> task)
{
    Ticket ticket;
    {
        const std::lock_guard lock(m_mutex);
        ticket = Ticket(++m_lastTicket);
        m_tasks.push_back([ticket, task = std::move(task)] { task(ticket); });
    }
    m_inference.wake();
    return ticket;
}

Ticket Engine::Impl::loadModel(data::ModelCard card)
{
    return addTicketTask([this, card = std::move(card)](Ticket ticket) { loadNow(ticket, card); });
}

Ticket Engine::Impl::importWeights(ImportOrder order)
{
    return addTicketTask([this, order = std::move(order)](Ticket ticket) { importNow(ticket, order); });
}

Ticket Engine::Impl::submit(Request request, Priority priority, Key key, std::string title)
{
    const LaneKind kind = request.analysis == Analysis::Train ? LaneKind::Training : LaneKind::Inference;
    if (title.empty())
        title = titleOf(request);
    Ticket ticket;
    {
        const std::lock_guard emit(m_emitMutex);  // waits for a delivery of the overtaken job
        const std::lock_guard lock(m_mutex);
        ticket = Ticket(++m_lastTicket);
        if (const JobRecordPtr old = findKey(key))
            drop(old, true);
        auto record = std::make_shared<JobRecord>(ticket, std::move(key), std::move(title), priority, kind,
                                                  std::move(request));
        work(kind).arrivals.push_back(record);
        work(kind).queue.push(std::move(record));
    }
    wakeLanes();
    return ticket;
}

void Engine::Impl::cancel(Ticket ticket)
{
    {
        const std::lock_guard emit(m_emitMutex);
        const std::lock_guard lock(m_mutex);
        for (const LaneKind kind : {LaneKind::Inference, LaneKind::Training}) {
            for (const JobRecordPtr& record : std::vector(work(kind).queue.records())) {
                if (record->ticket == ticket)
                    drop(record, false);
            }
        }
    }
    wakeLanes();
}

void Engine::Impl::cancelKey(const Key& key)
{
    {
        const std::lock_guard emit(m_emitMutex);
        const std::lock_guard lock(m_mutex);
        if (const JobRecordPtr record = findKey(key))
            drop(record, false);
    }
    wakeLanes();
}

void Engine::Impl::cancelAll()
{
    {
        const std::lock_guard emit(m_emitMutex);
        const std::lock_guard lock(m_mutex);
        dropEverything();
    }
    wakeLanes();
}

JobRecordPtr Engine::Impl::findKey(const Key& key) const
{
    const JobRecordPtr record = m_inferenceWork.queue.findKey(key);
    return record ? record : m_trainingWork.queue.findKey(key);
}

void Engine::Impl::drop(const JobRecordPtr& record, bool replaced)
{
    record->isDropped = true;
    record->isReplaced = replaced;
    record->stop.request_stop();
    LaneWork& lane = work(record->lane);
    lane.queue.remove(record->ticket);
    std::erase(lane.arrivals, record);
    lane.dropped.push_back(record);
}

void Engine::Impl::dropEverything()
{
    for (const LaneKind kind : {LaneKind::Inference, LaneKind::Training}) {
        for (const JobRecordPtr& record : work(kind).queue.removeAll())
            drop(record, false);
    }
}

void Engine::Impl::report(const JobRecord& record, const Ending& ending)
{
    const auto now = Clock::now();
    m_memory.release(record.estimatedBytes);
    m_history.add({.ticket = record.ticket,
                   .key = record.key,
                   .title = record.title,
                   .outcome = ending.outcome,
                   .error = ending.error,
                   .fromCache = ending.fromCache,
                   .restarts = record.restarts,
                   .queuedSeconds = secondsBetween(record.queuedAt, record.hasBegun ? record.begunAt : now),
                   .runSeconds = record.hasBegun ? secondsBetween(record.begunAt, now) : 0.0,
                   .estimatedBytes = record.estimatedBytes,
                   .endedAt = std::chrono::system_clock::now()});
}

void Engine::Impl::wakeLanes()
{
    m_inference.wake();
    m_training.wake();
}

void Engine::Impl::addTask(std::function<void()> task)
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_isClosed)
            m_tasks.push_back(std::move(task));
    }
    m_inference.wake();
}

std::string Engine::Impl::titleOf(const Request& request) const
{
    switch (request.analysis) {
    case Analysis::Predict: return "Prediction of " + subjectOf(request.transcripts);
    case Analysis::Attention: return "Attention in " + subjectOf(request.transcripts);
    case Analysis::Filters: return "Frequency filters";
    case Analysis::Train: return "Training";
    case Analysis::Evaluate: return "Evaluation";
    case Analysis::PlanTraining: return "Settings of a training";
    case Analysis::Score: return "Scores of " + subjectOf(request.transcripts);
    case Analysis::Explain: break;
    }
    std::string method = request.method;
    if (const auto info = backendInfo()) {
        const auto found = std::ranges::find(info->methods, request.method, &MethodSpec::id);
        if (found != info->methods.end())
            method = found->name;
    }
    return method + " of " + subjectOf(request.transcripts);
}

JobStatus Engine::Impl::statusOf(const JobRecord& record, bool isNext) const
{
    JobStatus status{.ticket = record.ticket,
                     .key = record.key,
                     .title = record.title,
                     .state = JobState::Queued,
                     .priority = record.priority,
                     .lane = record.lane,
                     .progress = {},
                     .estimatedBytes = record.estimatedBytes};
    if (record.isDropped)
        status.state = JobState::Stopping;
    else if (record.hasBegun)
        status.state = isNext ? JobState::Running : JobState::Paused;
    if (record.hasBegun)
        status.progress = record.progress.snapshot();
    return status;
}

std::vector<JobStatus> Engine::Impl::snapshot() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<JobStatus> jobs;
    for (const LaneWork* lane : {&m_inferenceWork, &m_trainingWork}) {
        for (const JobRecordPtr& record : lane->queue.records())
            jobs.push_back(statusOf(*record, record == lane->queue.front()));
        for (const JobRecordPtr& record : lane->dropped)
            jobs.push_back(statusOf(*record, false));
    }
    return jobs;
}

std::vector<JobReport> Engine::Impl::history() const
{
    const std::lock_guard lock(m_mutex);
    return m_history.reports();
}

CacheStatistics Engine::Impl::cacheStatistics() const
{
    const std::lock_guard lock(m_mutex);
    return m_cache.statistics();
}

void Engine::Impl::clearCache()
{
    const std::lock_guard lock(m_mutex);
    m_cache.clear();
}

MemoryUse Engine::Impl::memoryUse() const
{
    const std::lock_guard lock(m_mutex);
    return m_memory.use();
}

std::shared_ptr<const BackendInfo> Engine::Impl::backendInfo() const
{
    const std::lock_guard lock(m_mutex);
    return m_info;
}

std::shared_ptr<const ModelInfo> Engine::Impl::model(const std::string& id) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_models.find(id);
    return found == m_models.end() ? nullptr : found->second;
}

}  // namespace nscope::engine
