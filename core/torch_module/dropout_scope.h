// Purpose: dropout as in training, everything else as in inference, for as long as this lives (Monte Carlo dropout, Gal &
// Ghahramani 2016). The numbers drawn follow from the seed; LibTorch's generator of the CPU is left as it was found.
// Thread: that of the network.
#pragma once

#include "core/nn/sequence_net.h"

#include <cstdint>

namespace nscope::torch_module {

class DropoutScope {
public:
    DropoutScope(nn::SequenceNet& net, std::uint64_t seed);
    ~DropoutScope();
    DropoutScope(const DropoutScope&) = delete;
    DropoutScope& operator=(const DropoutScope&) = delete;

private:
    nn::SequenceNet& m_net;
    torch::Tensor m_generatorState;
};

}  // namespace nscope::torch_module
