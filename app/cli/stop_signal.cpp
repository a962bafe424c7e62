#include "app/cli/stop_signal.h"

#include <csignal>
#include <ctime>
#include <utility>

namespace nscope::cli {

namespace {

sigset_t stopSignals()
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

/// From now on the signal does what it does to any program, even in threads that inherited the block.
void killBySignal(int number)
{
    std::signal(number, SIG_DFL);
    sigset_t set = stopSignals();
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    std::raise(number);
}

}  // namespace

StopSignal::StopSignal()
{
    const sigset_t set = stopSignals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    m_waiter = std::jthread([this, set](std::stop_token ending) {
        while (!ending.stop_requested()) {
            // Woken five times a second to see whether the program has ended.
            const timespec patience{0, 200'000'000};
            const int number = sigtimedwait(&set, nullptr, &patience);
            if (number < 0)
                continue;
            if (m_stop.stop_requested())
                killBySignal(number);
            m_stop.request_stop();
        }
    });
}

StopSignal::~StopSignal()
{
    m_waiter.request_stop();
    m_waiter.join();
    const sigset_t set = stopSignals();
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace nscope::cli
