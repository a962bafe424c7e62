#include "core/models/mpra_nets.h"

#include "core/models/option_list.h"

namespace nscope::models {

namespace {

using nn::Activation;
using nn::BatchNormLayer;
using nn::ConvLayer;
using nn::DenseLayer;
using nn::InitialWeights;
using nn::Layers;

constexpr std::int64_t kInsertNt = 230;

std::vector<engine::OptionSpec> commonOptions()
{
    return {textOption("tasks", "Tasks", "Names separated by commas, in the order of the output", "activity"),
            integerOption("length", "Input length (nt)", "Insert with its adapters", kInsertNt, 1, 100'000)};
}

StackRecipe commonRecipe(const OptionReader& options)
{
    StackRecipe recipe;
    recipe.head = {HeadKind::Values, options.names("tasks")};
    recipe.design.lengthNt = options.integer("length");
    return recipe;
}

Layers normedConv(const std::string& number, const ConvLayer& conv, Activation activation)
{
    return {{"conv" + number, conv}, {"bn" + number, BatchNormLayer{}}, nn::activation(activation)};
}

/// The thesis' ResidualBind: a dilated block behind the first convolution.
Layers residualBindLayers(const MpraCnnSizes& sizes)
{
    Layers layers = normedConv("0", {.filters = sizes.filters[0], .kernelNt = 15}, sizes.activation);
    layers.push_back(nn::dropout(0.2));
    layers.push_back(nn::dilatedResidual("rb", {.filters = sizes.filters[0], .dilations = nn::doublingDilations(6),
                                                .bias = false}));
    layers.push_back(nn::maxPool(10));
    layers.push_back(nn::dropout(0.2));
    nn::append(layers, normedConv("1", {.filters = sizes.filters[1], .kernelNt = 7}, Activation::Relu));
    layers.push_back(nn::dropout(0.2));
    layers.push_back(nn::maxPool(5));
    layers.push_back({"", nn::FlattenLayer{}});
    nn::append(layers, denseHead(sizes.dense, sizes.outputs, Activation::Relu, InitialWeights::GlorotUniform));
    return layers;
}

/// The network its code calls ResNet.
Layers resNetLayers(const MpraCnnSizes& sizes)
{
    Layers layers = normedConv("0", {.filters = sizes.filters[0], .kernelNt = 19}, Activation::Silu);
    layers.push_back(nn::dropout(0.2));
    layers.push_back(nn::dilatedResidual("rb", {.filters = sizes.filters[0], .dilations = {1, 1, 2, 4, 8, 16},
                                                .activation = Activation::Silu, .bias = false}));
    layers.push_back(nn::dropout(0.2));
    layers.push_back(nn::maxPool(5));
    nn::append(layers, normedConv("1", {.filters = sizes.filters[1], .kernelNt = 7}, Activation::Silu));
    layers.push_back(nn::dropout(0.2));
    layers.push_back(nn::maxPool(5));
    nn::append(layers, {{"mix", DenseLayer{sizes.dense[1]}}, {"mix_bn", BatchNormLayer{}},
                        nn::activation(Activation::Silu), nn::dropout(0.5), nn::averagePool(2),
                        {"", nn::FlattenLayer{}}});
    nn::append(layers, denseHead({sizes.dense[1]}, sizes.outputs, Activation::Silu, InitialWeights::GlorotUniform));
    return layers;
}

Result<StackRecipe> mpraCnnRecipe(const OptionReader& options)
{
    const auto filters = wholeNumbers(options, "filters", 2);
    const auto dense = wholeNumbers(options, "dense", 2);
    if (!filters || !dense)
        return fail(filters ? dense.error() : filters.error());
    StackRecipe recipe = commonRecipe(options);
    MpraCnnSizes sizes;
    sizes.filters = *filters;
    sizes.dense = *dense;
    sizes.outputs = std::int64_t(recipe.head.names.size());
    sizes.activation = *nn::activationNamed(options.text("activation"));
    const std::string& form = options.text("form");
    recipe.design.layers = form == "cnn"            ? mpraCnnLayers(sizes)
                         : form == "residualbind"   ? residualBindLayers(sizes)
                                                    : resNetLayers(sizes);
    return recipe;
}

Result<StackRecipe> mprannRecipe(const OptionReader& options)
{
    const auto filters = wholeNumbers(options, "filters", 4);
    const auto dense = wholeNumbers(options, "dense", 2);
    if (!filters || !dense)
        return fail(filters ? dense.error() : filters.error());
    StackRecipe recipe = commonRecipe(options);
    const auto conv = [&](std::size_t i, std::int64_t kernelNt, Activation activation) -> Layers {
        const std::string number = std::to_string(i + 1);
        return {{"conv" + number,
                 ConvLayer{.filters = (*filters)[i], .kernelNt = kernelNt, .padding = nn::Padding::Valid}},
                nn::activation(activation),
                {"bn" + number, BatchNormLayer{}}};
    };
    Layers& layers = recipe.design.layers;
    layers = conv(0, 7, Activation::Relu);
    nn::append(layers, conv(1, 8, Activation::Softmax));
    nn::append(layers, {nn::maxPool(2), nn::dropout(0.1)});
    nn::append(layers, conv(2, 3, Activation::Softmax));
    nn::append(layers, conv(3, 2, Activation::Softmax));
    nn::append(layers, {nn::dropout(0.1),
                        {"", nn::FlattenLayer{}},
                        {"dense1", DenseLayer{(*dense)[0]}},
                        nn::activation(Activation::Sigmoid),
                        nn::dropout(0.3),
                        {"dense2", DenseLayer{(*dense)[1]}},
                        nn::activation(Activation::Sigmoid),
                        {"out", DenseLayer{std::int64_t(recipe.head.names.size())}}});
    return recipe;
}

}  // namespace

Layers denseHead(const std::vector<std::int64_t>& units, std::int64_t outputs, Activation activation,
                 InitialWeights initial)
{
    Layers layers;
    for (std::size_t i = 0; i < units.size(); ++i) {
        const std::string name = "dense" + std::to_string(i);
        nn::append(layers, {{name, DenseLayer{.units = units[i], .initial = initial}},
                            {name + "_bn", BatchNormLayer{}},
                            nn::activation(activation),
                            nn::dropout(0.5)});
    }
    layers.push_back({"out", DenseLayer{.units = outputs, .initial = initial}});
    return layers;
}

Layers mpraCnnLayers(const MpraCnnSizes& sizes)
{
    constexpr InitialWeights kSmall = InitialWeights::SmallNormal;
    Layers layers;
    if (sizes.reduceTo > 0)
        layers = {{"input_bn", BatchNormLayer{}}, {"reduce", ConvLayer{.filters = sizes.reduceTo, .initial = kSmall}}};
    nn::append(layers,
               normedConv("0", {.filters = sizes.filters[0], .kernelNt = 7, .initial = kSmall}, sizes.activation));
    nn::append(layers, {nn::dropout(0.2), nn::maxPool(5)});
    nn::append(layers,
               normedConv("1", {.filters = sizes.filters[1], .kernelNt = 7, .initial = kSmall}, Activation::Relu));
    nn::append(layers, {nn::maxPool(4), nn::dropout(0.2), {"", nn::FlattenLayer{}}});
    nn::append(layers, denseHead(sizes.dense, sizes.outputs, Activation::Relu, kSmall));
    return layers;
}

engine::ModelSpec mpraCnnSpec()
{
    engine::ModelSpec spec;
    spec.architecture = "mpra-cnn";
    spec.name = "lentiMPRA CNN";
    spec.help = "Reporter activity of a 230-nt insert from convolutions, plain or with a dilated residual block";
    spec.citation = "Tang, Somia, Yu & Koo 2025, Genome Biology; data: Agarwal et al. 2025, Nature";
    spec.options = commonOptions();
    spec.options.push_back(choiceOption("form", "Form",
                                        "cnn: the baseline; residualbind: the thesis' text; resnet: its code",
                                        {"cnn", "residualbind", "resnet"}));
    spec.options.push_back(choiceOption("activation", "First activation",
                                        "After the first convolution; resnet has SiLU throughout",
                                        {"exponential", "relu"}));
    spec.options.push_back(textOption("filters", "Filters", "Of the two convolutions, separated by commas", "196,256"));
    spec.options.push_back(textOption("dense", "Dense units", "Of the two dense layers, separated by commas",
                                      "512,256"));
    spec.input.alphabet = "DNA";
    return describedSpec(std::move(spec), mpraCnnRecipe);
}

Result<std::shared_ptr<nn::SequenceNet>> createMpraCnn(std::string_view, const data::OptionMap& options)
{
    return createStackNet(mpraCnnSpec(), mpraCnnRecipe, options);
}

engine::ModelSpec mprannSpec()
{
    engine::ModelSpec spec;
    spec.architecture = "mprann";
    spec.name = "MPRAnn";
    spec.help = "Reporter activity of a 230-nt insert, the network published with lentiMPRA";
    spec.citation = "Agarwal et al. 2025, Nature";
    spec.options = commonOptions();
    spec.options.push_back(textOption("filters", "Filters", "Of the four convolutions, separated by commas",
                                      "250,250,250,100"));
    spec.options.push_back(textOption("dense", "Dense units", "Of the two dense layers, separated by commas",
                                      "300,200"));
    spec.input.alphabet = "DNA";
    return describedSpec(std::move(spec), mprannRecipe);
}

Result<std::shared_ptr<nn::SequenceNet>> createMprann(std::string_view, const data::OptionMap& options)
{
    return createStackNet(mprannSpec(), mprannRecipe, options);
}

}  // namespace nscope::models
