// Purpose: exact mutagenesis (nn/band_mutants.h) of the families that are convolutions with ReLU and max-pooling, then
// perhaps a recurrent layer of both directions, then attention or a dense layer over all positions.
// Thread: one at a time.
#pragma once

#include "core/nn/additive_attention.h"
#include "core/nn/band_ends.h"
#include "core/nn/band_mutants.h"
#include "core/nn/band_recurrent.h"

namespace nscope::models {

struct ConvMutants {
    struct Step {
        torch::nn::Conv1d conv{nullptr};
        std::int64_t pool = 1;
    };

    nn::MutantInput input{};
    std::vector<Step> steps{};
    nn::Padding padding = nn::Padding::Same;
    std::optional<nn::RecurrentWeights> recurrent{};
    bool rectifiesStates = false;  ///< ReLU behind the recurrent layer
    std::optional<nn::AttentionWeights> attention{};
    torch::Tensor dense_FX{}, bias_F{};  ///< without attention: of all positions side by side
    /// S from what the attention or the dense layer gives.
    std::function<torch::Tensor(const torch::Tensor& numbers_MF, const nn::PassOptions& options)> score_M{};
};

/// nullptr if the network is not on the CPU.
std::unique_ptr<nn::MutantScorer> makeConvMutants(ConvMutants net, std::int64_t budgetBytes,
                                                  const nn::PassOptions& options);

nn::AttentionWeights attentionWeights(const nn::AdditiveAttentionImpl& attention);

}  // namespace nscope::models
