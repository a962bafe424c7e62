// Purpose: what a training would be (engine::Analysis::PlanTraining): every setting, with the recipe of the architecture
// where run.json says nothing, and what the network needs. Nothing is trained.
// Beside the settings the text holds "dataset", facts of the data (study::datasetFacts): names, bins, bin_nt, longest_nt,
// target_start_nt, features. The answer is one line: {"settings": …, "parameters": …, "memory_bytes": …}.
// Errors: those of the settings; InvalidArgument for a network that does not answer the task.
#pragma once

#include "core/engine/backend.h"

namespace nscope::fit {

Result<std::unique_ptr<engine::Job>> makePlanJob(const engine::Request& request);

}  // namespace nscope::fit
