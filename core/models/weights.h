// Purpose: weights of a network by the authors' state_dict names, to and from safetensors. A complex parameter is
// stored as `<name>.real` and `<name>.imag`. Errors list missing, surplus and misshapen entries by name.
#pragma once

#include "core/nn/torch_prelude.h"

#include "core/base/result.h"

#include <map>
#include <string>

namespace nscope::models {

/// Name → tensor, F32 or F64, CPU.
using StateDict = std::map<std::string, torch::Tensor>;

/// Whether a stored tensor follows from the architecture ("*.pe", "*stft.window", counters of batches) and is ignored.
bool followsFromArchitecture(std::string_view name);

/// Copies the state into the module. Buffers that follow from the architecture ("*.pe", "*stft.window") may be present
/// and are ignored.
Result<void> applyState(torch::nn::Module& module, const StateDict& state);
/// All parameters and buffers, detached, on the CPU, as float32.
StateDict stateOf(const torch::nn::Module& module);

Result<StateDict> readState(const std::string& safetensorsPath);
Result<void> writeState(const std::string& safetensorsPath, const StateDict& state,
                        const std::map<std::string, std::string>& metadata);

}  // namespace nscope::models
