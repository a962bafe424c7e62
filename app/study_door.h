// Purpose: how the thread of a study reaches the engine, whose bridge belongs to the GUI thread: it posts a request to
// the controller and waits until the answer is there or the study is stopped.
// Thread: StudyDoor any; the tools on the study's thread; StudyCall's deliver and end on the GUI thread.
#pragma once

#include "core/engine/backend.h"
#include "core/study/study.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace nscope::app {

class StudyController;

/// One question to the engine.
struct StudyCall {
    void deliver(const engine::Delivery& delivery);
    void end(Result<void> how);
    /// Errors: that of the engine; Cancelled.
    Result<std::vector<engine::Delivery>> wait(std::stop_token stop);

private:
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::vector<engine::Delivery> m_deliveries;
    std::optional<Result<void>> m_ended;
};

/// Outlives the controller for as long as threads hold it.
class StudyDoor {
public:
    explicit StudyDoor(StudyController& controller) : m_controller(&controller) {}

    /// The call ends as Cancelled if the door is closed.
    void post(const std::string& key, engine::Request request, std::shared_ptr<StudyCall> call);
    void close();

private:
    std::mutex m_mutex;
    StudyController* m_controller;
};

/// What a run works with, as it was when the run began.
struct StudyContext {
    const study::Study* study = nullptr;
    study::Order order;
    std::shared_ptr<const engine::ModelInfo> model;
    std::vector<engine::MethodSpec> methods;  ///< of the engine
    std::string target;
    std::string method;
    data::OptionMap methodOptions;
    std::string key;  ///< of its requests
};

study::Tools studyTools(std::shared_ptr<const StudyContext> context, std::shared_ptr<StudyDoor> door,
                        std::stop_token stop, Progress& progress);

}  // namespace nscope::app
