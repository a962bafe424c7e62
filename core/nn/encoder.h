// Purpose: encoders of the bioseq2seq family: letters → memory [N,L,D]. LFNet (spec 1.3), gated CNN (spec 1.5) and
// pre-norm transformer with relative positions. Submodule names equal the authors' state_dict keys.
#pragma once

#include "core/nn/blocks.h"
#include "core/nn/lfnet_filter.h"

namespace nscope::nn {

class SequenceEncoder : public torch::nn::Module {
public:
    /// `pad_NL` is true at padded positions, undefined if there are none.
    virtual torch::Tensor encode(const NetInput& input, const torch::Tensor& pad_NL, const PassOptions& options) = 0;

    Embeddings embeddings{nullptr};
};

/// One LFNet block: norm → STFT filter → norm → feed-forward → added to its input.
class LfnetLayerImpl : public torch::nn::Module {
public:
    LfnetLayerImpl(int dim, int hiddenDim, int windowNt, double lambda, double dropout);

    torch::Tensor forward(const torch::Tensor& x_NLD, const torch::Tensor& keep_NL1, const PassOptions& options);
    /// The part after the filter: FF(LN(mixed)).
    torch::Tensor afterMix(const torch::Tensor& mixed, const PassOptions& options);

    /// LN_in, padding zeroed, STFT filter: steps 1–5 of the spec.
    torch::Tensor mix(const torch::Tensor& x_NLD, const torch::Tensor& keep_NL1) const;

    /// F×D: the learned filter; its parameters are `global_filter.real` and `global_filter.imag`.
    const torch::Tensor& filterReal() const;
    const torch::Tensor& filterImag() const;
    const StftFilter& filter() const { return m_filter; }

    torch::nn::LayerNorm input_norm{nullptr}, feed_forward_norm{nullptr};
    PositionwiseFeedForward feed_forward{nullptr};

private:
    StftFilter m_filter;
    std::shared_ptr<torch::nn::Module> m_globalFilter;
    double m_dropout;
};
TORCH_MODULE(LfnetLayer);

class LfnetEncoderImpl : public SequenceEncoder {
public:
    LfnetEncoderImpl(int vocabularySize, int dim, int layers, int hiddenDim, int windowNt, double lambda,
                     double dropout);
    torch::Tensor encode(const NetInput& input, const torch::Tensor& pad_NL, const PassOptions& options) override;

    LfnetLayerImpl& layer(std::size_t i) { return fnet->at<LfnetLayerImpl>(i); }
    const LfnetLayerImpl& layer(std::size_t i) const { return fnet->at<LfnetLayerImpl>(i); }

    torch::nn::ModuleList fnet{nullptr};
    torch::nn::LayerNorm layer_norm{nullptr};
};

struct GatedConvImpl : torch::nn::Module {
    GatedConvImpl(int dim, int kernelNt, std::int64_t dilation, double dropout);
    torch::Tensor forward(const torch::Tensor& x_NDL);
    torch::nn::Conv2d conv{nullptr};  ///< weight [2d, d, K, 1] as in the authors' code
    std::int64_t dilation;
    double dropout;
};
TORCH_MODULE(GatedConv);

struct StackedCnnImpl : torch::nn::Module {
    StackedCnnImpl(int layerCount, int dim, int kernelNt, int dilationFactor, double dropout);
    torch::nn::ModuleList layers{nullptr};
};
TORCH_MODULE(StackedCnn);

class CnnEncoderImpl : public SequenceEncoder {
public:
    CnnEncoderImpl(int vocabularySize, int dim, int layers, int kernelNt, int dilationFactor, double dropout);
    torch::Tensor encode(const NetInput& input, const torch::Tensor& pad_NL, const PassOptions& options) override;

    torch::nn::Linear linear{nullptr};
    StackedCnn cnn{nullptr};
};

struct TransformerEncoderLayerImpl : torch::nn::Module {
    TransformerEncoderLayerImpl(int dim, int heads, int hiddenDim, double dropout, int maxRelativePosition);
    torch::Tensor forward(const torch::Tensor& x_NLD, const torch::Tensor& mask, const PassOptions& options);
    MultiHeadedAttention self_attn{nullptr};
    PositionwiseFeedForward feed_forward{nullptr};
    torch::nn::LayerNorm layer_norm{nullptr};
    double dropout;
};
TORCH_MODULE(TransformerEncoderLayer);

class TransformerEncoderImpl : public SequenceEncoder {
public:
    TransformerEncoderImpl(int vocabularySize, int dim, int layers, int heads, int hiddenDim, double dropout,
                           int maxRelativePosition);
    torch::Tensor encode(const NetInput& input, const torch::Tensor& pad_NL, const PassOptions& options) override;

    torch::nn::ModuleList transformer{nullptr};
    torch::nn::LayerNorm layer_norm{nullptr};
};

}  // namespace nscope::nn
