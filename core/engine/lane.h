// Purpose: a named thread that does turns of work while there is some and sleeps otherwise.
// Thread: wake and requestStop may be called from any thread, join from any but the lane's own.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

namespace nscope::engine {

struct LaneSettings {
    std::string name;  ///< as debuggers and `top` show it; at most 15 characters
    int niceness = 0;  ///< > 0: yields to the others (Linux)
};

class Lane {
public:
    /// One piece of work; true: call again at once, false: nothing to do until the next wake().
    using Turn = std::function<bool()>;

    /// `leave` runs on the lane's thread after the last turn: the place to destroy what only the lane may touch.
    Lane(LaneSettings settings, Turn turn, std::function<void()> leave);
    ~Lane();
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;

    /// There is something to do. Never lost: a wake during a turn causes another turn.
    void wake();
    /// No turn begins after this; the turn in progress ends by itself.
    void requestStop();
    /// requestStop and wait for the thread's end.
    void join();

private:
    void run(const std::stop_token& stop);

    LaneSettings m_settings;
    Turn m_turn;
    std::function<void()> m_leave;
    std::mutex m_mutex;
    std::condition_variable_any m_woken;
    bool m_hasWork = false;
    std::jthread m_thread;  ///< last: it uses the others
};

}  // namespace nscope::engine
