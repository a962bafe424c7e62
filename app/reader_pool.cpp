#include "app/reader_pool.h"

#include <algorithm>

namespace nscope::app {

namespace {

constexpr int kReaderThreads = 2;
constexpr int kWaitingThreads = 8;
constexpr int kPollMs = 33;

}  // namespace

ReaderPool::ReaderPool(QObject* parent) : QObject(parent)
{
    m_pool.setMaxThreadCount(kReaderThreads);
    m_waitingPool.setMaxThreadCount(kWaitingThreads);
    m_poll.setInterval(kPollMs);
    connect(&m_poll, &QTimer::timeout, this, &ReaderPool::jobsChanged);
}

ReaderPool::~ReaderPool()
{
    for (const Job& job : m_jobs)
        job.stop.request_stop();
    m_pool.waitForDone();
    m_waitingPool.waitForDone();
}

void ReaderPool::cancel(std::uint64_t id)
{
    for (const Job& job : m_jobs)
        if (job.id == id)
            job.stop.request_stop();
}

void ReaderPool::remove(std::uint64_t id)
{
    std::erase_if(m_jobs, [id](const Job& job) { return job.id == id; });
    if (m_jobs.empty())
        m_poll.stop();
    emit jobsChanged();
}

}  // namespace nscope::app
