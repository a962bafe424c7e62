// Purpose: what a model predicts for one chunk of records, in the order of the file whatever the order of the results.
// Errors: those of the job; Internal for a record without a result. Thread: one. Blocking.
#pragma once

#include "app/cli/command.h"
#include "app/cli/model_source.h"
#include "app/cli/record_progress.h"

#include <memory>
#include <vector>

namespace nscope::cli {

/// One per transcript of `request`, a Predict request of this model.
Result<std::vector<std::shared_ptr<const data::Prediction>>>
runPredictions(OpenedModel& model, const engine::Request& request, const Context& context, RecordProgress& progress);

}  // namespace nscope::cli
