// Purpose: the jobs of this room as the torch module hands them out.
// Errors: InvalidArgument for a request without an order, wrong settings (with the key's name), or a folder that does
// not fit (a fresh run into a used folder, a resume without a checkpoint).
#pragma once

#include "core/data/model_card.h"
#include "core/fit/fit_run.h"

namespace nscope::fit {

/// Whether the settings of a run or an evaluation name a task of this room.
bool isFitTask(std::string_view json);
/// The text of a training order; of a resumed run without a text its folder's config.json.
Result<std::string> settingsText(const engine::TrainingOrder& order);

/// Request::training holds run.json and the output folder.
Result<std::unique_ptr<engine::Job>> makeFitJob(const engine::Request& request, torch::Device device,
                                                std::int64_t memoryBudgetBytes);

/// Request::training holds the evaluation's JSON and either the path of the report (….json) or a folder for report.json.
Result<std::unique_ptr<engine::Job>>
makeEvaluateFitJob(const engine::Request& request, std::shared_ptr<nn::SequenceNet> net, const data::ModelCard& card);

}  // namespace nscope::fit
