// Purpose: the module of a list of layers. Submodules carry the layers' names; a residual block is a submodule that
// holds its own, branch i of "task" is "task<i>". Shapes: layers.h. Thread: one at a time.
#pragma once

#include "core/nn/layer_plan.h"
#include "core/nn/sequence_net.h"

#include <functional>

namespace nscope::nn {

class LayerStackImpl : public torch::nn::Module {
public:
    /// Throws std::invalid_argument with the sentence of planLayers. Weights start as the layers say.
    LayerStackImpl(Layers layers, const LayerShape& input);

    const Layers& layers() const { return m_layers; }

    /// All layers, with a box of the diagram for each group of them. `hidden`: receives "hidden.<box>" [N,P,C], 0 being
    /// the input ([N,1,C] where the data are flat).
    torch::Tensor forward(torch::Tensor x, const PassOptions& options, NamedTensors* hidden = nullptr);
    /// Layers first ≤ i < end alone.
    torch::Tensor forwardPart(torch::Tensor x, std::size_t first, std::size_t end, const PassOptions& options,
                              NamedTensors* hidden = nullptr);

    /// Passes over pairs whose gradients follow the rescale rule (nn/rescale.h), in inner stacks too.
    void setPairRescaling(bool on);

private:
    using Step = std::function<torch::Tensor(const torch::Tensor&, const PassOptions&)>;

    Step build(const std::string& name, const ConvLayer& layer, const LayerShape& input);
    Step build(const std::string& name, const TransposedConvLayer& layer, const LayerShape& input);
    Step build(const std::string& name, const DenseLayer& layer, const LayerShape& input);
    Step build(const std::string& name, const BatchNormLayer& layer, const LayerShape& input);
    Step build(const std::string& name, const LayerNormLayer& layer, const LayerShape& input);
    Step build(const std::string& name, const ActivationLayer& layer, const LayerShape& input);
    Step build(const std::string& name, const PoolLayer& layer, const LayerShape& input);
    Step build(const std::string& name, const GlobalPoolLayer& layer, const LayerShape& input);
    Step build(const std::string& name, const DropoutLayer& layer, const LayerShape& input);
    Step build(const std::string& name, const FlattenLayer& layer, const LayerShape& input);
    Step build(const std::string& name, const ReshapeLayer& layer, const LayerShape& input);
    Step build(const std::string& name, const UpsampleLayer& layer, const LayerShape& input);
    Step build(const std::string& name, const ResidualLayer& layer, const LayerShape& input);
    Step build(const std::string& name, const BranchesLayer& layer, const LayerShape& input);
    Step build(const std::string& name, const RecurrentLayer& layer, const LayerShape& input);
    Step build(const std::string& name, const AttentionPoolLayer& layer, const LayerShape& input);

    torch::Tensor activate(const torch::Tensor& x, Activation function) const;

    Layers m_layers;
    bool m_pairRescaling = false;
    std::vector<Step> m_steps;  ///< one per layer; they hold the registered submodules
};
TORCH_MODULE(LayerStack);

}  // namespace nscope::nn
