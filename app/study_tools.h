// Purpose: what a study asks of the window's engine (study::Tools), as one run of it does: each question waits at the
// run's door until the answer is there or the study is stopped. Thread: that of the study.
#pragma once

#include "core/engine/backend.h"
#include "core/study/study.h"

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace nscope::app {

class EngineDoor;

/// What a run works with, as it was when the run began.
struct StudyContext {
    const study::Study* study = nullptr;
    study::Order order;
    std::shared_ptr<const engine::ModelInfo> model;
    std::vector<engine::MethodSpec> methods;  ///< of the engine
    std::string target;
    std::string method;
    data::OptionMap methodOptions;
};

study::Tools studyTools(std::shared_ptr<const StudyContext> context, std::shared_ptr<EngineDoor> door,
                        std::stop_token stop, Progress& progress);

}  // namespace nscope::app
