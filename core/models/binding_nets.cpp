#include "core/models/binding_nets.h"

#include "core/models/gopher_common.h"
#include "core/models/option_list.h"

namespace nscope::models {

namespace {

using nn::Activation;
using nn::BatchNormLayer;
using nn::ConvLayer;
using nn::DenseLayer;
using nn::Layers;

StackRecipe recipeWith(const OptionReader& options, HeadKind head)
{
    StackRecipe recipe;
    recipe.head = {head, options.names("tasks")};
    recipe.design.lengthNt = options.integer("length");
    return recipe;
}

Layers normedConv(const std::string& number, const ConvLayer& conv, Activation activation)
{
    return {{"conv" + number, conv}, {"bn" + number, BatchNormLayer{}}, nn::activation(activation)};
}

Layers out(const StackRecipe& recipe) { return {{"out", DenseLayer{std::int64_t(recipe.head.names.size())}}}; }

Result<StackRecipe> peakRecipe(const OptionReader& options)
{
    const auto filters = wholeNumbers(options, "filters", 3);
    if (!filters)
        return fail(filters.error());
    constexpr std::int64_t kKernels[] = {7, 5, 5};
    constexpr std::int64_t kPools[] = {4, 4, 2};
    StackRecipe recipe = recipeWith(options, chosenHead(options));
    Layers& layers = recipe.design.layers;
    for (std::size_t i = 0; i < 3; ++i) {
        nn::append(layers, normedConv(std::to_string(i), {.filters = (*filters)[i], .kernelNt = kKernels[i],
                                                          .initial = nn::InitialWeights::HeUniform},
                                      Activation::Relu));
        nn::append(layers, {nn::maxPool(kPools[i]), nn::dropout(0.2)});
    }
    nn::append(layers, {{"", nn::FlattenLayer{}},
                        {"dense", DenseLayer{options.integer("dense")}},
                        {"dense_bn", BatchNormLayer{}},
                        nn::activation(Activation::Relu),
                        nn::dropout(0.5)});
    nn::append(layers, out(recipe));
    return recipe;
}

/// What insert-cnn and rbp-net share: a wide first convolution, a dilated block, a second convolution, global average.
Layers residualLayers(std::int64_t first, std::int64_t second)
{
    Layers layers = normedConv("0", {.filters = first, .kernelNt = 19, .bias = false}, Activation::Exponential);
    nn::append(layers, {nn::dropout(0.1),
                        nn::dilatedResidual("rb", {.filters = first, .dilations = {1, 2, 4}, .bias = false}),
                        nn::maxPool(10), nn::dropout(0.1)});
    nn::append(layers, normedConv("1", {.filters = second, .kernelNt = 7, .bias = false}, Activation::Relu));
    nn::append(layers, {{"", nn::GlobalPoolLayer{}}, nn::dropout(0.1)});
    return layers;
}

Result<StackRecipe> insertRecipe(const OptionReader& options)
{
    const auto filters = wholeNumbers(options, "filters", 2);
    if (!filters)
        return fail(filters.error());
    StackRecipe recipe = recipeWith(options, HeadKind::Values);
    Layers& layers = recipe.design.layers;
    if (options.integer("reduce") > 0)
        layers.push_back({"reduce", ConvLayer{.filters = options.integer("reduce")}});
    nn::append(layers, residualLayers((*filters)[0], (*filters)[1]));
    nn::append(layers, {{"dense", DenseLayer{options.integer("dense")}}, nn::activation(Activation::Relu),
                        nn::dropout(0.5)});
    nn::append(layers, out(recipe));
    return recipe;
}

Result<StackRecipe> rbpRecipe(const OptionReader& options)
{
    const auto filters = wholeNumbers(options, "filters", 2);
    if (!filters)
        return fail(filters.error());
    StackRecipe recipe = recipeWith(options, chosenHead(options));
    Layers& layers = recipe.design.layers;
    layers = residualLayers((*filters)[0], (*filters)[1]);
    nn::append(layers, {{"dense", DenseLayer{.units = options.integer("dense"), .bias = false}},
                        {"dense_bn", BatchNormLayer{}},
                        nn::activation(Activation::Relu),
                        nn::dropout(0.5)});
    nn::append(layers, out(recipe));
    return recipe;
}

/// "RBP1,RBP2,…": the published names are those of the data set.
std::string rbpNames(int count)
{
    std::string names;
    for (int i = 1; i <= count; ++i)
        names += (i == 1 ? "RBP" : ",RBP") + std::to_string(i);
    return names;
}

std::vector<engine::OptionSpec> optionSpecs(const std::string& tasks, std::int64_t lengthNt, const std::string& filters,
                                            std::int64_t dense)
{
    return {textOption("tasks", "Tasks", "Names separated by commas, in the order of the output", tasks),
            integerOption("length", "Input length (nt)", "Longer sequences are cut, shorter ones padded", lengthNt, 1,
                        100'000),
            textOption("filters", "Filters", "Of the convolutions, separated by commas", filters),
            integerOption("dense", "Dense units", "Of the layer before the output", dense, 1, 65'536)};
}

MakeRecipe recipeOf(std::string_view architecture)
{
    return architecture == "peak-cnn" ? peakRecipe : architecture == "insert-cnn" ? insertRecipe : rbpRecipe;
}

}  // namespace

engine::ModelSpec bindingSpec(std::string_view architecture)
{
    engine::ModelSpec spec;
    spec.architecture = std::string(architecture);
    spec.citation = "Tang, Somia, Yu & Koo 2025, Genome Biology";
    spec.input.alphabet = "DNA";
    if (architecture == "peak-cnn") {
        spec.name = "Peak CNN";
        spec.help = "Does a protein bind in this 200-nt window (ChIP-seq or CLIP-seq peaks)";
        spec.options = optionSpecs("bound", 200, "64,96,128", 256);
    } else if (architecture == "insert-cnn") {
        spec.name = "INSERT CNN";
        spec.help = "RNA made from a gene with this 173-nt insert (INSERT-seq)";
        spec.citation += "; data: Vlaming et al. 2022, Nature Structural & Molecular Biology";
        spec.options = optionSpecs("totalRNA", 173, "96,128", 128);
        spec.options.push_back(integerOption("reduce", "Channels first",
                                           "Convolution of kernel 1 in front; 0: none, as for one-hot letters", 0, 0,
                                           4096));
    } else {
        spec.name = "RBP network";
        spec.help = "Which of 120 RNA-binding proteins bind in this 200-nt window (eCLIP, K562)";
        spec.input.alphabet = "RNA";
        spec.options = optionSpecs(rbpNames(120), 200, "96,192", 512);
    }
    if (architecture != "insert-cnn")
        spec.options.push_back(headOption());
    return describedSpec(std::move(spec), recipeOf(architecture));
}

Result<std::shared_ptr<nn::SequenceNet>> createBindingNet(std::string_view architecture, const data::OptionMap& options)
{
    return createStackNet(bindingSpec(architecture), recipeOf(architecture), options);
}

}  // namespace nscope::models
