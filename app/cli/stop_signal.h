// Purpose: Ctrl+C as a stop token: the first SIGINT or SIGTERM asks the work to stop, a second one kills the process.
// Blocking: none. Thread: create one, in main, before other threads start; the token may be read anywhere.
#pragma once

#include <stop_token>
#include <thread>

namespace nscope::cli {

/// Blocks SIGINT and SIGTERM in this thread (and those it starts) and waits for them on a thread of its own.
class StopSignal {
public:
    StopSignal();
    ~StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    std::stop_token token() const { return m_stop.get_token(); }

private:
    std::stop_source m_stop;
    std::jthread m_waiter;
};

}  // namespace nscope::cli
