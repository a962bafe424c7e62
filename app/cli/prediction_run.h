// Purpose: what a model predicts for one chunk of records, in the order of the file whatever the order of the results.
// Errors: those of the job; Internal for a record without a result. Thread: one. Blocking.
#pragma once

#include "app/cli/command.h"
#include "app/cli/model_source.h"
#include "app/cli/record_progress.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace nscope::cli {

using PredictionPtr = std::shared_ptr<const data::Prediction>;
using PredictionVisitor = std::function<Result<void>(std::size_t transcript, const PredictionPtr& prediction)>;

/// Hands over what a Predict request of this model gives, as it comes; an error of `visit` ends the run.
/// `noted` gets sentences for the user.
Result<void> visitPredictions(OpenedModel& model, const engine::Request& request, std::stop_token stop,
                              const PredictionVisitor& visit, const std::function<void(const std::string&)>& noted);

/// One per transcript of `request`, a Predict request of this model.
Result<std::vector<PredictionPtr>> runPredictions(OpenedModel& model, const engine::Request& request,
                                                  const Context& context, RecordProgress& progress);

}  // namespace nscope::cli
