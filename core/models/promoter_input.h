// Purpose: what the networks that predict expression from a promoter share: the window around the transcription start
// site (TSS) and the further inputs, mRNA half-life features and transcription factors, joined before the dense layers.
// Source: Xpresso (Agarwal & Shendure 2020) and Pipoli et al. 2022, spec/models.md §5. Thread: any.
#pragma once

#include "core/models/option_reader.h"
#include "core/nn/nucleotide_input.h"

namespace nscope::models {

struct PromoterInput {
    std::int64_t lengthNt = 10500;
    std::int64_t tssNt = 7000;          ///< index of the TSS in the window
    std::int64_t halflifeFeatures = 8;  ///< 0: not used
    std::int64_t tfFeatures = 0;

    /// Options "length", "tss", "halflife", "tf".
    static std::vector<engine::OptionSpec> optionSpecs(std::int64_t halflifeFallback);
    static Result<PromoterInput> read(const OptionReader& options);

    /// First base of a sequence that the window shows. A sequence as long as the window is taken as it stands; of any
    /// other the middle is taken for the TSS, as Xpresso's own prediction script does with shorter ones.
    std::int64_t startNt(std::int64_t sequenceNt) const;

    /// Letters in the window, N and padding as zeros: [N,length,4] in the order A, C, G, T.
    torch::Tensor window_NLC(const nn::NetInput& input, const torch::TensorOptions& like) const;

    std::int64_t featureCount() const { return halflifeFeatures + tfFeatures; }
    /// x [N,D] with the further inputs appended; zeros (the average gene, no factor) where a sequence has none.
    torch::Tensor withFeatures(const torch::Tensor& x_ND, const nn::NetInput& input) const;

    /// Fills in length, alphabet, padding sentence and further inputs.
    void describe(engine::InputRule& rule) const;
};

}  // namespace nscope::models
