#include "core/engine/engine_impl.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace nscope::engine {

namespace {

bool isTraining(const JobRecord& record) { return record.lane == LaneKind::Training; }

}  // namespace

bool Engine::Impl::inferenceTurn()
{
    clearDropped(LaneKind::Inference);
    welcomeArrivals(LaneKind::Inference);
    if (runTask())
        return true;

    JobRecordPtr next;
    bool hasJob = false;
    {
        const std::lock_guard lock(m_mutex);
        if (!m_info && !m_openError)
            return false;
        if (!m_inferenceWork.arrivals.empty())
            return true;  // came meanwhile: announced before it begins
        next = m_inferenceWork.queue.front();
        hasJob = next && next->job;
    }
    if (!next)
        return false;
    if (hasJob)
        step(next);
    else
        begin(next);
    return true;
}

bool Engine::Impl::trainingTurn()
{
    clearDropped(LaneKind::Training);
    welcomeArrivals(LaneKind::Training);
    JobRecordPtr next;
    bool hasJob = false;
    {
        const std::lock_guard lock(m_mutex);
        if (!m_trainingWork.arrivals.empty())
            return true;
        next = m_trainingWork.queue.front();
        hasJob = next && next->job;
        if (!hasJob && (!next || std::exchange(next->isPreparing, true)))
            return false;
    }
    if (hasJob) {
        step(next);
        return true;
    }
    // Only the inference lane may call the backend; it wakes this lane when the job is there.
    addTask([this, next] {
        begin(next);
        m_training.wake();
    });
    return false;
}

void Engine::Impl::leaveInference()
{
    clearDropped(LaneKind::Inference);
    m_backend.reset();
}

void Engine::Impl::clearDropped(LaneKind kind)
{
    std::vector<JobRecordPtr> dropped;
    {
        const std::lock_guard lock(m_mutex);
        dropped = std::exchange(work(kind).dropped, {});
    }
    for (const JobRecordPtr& record : dropped) {
        std::unique_ptr<Job> job;
        {
            const std::lock_guard lock(m_mutex);
            job = std::move(record->job);
            report(*record, {.outcome = record->isReplaced ? JobOutcome::Replaced : JobOutcome::Cancelled,
                             .error = {}});
        }
        job.reset();
        announce(Cancelled{record->ticket, record->key, record->isReplaced});
    }
}

void Engine::Impl::welcomeArrivals(LaneKind kind)
{
    std::vector<JobRecordPtr> arrivals;
    {
        const std::lock_guard lock(m_mutex);
        arrivals = std::exchange(work(kind).arrivals, {});
    }
    for (const JobRecordPtr& record : arrivals) {
        if (tell(*record, JobQueued{record->ticket, record->key}))
            deliverFromCache(record);
    }
}

bool Engine::Impl::runTask()
{
    std::function<void()> task;
    {
        const std::lock_guard lock(m_mutex);
        if (!m_isOpening || m_tasks.empty())
            return false;
        task = std::move(m_tasks.front());
        m_tasks.pop_front();
    }
    task();
    return true;
}

void Engine::Impl::openBackend()
{
    auto opened = m_factory();
    if (!opened) {
        {
            const std::lock_guard lock(m_mutex);
            m_openError = opened.error();
        }
        return announce(BackendReady{fail(opened.error())});
    }
    m_backend = std::move(*opened);
    auto info = std::make_shared<const BackendInfo>(
        BackendInfo{m_backend->description(), m_backend->specs(), m_backend->methods()});
    {
        const std::lock_guard lock(m_mutex);
        m_info = info;
    }
    announce(BackendReady{std::move(info)});
}

void Engine::Impl::loadNow(Ticket ticket, const data::ModelCard& card)
{
    if (!m_backend)
        return announce(ModelLoaded{ticket, card.id, fail(*m_openError)});
    auto loaded = m_backend->load(card);
    if (!loaded)
        return announce(ModelLoaded{ticket, card.id, fail(loaded.error())});
    auto model = std::make_shared<const ModelInfo>(std::move(*loaded));
    {
        const std::lock_guard lock(m_mutex);
        m_models[model->id] = model;
    }
    announce(ModelLoaded{ticket, card.id, std::move(model)});
}

