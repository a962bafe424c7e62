#include "core/models/profile_cnn.h"

#include "core/models/gopher_common.h"

namespace nscope::models {

namespace {

using nn::Activation;
using nn::BatchNormLayer;
using nn::ConvLayer;
using nn::DenseLayer;
using nn::Layers;
using Three = std::vector<std::int64_t>;

/// The three convolution blocks in front.
struct Trunk {
    Three filters;
    Three pools;
    Three blockLayers;  ///< convolutions of the residual blocks; 0: none
    std::vector<double> dropouts;
    Activation activation = Activation::Relu;
};

Layers trunkLayers(const Trunk& trunk)
{
    Layers layers;
    for (std::size_t i = 0; i < 3; ++i) {
        const std::string number = std::to_string(i);
        layers.push_back({"conv" + number, ConvLayer{.filters = trunk.filters[i], .kernelNt = i == 0 ? 19 : 7}});
        layers.push_back({"bn" + number, BatchNormLayer{}});
        layers.push_back(nn::activation(i == 0 ? trunk.activation : Activation::Relu));
        if (trunk.blockLayers[i] > 0)
            layers.push_back(nn::dilatedResidual("rb" + number,
                                                 {.filters = trunk.filters[i],
                                                  .dilations = nn::doublingDilations(trunk.blockLayers[i])}));
        layers.push_back(nn::maxPool(trunk.pools[i]));
        layers.push_back(nn::dropout(trunk.dropouts[i]));
    }
    return layers;
}

/// A dense or convolution layer with batch norm and ReLU.
Layers normed(const std::string& name, const decltype(nn::Layer::what)& layer)
{
    return {{name, layer}, {name + "_bn", BatchNormLayer{}}, nn::activation(Activation::Relu)};
}

Layers preHead(std::int64_t filters, double dropout)
{
    Layers layers = normed("pre", ConvLayer{.filters = filters, .kernelNt = 7});
    layers.push_back(nn::dropout(dropout));
    return layers;
}

Layers headLayers(const OptionReader& options)
{
    const auto tasks = std::int64_t(options.names("tasks").size());
    return options.text("head") == "task" ? taskHeads(tasks, options.integer("task_filters")) : singleHead(tasks);
}

/// The bottleneck of cnn-profile and residualbind: all positions in one vector, and from it the bins.
Result<Layers> bottleneckLayers(const OptionReader& options)
{
    const auto bins = binCount(options.integer("length"), options.integer("bin_size"));
    if (!bins)
        return fail(bins.error());
    const std::int64_t width = options.integer("bottleneck");
    Layers layers = normed("rescale", DenseLayer{*bins * width});
    layers.push_back({"", nn::ReshapeLayer{*bins, width}});
    layers.push_back(nn::dropout(0.1));
    return layers;
}

Layers denseBlock(const OptionReader& options)
{
    Layers layers = {{"", nn::FlattenLayer{}}};
    nn::append(layers, normed("dense", DenseLayer{options.integer("dense")}));
    layers.push_back(nn::dropout(0.3));
    return layers;
}

/// cnn-profile and residualbind from the trunk on; `lastBlock` convolutions in the residual block before the head.
Result<StackRecipe> baseRecipe(const OptionReader& options, const Trunk& trunk, std::int64_t lastBlock,
                               double preDropout)
{
    const bool binary = options.text("head") == "binary";
    StackRecipe recipe = gopherRecipe(options, binary ? HeadKind::Labels : HeadKind::Profile);
    Layers& layers = recipe.design.layers;
    layers = trunkLayers(trunk);
    nn::append(layers, denseBlock(options));
    if (binary) {
        layers.push_back({"out", DenseLayer{std::int64_t(recipe.head.names.size())}});
        return recipe;
    }
    const auto bottleneck = bottleneckLayers(options);
    if (!bottleneck)
        return fail(bottleneck.error());
    const std::int64_t filters = options.integer("head_filters");
    nn::append(layers, *bottleneck);
    nn::append(layers, preHead(filters, preDropout));
    if (lastBlock > 0)
        layers.push_back(nn::dilatedResidual("rb3",
                                             {.filters = filters, .dilations = nn::doublingDilations(lastBlock)}));
    nn::append(layers, headLayers(options));
    return recipe;
}

/// The option's three numbers, or the published ones.
Result<Three> threeOr(const OptionReader& options, const std::string& id, Three published)
{
    return options.text(id) == "published" ? published : wholeNumbers(options, id, 3);
}

Result<StackRecipe> cnnRecipe(const OptionReader& options)
{
    const auto filters = wholeNumbers(options, "filters", 3);
    if (!filters)
        return fail(filters.error());
    return baseRecipe(options, {*filters, {8, 4, 4}, {0, 0, 0}, {0.1, 0.1, 0.2}, firstActivation(options)}, 0, 0.2);
}

Result<StackRecipe> residualRecipe(const OptionReader& options)
{
    const bool taskwise = options.text("head") == "task";
    const auto filters = wholeNumbers(options, "filters", 3);
    const auto pools = threeOr(options, "pools", {taskwise ? 8 : 4, 4, 4});
    const auto blocks = threeOr(options, "block_layers", {5, 5, taskwise ? 3 : 4});
    for (const auto* numbers : {&filters, &pools, &blocks}) {
        if (!*numbers)
            return fail(numbers->error());
    }
    return baseRecipe(options, {*filters, *pools, *blocks, {0.1, 0.1, 0.2}, firstActivation(options)},
                      taskwise ? 6 : 5, taskwise ? 0.2 : 0.1);
}

Result<StackRecipe> residual32Recipe(const OptionReader& options)
{
    const auto filters = wholeNumbers(options, "filters", 3);
    const auto pools = threeOr(options, "pools", {4, 4, 2});
    const auto blocks = threeOr(options, "block_layers", {5, 5, 3});
    for (const auto* numbers : {&filters, &pools, &blocks}) {
        if (!*numbers)
            return fail(numbers->error());
    }
    StackRecipe recipe = gopherRecipe(options, HeadKind::Profile);
    const auto bins = binCount(recipe.design.lengthNt, (*pools)[0] * (*pools)[1] * (*pools)[2]);
    if (!bins)
        return fail(bins.error());
    Layers& layers = recipe.design.layers;
    layers = trunkLayers({*filters, *pools, *blocks, {0.2, 0.2, 0.5}, firstActivation(options)});
    if (options.text("head") == "task") {
        nn::append(layers, preHead(options.integer("head_filters"), 0.2));
    } else {
        nn::append(layers, normed("dense", DenseLayer{options.integer("head_filters")}));
        layers.push_back(nn::dropout(0.3));
    }
    nn::append(layers, headLayers(options));
    return recipe;
}

MakeRecipe recipeOf(std::string_view architecture)
{
    return architecture == "cnn-profile"    ? cnnRecipe
         : architecture == "residualbind" ? residualRecipe
                                          : residual32Recipe;
}

std::vector<engine::OptionSpec> optionSpecs(std::string_view architecture)
{
    const bool at32 = architecture == "residualbind-32";
    const bool residual = architecture != "cnn-profile";
    std::vector<engine::OptionSpec> options = gopherOptions();
    options.push_back(firstActivationOption());
    options.push_back(at32 ? choiceOption("head", "Head", "One for all tasks, or one per task", {"single", "task"})
                           : choiceOption("head", "Head", "One for all tasks, one per task, or yes/no labels",
                                          {"single", "task", "binary"}));
    options.push_back(textOption("filters", "Filters", "Of the three convolutions, separated by commas",
                                 at32 ? "256,512,1024" : "192,256,512"));
    if (residual) {
        options.push_back(textOption("block_layers", "Residual convolutions",
                                     "In each of the three residual blocks, separated by commas", "published"));
        options.push_back(textOption("pools", "Pools",
                                     at32 ? "After each residual block, separated by commas; their product is the "
                                            "bin size"
                                          : "After each residual block, separated by commas",
                                     "published"));
    }
    if (!at32) {
        options.push_back(integerOption("bin_size", "Bin size (nt)", "Bases per value of the profile; divides the length",
                                      1, 1, 10'000'000));
        options.push_back(integerOption("dense", "Bottleneck units", "Units that see the whole sequence",
                                      residual ? 512 : 256, 1, 65'536));
        options.push_back(integerOption("bottleneck", "Channels per bin", "Made from the bottleneck", 8, 1, 4096));
    }
    options.push_back(integerOption("head_filters", "Filters before the head", "Channels that the head reads", 256, 1,
                                  65'536));
    options.push_back(integerOption("task_filters", "Filters per task", "Of each task's own convolution", 64, 1, 65'536));
    return options;
}

}  // namespace

engine::ModelSpec profileCnnSpec(std::string_view architecture)
{
    engine::ModelSpec spec;
    spec.architecture = std::string(architecture);
    if (architecture == "cnn-profile") {
        spec.name = "CNN profile";
        spec.help = "Coverage profiles from three convolutions and a bottleneck (GOPHER's baseline)";
    } else if (architecture == "residualbind") {
        spec.name = "ResidualBind";
        spec.help = "Coverage profiles from convolutions with dilated residual blocks and a bottleneck";
    } else {
        spec.name = "ResidualBind-32";
        spec.help = "Coverage profiles in bins of 32 nt from convolutions with dilated residual blocks";
    }
    spec.citation = std::string(kGopherCitation);
    if (architecture != "cnn-profile")
        spec.citation += "; Koo et al. 2021, PLoS Computational Biology (ResidualBind)";
    spec.options = optionSpecs(architecture);
    spec.input.alphabet = "DNA";
    return describedSpec(std::move(spec), recipeOf(architecture));
}

Result<std::shared_ptr<nn::SequenceNet>> createProfileCnn(std::string_view architecture, const data::OptionMap& options)
{
    return createStackNet(profileCnnSpec(architecture), recipeOf(architecture), options);
}

}  // namespace nscope::models
