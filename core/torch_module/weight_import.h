// Purpose: weights of others become a model of ours: file → state dict of an architecture → safetensors and card with a
// golden example. Nothing is written unless every weight found its place.
#pragma once

#include "core/base/result.h"
#include "core/engine/import.h"

namespace nscope::torch_module {

/// Errors: as io::openWeights, InvalidArgument, ModelMismatch, Io.
Result<engine::ImportReport> importWeights(const engine::ImportOrder& order);

}  // namespace nscope::torch_module
