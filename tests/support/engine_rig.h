// Purpose: an Engine with a FakeBackend, a recorder and a model loaded, and gates to hold its jobs where a test wants
// them. Thread: the rig belongs to the test's thread; gates may be used from any.
#pragma once

#include "core/engine/engine.h"
#include "tests/support/event_recorder.h"
#include "tests/support/fake_backend.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <utility>

namespace nscope::tests {

/// Holds whoever passes until it is opened (or asked to stop).
class Gate {
public:
    void pass(const std::stop_token& stop = {})
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, stop, [this] { return m_isOpen; });
    }
    void open()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_isOpen = true;
        }
        m_changed.notify_all();
    }

private:
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    bool m_isOpen = false;
};

struct EngineRig {
    explicit EngineRig(FakeSettings settings = {}, engine::EngineSettings engineSettings = defaults(),
                       std::function<void(const engine::Event&)> alsoDo = {})
        : engine(std::make_unique<engine::Engine>(FakeBackend::factory(std::move(settings), log),
                                                  events.sink(std::move(alsoDo)), engineSettings))
    {
    }

    static engine::EngineSettings defaults()
    {
        engine::EngineSettings settings;
        settings.memoryBudgetBytes = 1'000'000;
        return settings;
    }

    /// Opens the backend and loads the model "fake"; false if that fails.
    bool open()
    {
        engine->open();
        const engine::Ticket load = engine->loadModel(fakeCard());
        return events.waitFor<engine::ModelLoaded>(load) && events.of<engine::ModelLoaded>(load).front().model;
    }

    /// Labels of the steps in the order in which they ran.
    std::vector<std::string> steps() const
    {
        std::vector<std::string> labels;
        for (const FakeCall& call : log->calls(FakeCall::Kind::Step))
            labels.push_back(call.label);
        return labels;
    }

    std::shared_ptr<FakeLog> log = std::make_shared<FakeLog>();
    EventRecorder events;
    std::unique_ptr<engine::Engine> engine;  ///< last: it calls the others
};

}  // namespace nscope::tests
