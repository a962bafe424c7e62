#include "app/cli/stop_signal.h"

#include <csignal>
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

/// The signal does what it does to any program, though this thread inherited the block.
void killBySignal(int number)
{
    std::signal(number, SIG_DFL);
    const sigset_t set = stopSignals();
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    std::raise(number);
}

}  // namespace

StopSignal::StopSignal()
{
    const sigset_t set = stopSignals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    m_waiter = std::jthread([this, set](std::stop_token ending) {
        while (true) {
            int number = 0;
            if (sigwait(&set, &number) != 0 || ending.stop_requested())
                return;
            if (m_stop.stop_requested())
                killBySignal(number);
            m_stop.request_stop();
        }
    });
}

StopSignal::~StopSignal()
{
    m_waiter.request_stop();
    pthread_kill(m_waiter.native_handle(), SIGTERM);  // wakes the waiter, which sees that the program ends
    m_waiter.join();
    const sigset_t set = stopSignals();
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace nscope::cli
