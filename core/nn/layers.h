// Purpose: a network as a value: a list of layers from which its shapes and sizes (layer_plan.h) and the module itself
// (layer_stack.h) follow. Families that are chains of Keras layers, and the user's own networks, are such lists.
// Data run through a stack as [N,C,P] (C channels, P positions) until a layer makes them flat, [N,C]. Thread: any.
#pragma once

#include "core/nn/conv_blocks.h"

#include <optional>
#include <variant>

namespace nscope::nn {

struct Layer;
using Layers = std::vector<Layer>;

struct ConvLayer {
    std::int64_t filters = 1;
    std::int64_t kernelNt = 1;
    std::int64_t dilation = 1;
    bool bias = true;
    Padding padding = Padding::Same;
    InitialWeights initial = InitialWeights::GlorotUniform;
};

/// Makes `stride` positions out of each; Keras' "same".
struct TransposedConvLayer {
    std::int64_t filters = 1;
    std::int64_t kernelNt = 1;
    std::int64_t stride = 1;
    bool bias = true;
};

/// At every position alone, or of a flat vector.
struct DenseLayer {
    std::int64_t units = 1;
    bool bias = true;
    InitialWeights initial = InitialWeights::GlorotUniform;
};

struct BatchNormLayer {
    double momentum = 0.99;  ///< in Keras' sense: weight of the past
    double gamma = 1.0;      ///< initial scale
};

/// Over the channels of each position.
struct LayerNormLayer {
    double epsilon = 1e-3;
};

struct ActivationLayer {
    Activation function = Activation::Relu;
};

enum class Pooling { Maximum, Average };

struct PoolLayer {
    Pooling pooling = Pooling::Maximum;
    std::int64_t width = 2;
    Padding padding = Padding::Valid;
};

/// Over all positions: [N,C,P] → [N,C].
struct GlobalPoolLayer {
    Pooling pooling = Pooling::Average;
};

struct DropoutLayer {
    double rate = 0.1;
};

/// [N,C,P] → [N,P·C], position by position, as Keras does.
struct FlattenLayer {};

/// [N,P·C] → [N,C,P], the inverse of FlattenLayer.
struct ReshapeLayer {
    std::int64_t positions = 1;
    std::int64_t channels = 1;
};

/// Repeats every position.
struct UpsampleLayer {
    std::int64_t factor = 2;
};

/// after(x + body(x)); the body keeps the shape.
struct ResidualLayer {
    Layers body;
    Activation after = Activation::None;
};

/// The outputs of several stacks on the same input, channels side by side. Branch i is the submodule <name><i>.
struct BranchesLayer {
    std::vector<Layers> branches;
};

/// Both directions: 2·units channels at every position.
struct RecurrentLayer {
    enum class Cell { Lstm, Gru };
    Cell cell = Cell::Lstm;
    std::int64_t units = 32;
};

/// Σ α_t h_t with α = softmax over the positions of v·tanh(W h_t + b): [N,C,P] → [N,C].
struct AttentionPoolLayer {
    std::int64_t hidden = 50;
};

struct Layer {
    std::string name;  ///< of its submodule; empty where nothing is learned
    std::variant<ConvLayer, TransposedConvLayer, DenseLayer, BatchNormLayer, LayerNormLayer, ActivationLayer, PoolLayer,
                 GlobalPoolLayer, DropoutLayer, FlattenLayer, ReshapeLayer, UpsampleLayer, ResidualLayer, BranchesLayer,
                 RecurrentLayer, AttentionPoolLayer>
        what;
};

/// What the layer is called in errors and in the JSON of a user's network: "conv", "batchnorm" …
std::string_view kindOf(const Layer& layer);
/// Words for the architecture diagram: "Conv 192, k 19".
std::string describe(const Layer& layer);
/// True for layers that are a box of the diagram; norms, activations and dropout belong to the box before them.
bool isBox(const Layer& layer);

/// "relu" → Activation::Relu; the names are those of `activationNames`.
std::optional<Activation> activationNamed(std::string_view name);
std::vector<std::string> activationNames();

Layer activation(Activation function);
Layer maxPool(std::int64_t width, Padding padding = Padding::Valid);
Layer averagePool(std::int64_t width);
Layer dropout(double rate);

/// GOPHER's residual block (spec/models.md 4.2 "RB"): convolutions of kernel 3 with these dilations, each with batch
/// norm; between them the activation and dropout .1; the input is added and activated once more.
struct DilatedBlock {
    std::int64_t filters = 1;
    std::vector<std::int64_t> dilations = {1};
    std::int64_t kernelNt = 3;
    Activation activation = Activation::Relu;
    double dropout = 0.1;
    bool bias = true;
};
Layer dilatedResidual(std::string name, const DilatedBlock& block);
/// Dilations 1, 2, 4 … of n convolutions.
std::vector<std::int64_t> doublingDilations(std::int64_t count);

/// Puts `more` behind `layers`.
void append(Layers& layers, Layers more);

}  // namespace nscope::nn
