// Purpose: a model with random weights for any architecture. The importer says itself which weights the network has and
// of which shapes, so that a new architecture needs no code here.
#pragma once

#include "core/engine/backend.h"

#include <string>
#include <vector>

namespace nscope::test {

/// Writes `path` (X.safetensors) and its card with golden example. `options` as on the command line: "id=value".
/// Blocking: three imports. Errors: those of the importer.
Result<engine::ModelInfo> writeRandomModel(engine::Backend& backend, const std::string& architecture,
                                           const std::vector<std::string>& options, const std::string& path);

/// Numbers in the tensors of a model's file, without the statistics and tables that are no parameters.
std::int64_t parametersInFile(const std::string& path);

}  // namespace nscope::test
