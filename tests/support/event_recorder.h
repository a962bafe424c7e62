// Purpose: an EventSink for tests that keeps every event in order and lets the test wait for some.
// Thread: any. It must outlive the engine it listens to.
#pragma once

#include "core/engine/event.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <vector>

namespace nscope::tests {

class EventRecorder {
public:
    /// `alsoDo` is called on the lane after the event was kept.
    engine::EventSink sink(std::function<void(const engine::Event&)> alsoDo = {})
    {
        return [this, alsoDo = std::move(alsoDo)](engine::Event event) {
            const engine::Event copy = event;
            {
                const std::lock_guard lock(m_mutex);
                m_events.push_back(std::move(event));
            }
            m_changed.notify_all();
            if (alsoDo)
                alsoDo(copy);
        };
    }

    std::vector<engine::Event> events() const
    {
        const std::lock_guard lock(m_mutex);
        return m_events;
    }
    std::size_t size() const { return events().size(); }

    /// All events of one kind (BackendReady has no ticket: use all()).
    template <class T>
    std::vector<T> all() const
    {
        std::vector<T> wanted;
        for (const engine::Event& event : events()) {
            if (const T* match = std::get_if<T>(&event))
                wanted.push_back(*match);
        }
        return wanted;
    }
    template <class T>
    std::vector<T> of(engine::Ticket ticket) const
    {
        std::vector<T> wanted = all<T>();
        std::erase_if(wanted, [&](const T& event) { return event.ticket != ticket; });
        return wanted;
    }

    /// False after ten seconds without it.
    bool waitFor(const std::function<bool()>& condition) const
    {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (!condition()) {
            std::unique_lock lock(m_mutex);
            if (std::chrono::steady_clock::now() > deadline)
                return false;
            m_changed.wait_for(lock, std::chrono::milliseconds(20));
        }
        return true;
    }
    template <class T>
    bool waitFor(engine::Ticket ticket) const
    {
        return waitFor([&] { return !of<T>(ticket).empty(); });
    }
    int endings(engine::Ticket ticket) const
    {
        return int(of<engine::Finished>(ticket).size() + of<engine::Failed>(ticket).size()
                   + of<engine::Cancelled>(ticket).size());
    }
    bool waitForEnd(engine::Ticket ticket) const
    {
        return waitFor([&] { return endings(ticket) > 0; });
    }

private:
    mutable std::mutex m_mutex;
    mutable std::condition_variable m_changed;
    std::vector<engine::Event> m_events;
};

}  // namespace nscope::tests
