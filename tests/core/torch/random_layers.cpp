#include "tests/core/torch/random_layers.h"

#include "core/models/custom_net.h"
#include "tests/core/torch/zoo_checks.h"
#include "tests/support/random_letters.h"

namespace nscope::tests {

namespace {

using nn::Activation;
using nn::Layer;
using nn::Layers;
using Random = std::mt19937_64;

std::int64_t between(Random& random, std::int64_t low, std::int64_t high)
{
    return low + std::int64_t(randomBelow(random, std::size_t(high - low + 1)));
}
bool chance(Random& random, int percent) { return between(random, 0, 99) < percent; }

std::set<std::string>& kinds()
{
    static std::set<std::string> made;
    return made;
}

void noteKinds(const Layers& layers)
{
    for (const Layer& layer : layers) {
        kinds().insert(std::string(nn::kindOf(layer)));
        if (const auto* residual = std::get_if<nn::ResidualLayer>(&layer.what))
            noteKinds(residual->body);
        if (const auto* branches = std::get_if<nn::BranchesLayer>(&layer.what)) {
            for (const Layers& branch : branches->branches)
                noteKinds(branch);
        }
    }
}

Layer randomActivation(Random& random)
{
    constexpr Activation kAll[] = {Activation::Relu,    Activation::Exponential, Activation::Gelu,
                                   Activation::Sigmoid, Activation::BasenjiGelu, Activation::Softplus,
                                   Activation::Tanh,    Activation::Silu,        Activation::Softmax,
                                   Activation::Relu};
    return nn::activation(kAll[randomBelow(random, std::size(kAll))]);
}

nn::Padding randomPadding(Random& random) { return chance(random, 60) ? nn::Padding::Same : nn::Padding::Valid; }

nn::ConvLayer sameConv(Random& random, std::int64_t filters)
{
    return {.filters = filters, .kernelNt = between(random, 1, 5), .dilation = between(random, 1, 4),
            .bias = chance(random, 70)};
}

/// A layer that keeps positions apart from each other's order; `channels` go in.
Layer randomLayer(Random& random, const std::string& name, std::int64_t channels, int depth)
{
    switch (between(random, 0, depth > 0 ? 15 : 12)) {
    case 0:
    case 1:
    case 2: {
        nn::ConvLayer conv = sameConv(random, between(random, 1, 20));
        conv.padding = randomPadding(random);
        return {name, conv};
    }
    case 3: return {name, nn::BatchNormLayer{}};
    case 4:
    case 5: return randomActivation(random);
    case 6:
    case 7: return {"", nn::PoolLayer{chance(random, 60) ? nn::Pooling::Maximum : nn::Pooling::Average,
                                      between(random, 1, 4), randomPadding(random)}};
    case 8: return {name, nn::DenseLayer{.units = between(random, 1, 12), .bias = chance(random, 70)}};
    case 9: return chance(random, 50) ? nn::dropout(0.3) : Layer{name, nn::LayerNormLayer{}};
    case 10: {
        const std::int64_t stride = between(random, 1, 3);
        return {name, nn::TransposedConvLayer{.filters = between(random, 1, 8),
                                              .kernelNt = stride + between(random, 0, 4), .stride = stride}};
    }
    case 11: return {"", nn::UpsampleLayer{between(random, 1, 3)}};
    case 12:
        return chance(random, 50)
                 ? nn::dilatedResidual(name, {.filters = channels, .dilations = {1, 2, 4}})
                 : Layer{name, nn::RecurrentLayer{chance(random, 50) ? nn::RecurrentLayer::Cell::Lstm
                                                                     : nn::RecurrentLayer::Cell::Gru,
                                                  between(random, 1, 9)}};
    case 13:
    case 14: {
        Layers body = {{"first", sameConv(random, between(random, 1, 6))}, randomActivation(random),
                       {"second", sameConv(random, channels)}};
        if (chance(random, 30))
            body.push_back({"norm", nn::BatchNormLayer{}});
        return {name, nn::ResidualLayer{body, chance(random, 50) ? Activation::Relu : Activation::None}};
    }
    default: {
        nn::BranchesLayer branches;
        for (std::int64_t i = between(random, 1, 3); i > 0; --i)
            branches.branches.push_back({{"conv", sameConv(random, between(random, 1, 4))}, randomActivation(random)});
        return {name, branches};
    }
    }
}

/// Behind the positions: from a vector to the outputs.
Layers flatTail(Random& random, std::int64_t outputs)
{
    Layers layers;
    if (chance(random, 30))
        layers.push_back(nn::dropout(0.2));
    if (chance(random, 60)) {
        layers.push_back({"hidden", nn::DenseLayer{between(random, 2, 20)}});
        if (chance(random, 50))
            layers.push_back({"hidden_norm", nn::BatchNormLayer{}});
        layers.push_back(randomActivation(random));
    }
    layers.push_back({"out", nn::DenseLayer{outputs}});
    return layers;
}

Layer pooledEnd(Random& random)
{
    switch (between(random, 0, 3)) {
    case 0: return {"", nn::GlobalPoolLayer{nn::Pooling::Average}};
    case 1: return {"", nn::GlobalPoolLayer{nn::Pooling::Maximum}};
    case 2: return {"attend", nn::AttentionPoolLayer{between(random, 1, 7)}};
    default: return {"", nn::FlattenLayer{}};
    }
}

std::optional<nn::LayerShape> shapeOf(const Layers& layers, std::int64_t lengthNt)
{
    const auto plan = nn::planLayers(layers, {4, lengthNt, false});
    const bool isSmall = plan && plan->output.positions * plan->output.channels < 4000;
    return isSmall ? std::optional(plan->output) : std::nullopt;
}

models::HeadSpec randomHead(Random& random, bool isProfile)
{
    using models::HeadKind;
    if (isProfile)
        return {HeadKind::Profile, chance(random, 50) ? std::vector<std::string>{"a"}
                                                      : std::vector<std::string>{"a", "b", "c"}};
    constexpr HeadKind kKinds[] = {HeadKind::Values, HeadKind::Labels, HeadKind::Classes, HeadKind::Fractions};
    return {kKinds[randomBelow(random, 4)], {"x", "y"}};
}

Layers profileEnd(Random& random, std::int64_t outputs)
{
    const int kind = int(between(random, 0, 2));
    if (kind == 0)
        return {{"head", nn::DenseLayer{outputs}}, nn::activation(Activation::Softplus)};
    if (kind == 1)
        return {{"head", nn::ConvLayer{.filters = outputs, .kernelNt = 3}}};
    const Layers head = {{"conv", nn::ConvLayer{.filters = 3, .kernelNt = 5}}, nn::activation(Activation::Relu),
                         {"out", nn::DenseLayer{1}}};
    return {{"task", nn::BranchesLayer{std::vector<Layers>(std::size_t(outputs), head)}}, nn::averagePool(2)};
}

std::optional<models::StackRecipe> randomRecipe(Random& random)
{
    models::StackRecipe recipe;
    const std::int64_t lengthNt = between(random, 24, 90);
    const bool isProfile = chance(random, 40);
    recipe.head = randomHead(random, isProfile);
    const auto outputs = std::int64_t(recipe.head.names.size());
    Layers& layers = recipe.design.layers;
    const std::int64_t wanted = between(random, 2, 9);
    for (std::int64_t i = 0; std::int64_t(layers.size()) < wanted && i < 40; ++i) {
        Layers longer = layers;
        const auto shape = shapeOf(layers, lengthNt);
        longer.push_back(randomLayer(random, "l" + std::to_string(i), shape->channels, 1));
        if (shapeOf(longer, lengthNt))
            layers = longer;
    }
    if (!isProfile) {
        layers.push_back(pooledEnd(random));
        nn::append(layers, flatTail(random, outputs));
    } else if (chance(random, 20)) {  // through a bottleneck and back to positions
        nn::append(layers, {{"", nn::FlattenLayer{}},
                            {"bottle", nn::DenseLayer{12}},
                            nn::activation(Activation::Relu),
                            {"", nn::ReshapeLayer{4, 3}},
                            {"after", nn::ConvLayer{.filters = outputs, .kernelNt = 3}}});
    } else {
        nn::append(layers, profileEnd(random, outputs));
    }
    const bool readsFixedLength = std::ranges::any_of(layers, [](const Layer& layer) {
        return std::holds_alternative<nn::FlattenLayer>(layer.what);
    });
    recipe.design.lengthNt = readsFixedLength || chance(random, 50) ? lengthNt : 0;
    recipe.design.channelOrder = chance(random, 70) ? "ACGT" : "GATC";
    recipe.design.unknown = chance(random, 50) ? 0.0 : 0.25;
    constexpr nn::Keep kKeep[] = {nn::Keep::Centre, nn::Keep::First, nn::Keep::Last};
    constexpr nn::PadAt kPad[] = {nn::PadAt::Both, nn::PadAt::Start, nn::PadAt::End};
    recipe.design.keep = kKeep[randomBelow(random, 3)];
    recipe.design.pad = kPad[randomBelow(random, 3)];
    engine::ModelSpec spec = models::customSpec();
    if (!models::describeStack(spec, recipe))
        return std::nullopt;
    return recipe;
}

}  // namespace

std::shared_ptr<nn::SequenceNet> randomStackNet(Random& random)
{
    std::optional<models::StackRecipe> recipe;
    while (!recipe)
        recipe = randomRecipe(random);
    noteKinds(recipe->design.layers);
    torch::manual_seed(random());
    auto net = std::make_shared<models::StackNetImpl>(models::customSpec(), std::move(*recipe));
    randomiseWeights(*net);
    return net;
}

const std::set<std::string>& kindsMade() { return kinds(); }

}  // namespace nscope::tests
