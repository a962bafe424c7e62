#include "core/nn/layers.h"

#include <algorithm>
#include <iterator>

namespace nscope::nn {

namespace {

struct ActivationName {
    Activation function;
    std::string_view id;     ///< in JSON
    std::string_view label;  ///< in diagrams
};

constexpr ActivationName kActivations[] = {
    {Activation::None, "linear", "linear"},         {Activation::Relu, "relu", "ReLU"},
    {Activation::Exponential, "exponential", "exp"}, {Activation::Gelu, "gelu", "GELU"},
    {Activation::BasenjiGelu, "basenji_gelu", "GELU"}, {Activation::Sigmoid, "sigmoid", "sigmoid"},
    {Activation::Softplus, "softplus", "softplus"}, {Activation::Tanh, "tanh", "tanh"},
    {Activation::Silu, "silu", "SiLU"},             {Activation::Softmax, "softmax", "softmax"},
};

std::string_view labelOf(Activation function)
{
    return std::ranges::find(kActivations, function, &ActivationName::function)->label;
}

std::string number(std::int64_t value) { return std::to_string(value); }

/// Convolutions inside a stack, with their largest dilation.
struct ConvCount {
    std::int64_t count = 0;
    std::int64_t dilation = 1;
};

ConvCount convsIn(const Layers& layers)
{
    ConvCount result;
    for (const Layer& layer : layers) {
        if (const auto* conv = std::get_if<ConvLayer>(&layer.what)) {
            ++result.count;
            result.dilation = std::max(result.dilation, conv->dilation);
        }
    }
    return result;
}

struct KindName {
    std::string_view operator()(const ConvLayer&) const { return "conv"; }
    std::string_view operator()(const TransposedConvLayer&) const { return "transposed_conv"; }
    std::string_view operator()(const DenseLayer&) const { return "dense"; }
    std::string_view operator()(const BatchNormLayer&) const { return "batchnorm"; }
    std::string_view operator()(const LayerNormLayer&) const { return "layernorm"; }
    std::string_view operator()(const ActivationLayer&) const { return "activation"; }
    std::string_view operator()(const PoolLayer& l) const
    {
        return l.pooling == Pooling::Maximum ? "maxpool" : "avgpool";
    }
    std::string_view operator()(const GlobalPoolLayer&) const { return "globalpool"; }
    std::string_view operator()(const DropoutLayer&) const { return "dropout"; }
    std::string_view operator()(const FlattenLayer&) const { return "flatten"; }
    std::string_view operator()(const ReshapeLayer&) const { return "reshape"; }
    std::string_view operator()(const UpsampleLayer&) const { return "upsample"; }
    std::string_view operator()(const ResidualLayer&) const { return "residual"; }
    std::string_view operator()(const BranchesLayer&) const { return "branches"; }
    std::string_view operator()(const RecurrentLayer& l) const
    {
        return l.cell == RecurrentLayer::Cell::Lstm ? "bilstm" : "bigru";
    }
    std::string_view operator()(const AttentionPoolLayer&) const { return "attention_pool"; }
};

struct Description {
    std::string operator()(const ConvLayer& l) const
    {
        return "Conv " + number(l.filters) + ", k " + number(l.kernelNt)
             + (l.dilation > 1 ? ", dilation " + number(l.dilation) : "");
    }
    std::string operator()(const TransposedConvLayer& l) const
    {
        return "Transposed conv " + number(l.filters) + ", k " + number(l.kernelNt)
             + (l.stride > 1 ? ", stride " + number(l.stride) : "");
    }
    std::string operator()(const DenseLayer& l) const { return "Dense " + number(l.units); }
    std::string operator()(const BatchNormLayer&) const { return "batch norm"; }
    std::string operator()(const LayerNormLayer&) const { return "layer norm"; }
    std::string operator()(const ActivationLayer& l) const { return std::string(labelOf(l.function)); }
    std::string operator()(const PoolLayer& l) const
    {
        return (l.pooling == Pooling::Maximum ? "Max-pool " : "Average pool ") + number(l.width);
    }
    std::string operator()(const GlobalPoolLayer& l) const
    {
        return l.pooling == Pooling::Maximum ? "Global maximum" : "Global average";
    }
    std::string operator()(const DropoutLayer& l) const
    {
        return "dropout " + number(std::int64_t(std::lround(100.0 * l.rate))) + " %";
    }
    std::string operator()(const FlattenLayer&) const { return "Flatten"; }
    std::string operator()(const ReshapeLayer& l) const
    {
        return "Reshape to " + number(l.positions) + " × " + number(l.channels);
    }
    std::string operator()(const UpsampleLayer& l) const { return "Upsample × " + number(l.factor); }
    std::string operator()(const ResidualLayer& l) const
    {
        const ConvCount convs = convsIn(l.body);
        return "Residual block, " + number(convs.count) + (convs.count == 1 ? " conv" : " convs")
             + (convs.dilation > 1 ? ", dilation up to " + number(convs.dilation) : "");
    }
    std::string operator()(const BranchesLayer& l) const { return number(std::int64_t(l.branches.size())) + " heads"; }
    std::string operator()(const RecurrentLayer& l) const
    {
        return (l.cell == RecurrentLayer::Cell::Lstm ? "BiLSTM " : "BiGRU ") + number(l.units);
    }
    std::string operator()(const AttentionPoolLayer&) const { return "Attention pooling"; }
};

}  // namespace

std::string_view kindOf(const Layer& layer) { return std::visit(KindName{}, layer.what); }

std::string describe(const Layer& layer) { return std::visit(Description{}, layer.what); }

bool isBox(const Layer& layer)
{
    return !std::holds_alternative<BatchNormLayer>(layer.what) && !std::holds_alternative<LayerNormLayer>(layer.what)
        && !std::holds_alternative<ActivationLayer>(layer.what) && !std::holds_alternative<DropoutLayer>(layer.what);
}

std::optional<Activation> activationNamed(std::string_view name)
{
    const auto found = std::ranges::find(kActivations, name, &ActivationName::id);
    return found == std::end(kActivations) ? std::nullopt : std::optional(found->function);
}

std::vector<std::string> activationNames()
{
    std::vector<std::string> names;
    for (const ActivationName& known : kActivations)
        names.emplace_back(known.id);
    return names;
}

Layer activation(Activation function) { return {"", ActivationLayer{function}}; }

Layer maxPool(std::int64_t width, Padding padding) { return {"", PoolLayer{Pooling::Maximum, width, padding}}; }

Layer averagePool(std::int64_t width) { return {"", PoolLayer{Pooling::Average, width, Padding::Valid}}; }

Layer dropout(double rate) { return {"", DropoutLayer{rate}}; }

Layer dilatedResidual(std::string name, const DilatedBlock& block)
{
    Layers body;
    for (std::size_t i = 0; i < block.dilations.size(); ++i) {
        if (i > 0) {
            body.push_back(activation(block.activation));
            body.push_back(dropout(block.dropout));
        }
        body.push_back({"conv" + std::to_string(i), ConvLayer{.filters = block.filters, .kernelNt = block.kernelNt,
                                                              .dilation = block.dilations[i], .bias = block.bias}});
        body.push_back({"bn" + std::to_string(i), BatchNormLayer{}});
    }
    return {std::move(name), ResidualLayer{std::move(body), block.activation}};
}

std::vector<std::int64_t> doublingDilations(std::int64_t count)
{
    std::vector<std::int64_t> dilations;
    for (std::int64_t i = 0; i < count; ++i)
        dilations.push_back(std::int64_t(1) << i);
    return dilations;
}

void append(Layers& layers, Layers more)
{
    layers.insert(layers.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace nscope::nn
