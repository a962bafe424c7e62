// Purpose: the jobs of this room as the torch module hands them out.
// Errors: InvalidArgument for a request without an order, wrong settings (with the key's name), or a folder that does
// not fit (a fresh run into a used folder, a resume without a checkpoint).
#pragma once

#include "core/data/model_card.h"
#include "core/engine/backend.h"
#include "core/nn/sequence_net.h"

namespace nscope::train {

/// Request::training holds run.json and the output folder; to resume, an empty text takes the folder's own config.json.
/// The job owns its network and may run on the training lane.
Result<std::unique_ptr<engine::Job>> makeTrainJob(const engine::Request& request);

/// Request::training holds the evaluation's JSON (EvaluateConfig) and, as its folder, either the path of the report
/// (….json) or a folder for report.json. The job shares the loaded network.
Result<std::unique_ptr<engine::Job>> makeEvaluateJob(const engine::Request& request,
                                                     std::shared_ptr<nn::SequenceNet> net, const data::ModelCard& card);

}  // namespace nscope::train
