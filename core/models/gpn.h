// Purpose: GPN, a masked language model of DNA: 25 blocks of a dilated convolution and a feed-forward layer, both with
// residual connections, predict hidden letters. Source: Benegas, Batra & Song 2023; spec/models.md 4.8. Submodule names
// are the authors' state_dict keys; tokens [PAD] 0, [MASK] 1, [UNK] 2, a 3, c 4, g 5, t 6.
// Outputs: "logits_NLV" over tokens; "profile_NBT", the probabilities of A, C, G, T at every base when nothing is
// hidden; with keepHidden "hidden.<layer>" [N,L,D] and "embedding_ND", the mean of the last over the sequence. Thread:
// one at a time.
#pragma once

#include "core/models/option_reader.h"
#include "core/models/zoo_net.h"
#include "core/nn/masked_letters.h"

namespace nscope::models {

/// The defaults are the published network.
struct GpnOptions {
    std::int64_t dim = 512;
    std::int64_t layers = 25;
    std::int64_t kernelNt = 9;
    std::int64_t dilationCycle = 6;  ///< dilations 1, 2, 4 … start again after so many layers
};

class GpnBlockImpl : public torch::nn::Module {
public:
    GpnBlockImpl(const GpnOptions& options, std::int64_t dilation);
    torch::Tensor forward(torch::Tensor x_NLD, const nn::PassOptions& options);

private:
    torch::nn::Conv1d m_conv{nullptr};
    torch::nn::LayerNorm m_convNorm{nullptr}, m_denseNorm{nullptr};
    torch::nn::Linear m_dense{nullptr};
};
TORCH_MODULE(GpnBlock);

class GpnImpl : public ZooNet, public nn::MaskedLetterNet {
public:
    GpnImpl(engine::ModelSpec spec, const GpnOptions& options);

    nn::NamedTensors forward(const nn::NetInput& input, const nn::PassOptions& options) override;
    torch::Tensor maskedLetters_P4(std::string_view letters, std::span<const std::int64_t> positions,
                                   const nn::PassOptions& options) override;
    nn::LetterTokens letterTokens() const override;
    std::vector<std::int64_t> tokensOf(std::string_view letters) const override;
    torch::Tensor tokenLogits_MV(const torch::Tensor& tokens_NT, const torch::Tensor& places_M,
                                 const nn::PassOptions& options) override;
    int encoderLayerCount() const override { return int(m_options.layers); }

protected:
    ProfileFrame profileFrame(std::int64_t) const override { return {}; }
    double activations(std::int64_t lengthNt) const override;

private:
    void initialize();
    /// Token one-hot in the first channels; zeros at padding.
    torch::Tensor embedded_NLD(const nn::NetInput& input) const;
    /// The blocks. `valid_NL1` is 1 at letters and 0 at padding, or undefined.
    torch::Tensor encoded_NLD(torch::Tensor x_NLD, const torch::Tensor& valid_NL1, const nn::PassOptions& options,
                              nn::NamedTensors* outputs);
    torch::Tensor logits_NLV(const torch::Tensor& x_NLD);

    GpnOptions m_options;
    std::vector<GpnBlock> m_blocks;
    torch::nn::Linear m_headDense{nullptr}, m_headOut{nullptr};
    torch::nn::LayerNorm m_headNorm{nullptr};
};

engine::ModelSpec gpnSpec();
Result<std::shared_ptr<nn::SequenceNet>> createGpn(std::string_view architecture, const data::OptionMap& options);

}  // namespace nscope::models
