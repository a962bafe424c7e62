// Purpose: the speed table as a job: an Evaluate request without a model whose settings are
// {"task": "benchmark", "rows": [ids; none: all], "seconds": 4}. One MetricsLine per row as it is measured, with the fields
// of SpeedMeasure.
// A step is a whole row, seconds to a minute: for the command line, not for a lane that people wait on.
// Errors: InvalidArgument for other settings and for rows that there are not; Cancelled.
#pragma once

#include "core/engine/backend.h"

namespace nscope::torch_module {

/// True for an Evaluate request whose settings are a benchmark's.
bool isSpeedRequest(const engine::Request& request);
Result<std::unique_ptr<engine::Job>> makeSpeedJob(const engine::Request& request);

}  // namespace nscope::torch_module
