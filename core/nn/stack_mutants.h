// Purpose: exact mutagenesis of a network that is a list of layers: the layers along positions run on bands (band.h),
// from the first layer that reads all positions together the few numbers that are left run as they are.
// Thread: one at a time.
#pragma once

#include "core/nn/band_mutants.h"
#include "core/nn/layer_stack.h"

#include <limits>

namespace nscope::nn {

/// What is scored of a stack.
struct StackScore {
    /// A mean of one channel of the last layer over these positions.
    struct Profile {
        std::int64_t channel = 0;
        data::Interval positions;
        double reference = 0.0;  ///< S of the sequence itself
    };
    std::optional<Profile> profile{};
    /// Otherwise: S of every row from the output of the last layer.
    std::function<torch::Tensor(const torch::Tensor& output)> score_N{};
    std::size_t layers = std::numeric_limits<std::size_t>::max();  ///< only the first so many are run
    bool averagesPositions = false;                                ///< and their output averaged over its positions
};

/// nullptr where a layer cannot be carried on bands before the first that reads all positions, or not on this device.
std::unique_ptr<MutantScorer> makeStackMutants(LayerStackImpl& stack, MutantInput input, StackScore score,
                                               std::int64_t budgetBytes, const PassOptions& options);

}  // namespace nscope::nn
