#include "core/nn/layer_stack.h"

#include "core/nn/blocks.h"
#include "core/nn/rescale.h"

#include <stdexcept>

namespace nscope::nn {

namespace {

struct AttentionPoolImpl : torch::nn::Module {
    AttentionPoolImpl(std::int64_t channels, std::int64_t hiddenUnits)
    {
        hidden = register_module("hidden", torch::nn::Linear(channels, hiddenUnits));
        score = register_module("score", torch::nn::Linear(torch::nn::LinearOptions(hiddenUnits, 1).bias(false)));
        glorotUniform(*hidden);
        glorotUniform(*score);
    }
    torch::Tensor forward(const torch::Tensor& x_NCP)
    {
        const torch::Tensor x_NPC = x_NCP.transpose(1, 2);
        const torch::Tensor weight_NP1 = at::softmax(score->forward(at::tanh(hidden->forward(x_NPC))), 1);
        return (x_NPC * weight_NP1).sum(1);
    }
    torch::nn::Linear hidden{nullptr}, score{nullptr};
};
TORCH_MODULE(AttentionPool);

/// For people and for probes: positions before channels.
torch::Tensor asHidden(const torch::Tensor& x)
{
    return x.dim() == 2 ? x.unsqueeze(1) : x.transpose(1, 2);
}

/// Options of an inner stack, whose layers are no boxes of the diagram.
PassOptions inner(const PassOptions& options)
{
    PassOptions result = options;
    result.stages = nullptr;
    return result;
}

}  // namespace

LayerStackImpl::LayerStackImpl(Layers layers, const LayerShape& input)
    : torch::nn::Module("layers"), m_layers(std::move(layers))
{
    LayerShape shape = input;
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        const auto plan = planLayers(Layers(m_layers.begin(), m_layers.begin() + std::ptrdiff_t(i + 1)), input);
        if (!plan)
            throw std::invalid_argument(plan.error().message());
        m_steps.push_back(std::visit([&](const auto& what) { return build(m_layers[i].name, what, shape); },
                                     m_layers[i].what));
        shape = plan->output;
    }
}

torch::Tensor LayerStackImpl::forward(torch::Tensor x, const PassOptions& options, NamedTensors* hidden)
{
    return forwardPart(std::move(x), 0, m_steps.size(), options, hidden);
}

torch::Tensor LayerStackImpl::forwardPart(torch::Tensor x, std::size_t first, std::size_t end,
                                          const PassOptions& options, NamedTensors* hidden)
{
    if (hidden && first == 0)
        hidden->emplace("hidden.0", asHidden(x));
    std::string box;
    const auto closeBox = [&] {
        if (box.empty())
            return;
        options.note(box, x.dim() == 3 ? x.transpose(1, 2) : x);
        box.clear();
        if (hidden)
            hidden->emplace("hidden." + std::to_string(hidden->size()), asHidden(x));
    };
    for (std::size_t i = first; i < end; ++i) {
        options.poll();
        if (isBox(m_layers[i]))
            closeBox();
        if (!std::holds_alternative<DropoutLayer>(m_layers[i].what))
            box += (box.empty() ? "" : ", ") + describe(m_layers[i]);
        x = m_steps[i](x, options);
    }
    closeBox();
    return x;
}

void LayerStackImpl::setPairRescaling(bool on)
{
    m_pairRescaling = on;
    for (const auto& child : children()) {
        if (auto* inside = child->as<LayerStackImpl>())
            inside->setPairRescaling(on);
    }
}

torch::Tensor LayerStackImpl::activate(const torch::Tensor& x, Activation function) const
{
    return m_pairRescaling ? rescaledActivation(x, function) : activated(x, function);
}

LayerStackImpl::Step LayerStackImpl::build(const std::string& name, const ConvLayer& layer, const LayerShape& input)
{
    auto conv = register_module(name, makeConv({.in = input.channels, .out = layer.filters, .kernelNt = layer.kernelNt,
                                                .dilation = layer.dilation, .bias = layer.bias,
                                                .padding = layer.padding}));
    initialise(*conv, layer.initial);
    return [conv, padding = layer.padding](const torch::Tensor& x, const PassOptions& options) {
        return convolvedInChunks(x, conv, padding, options.rowChunkNt, [&] { options.poll(); });
    };
}

LayerStackImpl::Step LayerStackImpl::build(const std::string& name, const TransposedConvLayer& layer,
                                           const LayerShape& input)
{
    auto conv = register_module(name, makeTransposedConv({.in = input.channels, .out = layer.filters,
                                                          .kernelNt = layer.kernelNt, .bias = layer.bias},
                                                         layer.stride));
    glorotUniform(*conv);
    return [conv](const torch::Tensor& x, const PassOptions&) { return transposedConvolved(x, conv); };
}

LayerStackImpl::Step LayerStackImpl::build(const std::string& name, const DenseLayer& layer, const LayerShape& input)
{
    auto dense = register_module(
        name, torch::nn::Linear(torch::nn::LinearOptions(input.channels, layer.units).bias(layer.bias)));
    initialise(*dense, layer.initial);
    return [dense](const torch::Tensor& x, const PassOptions&) { return denseAtPositions(x, dense); };
}

