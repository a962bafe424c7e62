// Purpose: how the engine names jobs and reports on them: tickets, keys, priorities, states, status and log entries.
// Plain values, safe to copy to any thread.
#pragma once

#include "core/base/error.h"
#include "core/base/progress.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace nscope::engine {

/// Names one submission for the life of the engine; never reused.
enum class Ticket : std::uint64_t { None = 0 };

/// What a submission is about ("predict", "ism of entry 3"): a newer submission of the same key overtakes the older.
/// The empty key never overtakes anything.
using Key = std::string;

/// A lane runs the next step of the job with the highest priority, first come first served among equals.
enum class Priority {
    OffScreen,    ///< exact rows of what is not on screen: minutes of work that nobody waits for
    Background,   ///< population runs, studies, training
    Visible,      ///< exact rows of what is on screen
    Preview,      ///< gradient explanation after an edit
    Interactive,  ///< prediction after an edit
};

enum class LaneKind { Inference, Training };

enum class JobState {
    Queued,    ///< nothing done yet
    Running,   ///< its steps are running now
    Paused,    ///< begun; a job of higher priority has the lane
    Stopping,  ///< cancelled or overtaken; its last step is still returning
};

/// One job for the jobs bar.
struct JobStatus {
    Ticket ticket = Ticket::None;
    Key key;
    std::string title;
    JobState state = JobState::Queued;
    Priority priority = Priority::Background;
    LaneKind lane = LaneKind::Inference;
    ProgressSnapshot progress;        ///< the clock starts with the first step
    std::int64_t estimatedBytes = 0;  ///< 0 before the job began
};

enum class JobOutcome { Finished, Failed, Cancelled, Replaced };

/// One line of the log window: a job that has ended.
struct JobReport {
    Ticket ticket = Ticket::None;
    Key key;
    std::string title;
    JobOutcome outcome = JobOutcome::Finished;
    std::optional<Error> error;       ///< set if the outcome is Failed
    bool fromCache = false;
    int restarts = 0;                 ///< after running out of memory
    double queuedSeconds = 0.0;       ///< from submission to the first step (or the end)
    double runSeconds = 0.0;          ///< from the first step to the end
    std::int64_t estimatedBytes = 0;
    std::chrono::system_clock::time_point endedAt;
};

}  // namespace nscope::engine
