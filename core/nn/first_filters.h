// Purpose: what the filters of a network's first convolution make of the letters of a sequence, for motifs of filters
// (docs/populations.md). Axes: P positions of the convolution, F filters. Thread: as the network.
#pragma once

#include "core/nn/sequence_net.h"

namespace nscope::nn {

/// Letters that lie side by side before the convolution as they do in the sequence.
struct FilterStretch {
    torch::Tensor activation_PF;
    std::int64_t startNt = 0;  ///< letter of the sequence under the first column of the window of position 0
    data::Interval letters{};  ///< of the sequence that are read here; outside is padding
};

/// One first convolution; networks with several have several.
struct FilterBank {
    std::int64_t kernelNt = 0;
    std::vector<FilterStretch> stretches{};
};

/// After normalisation and activation, for each window of letters, which is whole inside the sequence and begins at
/// letter 0, 1 …: [L − kernel + 1, F], float32 on the CPU. 0 where the network does not read the window.
torch::Tensor windowActivations_PF(const FilterBank& bank, std::int64_t lengthNt);

/// A network whose first layer is a convolution of the letters.
class FirstFilters {
public:
    virtual ~FirstFilters() = default;
    /// Of one sequence. Empty if the network as it is configured begins with something else.
    virtual std::vector<FilterBank> firstFilters(const NetInput& input, const PassOptions& options) = 0;
};

}  // namespace nscope::nn