LayerStackImpl::Step LayerStackImpl::build(const std::string& name, const BatchNormLayer& layer,
                                           const LayerShape& input)
{
    auto norm = register_module(name, makeKerasBatchNorm(input.channels, layer.momentum));
    const at::NoGradGuard noGrad;
    norm->weight.fill_(layer.gamma);
    return [norm](const torch::Tensor& x, const PassOptions&) { return batchNormed(x, norm); };
}

LayerStackImpl::Step LayerStackImpl::build(const std::string& name, const LayerNormLayer& layer,
                                           const LayerShape& input)
{
    auto norm = register_module(name, torch::nn::LayerNorm(torch::nn::LayerNormOptions({input.channels})
                                                               .eps(layer.epsilon)));
    return [norm](const torch::Tensor& x, const PassOptions&) {
        return x.dim() == 2 ? layerNorm(x, norm) : layerNorm(x.transpose(1, 2), norm).transpose(1, 2);
    };
}

LayerStackImpl::Step LayerStackImpl::build(const std::string&, const ActivationLayer& layer, const LayerShape&)
{
    return [this, function = layer.function](const torch::Tensor& x, const PassOptions&) { return activate(x, function); };
}

LayerStackImpl::Step LayerStackImpl::build(const std::string&, const PoolLayer& layer, const LayerShape&)
{
    return [this, layer](const torch::Tensor& x, const PassOptions&) {
        if (layer.pooling == Pooling::Average)
            return averagePooled(x, layer.width, layer.padding);
        return m_pairRescaling ? rescaledMaxPool(x, layer.width, layer.padding)
                               : maxPooled(x, layer.width, layer.padding);
    };
}

LayerStackImpl::Step LayerStackImpl::build(const std::string&, const GlobalPoolLayer& layer, const LayerShape&)
{
    return [this, maximum = layer.pooling == Pooling::Maximum](const torch::Tensor& x, const PassOptions&) {
        if (!maximum)
            return x.mean(2);
        return m_pairRescaling ? rescaledMaxPool(x, x.size(2), Padding::Valid).squeeze(2) : x.amax(2);
    };
}

LayerStackImpl::Step LayerStackImpl::build(const std::string&, const DropoutLayer& layer, const LayerShape&)
{
    return [this, rate = layer.rate](const torch::Tensor& x, const PassOptions&) {
        return at::dropout(x, rate, is_training());
    };
}

LayerStackImpl::Step LayerStackImpl::build(const std::string&, const FlattenLayer&, const LayerShape&)
{
    return [](const torch::Tensor& x, const PassOptions&) { return x.dim() == 2 ? x : x.transpose(1, 2).flatten(1); };
}

LayerStackImpl::Step LayerStackImpl::build(const std::string&, const ReshapeLayer& layer, const LayerShape&)
{
    return [layer](const torch::Tensor& x, const PassOptions&) {
        return x.reshape({x.size(0), layer.positions, layer.channels}).transpose(1, 2);
    };
}

LayerStackImpl::Step LayerStackImpl::build(const std::string&, const UpsampleLayer& layer, const LayerShape&)
{
    return [factor = layer.factor](const torch::Tensor& x, const PassOptions&) {
        return x.unsqueeze(3).expand({-1, -1, -1, factor}).flatten(2);
    };
}

LayerStackImpl::Step LayerStackImpl::build(const std::string& name, const ResidualLayer& layer, const LayerShape& input)
{
    auto body = register_module(name, LayerStack(layer.body, input));
    return [this, body, after = layer.after](const torch::Tensor& x, const PassOptions& options) mutable {
        return activate(x + body->forward(x, inner(options)), after);
    };
}

LayerStackImpl::Step LayerStackImpl::build(const std::string& name, const BranchesLayer& layer, const LayerShape& input)
{
    std::vector<LayerStack> branches;
    for (std::size_t i = 0; i < layer.branches.size(); ++i)
        branches.push_back(register_module(name + std::to_string(i), LayerStack(layer.branches[i], input)));
    return [branches](const torch::Tensor& x, const PassOptions& options) mutable {
        std::vector<torch::Tensor> outputs;
        for (LayerStack& branch : branches)
            outputs.push_back(branch->forward(x, inner(options)));
        return at::cat(outputs, 1);
    };
}

LayerStackImpl::Step LayerStackImpl::build(const std::string& name, const RecurrentLayer& layer,
                                           const LayerShape& input)
{
    const auto alongPositions = [](auto& cell, const torch::Tensor& x) {
        return std::get<0>(cell->forward(x.transpose(1, 2))).transpose(1, 2);
    };
    if (layer.cell == RecurrentLayer::Cell::Lstm) {
        auto cell = register_module(name, torch::nn::LSTM(torch::nn::LSTMOptions(input.channels, layer.units)
                                                              .batch_first(true)
                                                              .bidirectional(true)));
        return [=](const torch::Tensor& x, const PassOptions&) mutable { return alongPositions(cell, x); };
    }
    auto cell = register_module(name, torch::nn::GRU(torch::nn::GRUOptions(input.channels, layer.units)
                                                         .batch_first(true)
                                                         .bidirectional(true)));
    return [=](const torch::Tensor& x, const PassOptions&) mutable { return alongPositions(cell, x); };
}

LayerStackImpl::Step LayerStackImpl::build(const std::string& name, const AttentionPoolLayer& layer,
                                           const LayerShape& input)
{
    auto pool = register_module(name, AttentionPool(input.channels, layer.hidden));
    return [pool](const torch::Tensor& x, const PassOptions&) mutable { return pool->forward(x); };
}

}  // namespace nscope::nn
