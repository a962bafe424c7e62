// Purpose: runs one request to its end in this thread: the command line's lane. Asks again with half the memory when
// the machine runs out of it (DESIGN §4), and says so.
// Blocking: until the work is done, failed or stopped.
#pragma once

#include "core/engine/backend.h"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

namespace nscope::cli {

/// What a stop by Ctrl+C ends with.
inline constexpr const char* kStoppedSentence = "Stopped; nothing was written.";

struct JobListener {
    /// Every delivery, in order. An error ends the job. May be empty.
    std::function<Result<void>(const engine::Delivery&)> delivered;
    /// After every step. May be empty.
    std::function<void(std::int64_t done, std::int64_t total)> progressed;
    /// A sentence for the user. May be empty.
    std::function<void(const std::string&)> noted;
};

/// A stop gives ErrorCode::Cancelled with kStoppedSentence; a training run's own sentence says where it stopped.
Result<void> runJob(engine::Backend& backend, const engine::Request& request, std::stop_token stop,
                    const JobListener& listener);

}  // namespace nscope::cli
