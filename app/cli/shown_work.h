// Purpose: work on a thread of its own, while the thread that asks for it shows how far it is.
// Blocking: until the work is done. A stop ends in the sentence that every stopped command says.
#pragma once

#include "app/cli/progress_line.h"
#include "app/cli/run_job.h"
#include "core/base/progress.h"

#include <chrono>
#include <future>
#include <utility>

namespace nscope::cli {

/// `work` returns a Result and counts in `progress`.
template <class Work>
auto runShowing(ProgressLine& line, const Progress& progress, Work work) -> decltype(work())
{
    auto running = std::async(std::launch::async, std::move(work));
    constexpr std::chrono::milliseconds kLook(100);
    while (running.wait_for(kLook) != std::future_status::ready) {
        const ProgressSnapshot now = progress.snapshot();
        line.update(now.done, now.total > 0 ? now.fraction() : -1.0);
    }
    auto result = running.get();
    if (!result && result.error().code() == ErrorCode::Cancelled)
        return fail(ErrorCode::Cancelled, kStoppedSentence);
    return result;
}

}  // namespace nscope::cli
