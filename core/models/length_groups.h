// Purpose: batches of sequences of different lengths through a network whose layers would see the padding: the rows of
// each length run by themselves, so that a sequence is predicted alike alone and in a batch.
// Thread: that of the pass.
#pragma once

#include "core/nn/sequence_net.h"

#include <functional>

namespace nscope::models {

/// Runs `pass` once per length and puts its rows back into the order of the input; outputs of fewer positions (axis 1)
/// are padded with zeros. Remembers the bins of a "profile_NBT" (zoo_net.h).
nn::NamedTensors passByLength(const nn::NetInput& input, torch::Device device,
                              const std::function<nn::NamedTensors(const nn::NetInput&)>& pass);

}  // namespace nscope::models