void Engine::Impl::importNow(Ticket ticket, const ImportOrder& order)
{
    if (!m_backend)
        return announce(WeightsImported{ticket, order.file, fail(*m_openError)});
    announce(WeightsImported{ticket, order.file, m_backend->importWeights(order)});
}

void Engine::Impl::begin(const JobRecordPtr& record)
{
    if (!m_backend)
        return end(record, {JobOutcome::Failed, *m_openError});
    if (keyInCache(*record) && deliverFromCache(record))
        return;
    const auto bytes = budget(*record);
    if (!bytes)
        return end(record, {JobOutcome::Failed, bytes.error()});
    auto job = m_backend->start(record->request);
    if (!job)
        return stepFailed(record, job.error());

    const std::lock_guard emit(m_emitMutex);  // a training job's first delivery comes after JobStarted
    bool isFirst = false;
    {
        const std::lock_guard lock(m_mutex);
        if (record->isDropped)
            return;
        isFirst = !std::exchange(record->hasBegun, true);
        if (isFirst)
            record->begunAt = std::chrono::steady_clock::now();
        record->progress.restart();
        record->progress.setTotal((*job)->totalUnits());
        record->progress.setDone(0);
        record->job = std::move(*job);
        record->estimatedBytes = *bytes;
        m_memory.reserve(*bytes);
    }
    if (isFirst)
        tell(*record, JobStarted{record->ticket, record->key, *bytes});
}

Result<std::int64_t> Engine::Impl::budget(JobRecord& record)
{
    auto bytes = m_backend->estimateBytes(record.request);
    if (!bytes)
        return bytes;
    std::int64_t share = 0;
    {
        const std::lock_guard lock(m_mutex);
        if (!m_memory.fitsNow(*bytes))
            share = m_memory.shareBytes();
    }
    if (share > 0 && memoryLimitBytes(record.request) == 0) {
        record.request.options[kMemoryOption] = share;
        bytes = m_backend->estimateBytes(record.request);
        if (!bytes)
            return bytes;
    }
    const std::lock_guard lock(m_mutex);
    if (auto admitted = m_memory.admit(*bytes, record.title); !admitted)
        return fail(admitted.error());
    return bytes;
}

void Engine::Impl::step(const JobRecordPtr& record)
{
    Job* job = nullptr;
    {
        const std::lock_guard lock(m_mutex);
        if (record->isDropped)
            return;
        job = record->job.get();
    }
    auto report = job->step(record->stop.get_token());
    record->progress.setTotal(job->totalUnits());
    record->progress.setDone(job->doneUnits());
    if (!report)
        return stepFailed(record, report.error());

    if (record->request.transcripts.size() <= 1 && !isTraining(*record)) {
        std::ranges::copy_if(report->deliveries, std::back_inserter(record->complete),
                             [](const Delivery& delivery) { return !delivery.partial; });
    }
    if (report->finished) {
        // Cached even if the job has just been overtaken: the result is right.
        const auto model = this->model(record->request.model);
        const auto key = model ? cacheKey(record->request, model->hash) : std::nullopt;
        if (key && !record->complete.empty()) {
            const std::lock_guard lock(m_mutex);
            m_cache.insert(*key, std::move(record->complete));
        }
    }
    for (Delivery& delivery : report->deliveries) {
        if (!tell(*record, Delivered{record->ticket, record->key, std::move(delivery), false}))
            return;
    }
    if (report->finished)
        end(record, {});
}

void Engine::Impl::stepFailed(const JobRecordPtr& record, const Error& error)
{
    if (error.code() == ErrorCode::Cancelled)
        return end(record, {JobOutcome::Cancelled, std::nullopt});
    // Chunking does not change what an analysis gives, but would change what a training run learns.
    if (error.code() != ErrorCode::OutOfMemory || isTraining(*record))
        return end(record, {JobOutcome::Failed, error});
    if (adaptToLessMemory(*record))
        return restart(*record);
    end(record, {JobOutcome::Failed,
                 Error(ErrorCode::OutOfMemory,
                       error.message() + " It was tried again with as little as "
                           + bytesText(memoryLimitBytes(record->request)) + ".",
                       error.where())});
}

