#include "core/engine/lane.h"

#include <utility>

#ifdef __linux__
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace nscope::engine {

namespace {

void nameThisThread([[maybe_unused]] const LaneSettings& settings)
{
#ifdef __linux__
    pthread_setname_np(pthread_self(), settings.name.substr(0, 15).c_str());
    // On Linux niceness belongs to the thread and is inherited by the threads it starts.
    if (settings.niceness > 0)
        setpriority(PRIO_PROCESS, id_t(gettid()), settings.niceness);
#endif
}

}  // namespace

Lane::Lane(LaneSettings settings, Turn turn, std::function<void()> leave)
    : m_settings(std::move(settings))
    , m_turn(std::move(turn))
    , m_leave(std::move(leave))
    , m_thread([this](const std::stop_token& stop) { run(stop); })
{
}

Lane::~Lane()
{
    join();
}

void Lane::wake()
{
    {
        const std::lock_guard lock(m_mutex);
        m_hasWork = true;
    }
    m_woken.notify_one();
}

void Lane::requestStop()
{
    m_thread.request_stop();
}

void Lane::join()
{
    requestStop();
    if (m_thread.joinable())
        m_thread.join();
}

void Lane::run(const std::stop_token& stop)
{
    nameThisThread(m_settings);
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(m_mutex);
            if (!m_woken.wait(lock, stop, [this] { return m_hasWork; }))
                break;
            m_hasWork = false;
        }
        while (!stop.stop_requested() && m_turn()) {
        }
    }
    m_leave();
}

}  // namespace nscope::engine
