// Purpose: progress of one long piece of work, written by one thread and polled by another without locks.
// Units are whatever the work counts (records, positions, steps); total 0 means "not known yet".
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace nscope {

/// A snapshot that a person can be shown.
struct ProgressSnapshot {
    std::int64_t done = 0;
    std::int64_t total = 0;       ///< 0: unknown
    double elapsedSeconds = 0.0;
    double unitsPerSecond = 0.0;
    double secondsLeft = -1.0;    ///< < 0: unknown

    double fraction() const { return total > 0 ? double(done) / double(total) : 0.0; }
};

class Progress {
public:
    Progress() : m_start(Clock::now().time_since_epoch().count()) {}

    /// Restarts the clock: called when the work leaves the queue.
    void restart() { m_start.store(Clock::now().time_since_epoch().count(), std::memory_order_relaxed); }
    void setTotal(std::int64_t total) { m_total.store(total, std::memory_order_relaxed); }
    void setDone(std::int64_t done) { m_done.store(done, std::memory_order_relaxed); }
    void add(std::int64_t units) { m_done.fetch_add(units, std::memory_order_relaxed); }

    ProgressSnapshot snapshot() const
    {
        ProgressSnapshot s;
        s.done = m_done.load(std::memory_order_relaxed);
        s.total = m_total.load(std::memory_order_relaxed);
        const Clock::duration since(Clock::now().time_since_epoch().count() - m_start.load(std::memory_order_relaxed));
        s.elapsedSeconds = std::chrono::duration<double>(since).count();
        if (s.done > 0 && s.elapsedSeconds > 0) {
            s.unitsPerSecond = double(s.done) / s.elapsedSeconds;
            if (s.total > 0)
                s.secondsLeft = double(s.total - s.done) / s.unitsPerSecond;
        }
        return s;
    }

private:
    using Clock = std::chrono::steady_clock;
    std::atomic<std::int64_t> m_done{0};
    std::atomic<std::int64_t> m_total{0};
    std::atomic<Clock::rep> m_start;
};

}  // namespace nscope