bool Engine::Impl::adaptToLessMemory(JobRecord& record)
{
    data::OptionMap& options = record.request.options;
    if (record.restartsOnDevice < m_settings.outOfMemoryRetries) {
        ++record.restartsOnDevice;
        std::int64_t bytes = 0;
        {
            const std::lock_guard lock(m_mutex);
            bytes = m_memory.use().totalBytes;
            if (const std::int64_t set = memoryLimitBytes(record.request); set > 0)
                bytes = std::min(bytes, set);
            if (record.estimatedBytes > 0)
                bytes = std::min(bytes, record.estimatedBytes);
        }
        bytes = std::max<std::int64_t>(bytes / 2, 1);
        options[kMemoryOption] = bytes;
        return tell(record, Notice{record.ticket, record.key,
                                   record.title + " ran out of memory and starts again with at most "
                                       + bytesText(bytes) + "."});
    }
    const bool isOnCard = !record.movedToCpu && backendInfo()->description.find("CUDA") != std::string::npos;
    if (!isOnCard)
        return false;
    record.movedToCpu = true;
    record.restartsOnDevice = 0;
    options[kDeviceOption] = std::string("cpu");
    options.erase(kMemoryOption);
    return tell(record, Notice{record.ticket, record.key,
                               record.title + " does not fit on the graphics card and starts again on the processor."});
}

void Engine::Impl::restart(JobRecord& record)
{
    record.complete.clear();
    std::unique_ptr<Job> job;  // destroyed before the next one begins, outside the lock
    const std::lock_guard lock(m_mutex);
    job = std::move(record.job);
    m_memory.release(record.estimatedBytes);
    record.estimatedBytes = 0;
    ++record.restarts;
}

void Engine::Impl::end(const JobRecordPtr& record, const Ending& ending)
{
    std::unique_ptr<Job> job;  // destroyed last, outside the locks
    const std::lock_guard emit(m_emitMutex);
    double runSeconds = 0.0;
    {
        const std::lock_guard lock(m_mutex);
        if (record->isDropped)
            return;
        job = std::move(record->job);
        work(record->lane).queue.remove(record->ticket);
        report(*record, ending);
        if (record->hasBegun)
            runSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - record->begunAt).count();
    }
    switch (ending.outcome) {
    case JobOutcome::Finished:
        return m_sink(Finished{record->ticket, record->key, runSeconds, ending.fromCache});
    case JobOutcome::Failed:
        return m_sink(Failed{record->ticket, record->key, *ending.error});
    case JobOutcome::Cancelled:
    case JobOutcome::Replaced:
        return m_sink(Cancelled{record->ticket, record->key, false});
    }
}

std::optional<std::string> Engine::Impl::keyInCache(const JobRecord& record) const
{
    const auto loaded = model(record.request.model);
    auto key = loaded ? cacheKey(record.request, loaded->hash) : std::nullopt;
    const std::lock_guard lock(m_mutex);
    return key && m_cache.contains(*key) ? key : std::nullopt;
}

bool Engine::Impl::deliverFromCache(const JobRecordPtr& record)
{
    const auto loaded = model(record->request.model);
    const auto key = loaded ? cacheKey(record->request, loaded->hash) : std::nullopt;
    if (!key)
        return false;
    std::vector<Delivery> deliveries;
    {
        const std::lock_guard lock(m_mutex);
        const auto* found = m_cache.find(*key);
        if (!found)
            return false;
        deliveries = *found;
    }
    for (Delivery& delivery : deliveries) {
        if (!tell(*record, Delivered{record->ticket, record->key, std::move(delivery), true}))
            return true;
    }
    end(record, {.outcome = JobOutcome::Finished, .error = {}, .fromCache = true});
    return true;
}

bool Engine::Impl::tell(const JobRecord& record, Event event)
{
    const std::lock_guard emit(m_emitMutex);
    {
        const std::lock_guard lock(m_mutex);
        if (record.isDropped)
            return false;
    }
    m_sink(std::move(event));
    return true;
}

void Engine::Impl::announce(Event event)
{
    const std::lock_guard emit(m_emitMutex);
    {
        const std::lock_guard lock(m_mutex);
        if (m_isClosed)
            return;
    }
    m_sink(std::move(event));
}

}  // namespace nscope::engine
