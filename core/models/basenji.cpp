#include "core/models/basenji.h"

#include "core/models/gopher_common.h"

namespace nscope::models {

namespace {

using nn::Activation;
using nn::ConvLayer;
using nn::Layers;

constexpr double kMomentum = 0.9;
constexpr double kGrowth = 1.125;  ///< filters from one tower block to the next

/// np.round: halves to the even number.
std::int64_t rounded(double value) { return std::int64_t(std::nearbyint(value)); }

struct Sizes {
    std::int64_t first = 256;       ///< filters of the first convolution
    std::int64_t tower = 256;       ///< of the first tower block
    std::int64_t residual = 128;    ///< inside the dilated blocks
    std::int64_t blocks = 11;
    std::int64_t last = 2048;       ///< of the convolution before the head
    double rate = 1.5;              ///< dilations are round(rate^i)
    double residualDropout = 0.3;
    double lastDropout = 0.05;
};

struct Block {
    std::string name{};
    std::int64_t filters = 1;
    std::int64_t kernelNt = 1;
    std::int64_t dilation = 1;
    double gamma = 1.0;
};

/// GELU → convolution → batch norm; the activation comes first, even before the one-hot letters.
Layers convBlock(const std::string& convName, const std::string& normName, const Block& block)
{
    return {nn::activation(Activation::BasenjiGelu),
            {convName, ConvLayer{.filters = block.filters, .kernelNt = block.kernelNt, .dilation = block.dilation,
                                 .bias = false, .initial = nn::InitialWeights::HeNormal}},
            {normName, nn::BatchNormLayer{kMomentum, block.gamma}}};
}

Layers convBlock(const Block& block) { return convBlock(block.name + "_conv", block.name + "_bn", block); }

/// Dilated blocks on `channels` channels. The last batch norm starts at 0, so that training starts from the identity.
Layers residualBlocks(const Sizes& sizes, std::int64_t channels)
{
    Layers layers;
    double dilation = 1.0;
    for (std::int64_t i = 0; i < sizes.blocks; ++i, dilation *= sizes.rate) {
        Layers body = convBlock("conv1", "bn1",
                                {.filters = sizes.residual, .kernelNt = 3, .dilation = rounded(dilation)});
        nn::append(body, convBlock("conv2", "bn2", {.filters = channels, .gamma = 0.0}));
        if (sizes.residualDropout > 0.0)
            body.push_back(nn::dropout(sizes.residualDropout));
        layers.push_back({"r" + std::to_string(i), nn::ResidualLayer{std::move(body)}});
    }
    return layers;
}

Layers lastBlock(const Sizes& sizes)
{
    Layers layers = convBlock({.name = "final", .filters = sizes.last});
    if (sizes.lastDropout > 0.0)
        layers.push_back(nn::dropout(sizes.lastDropout));
    return layers;
}

nn::Layer headDense(std::int64_t tasks)
{
    return {"head", nn::DenseLayer{.units = tasks, .initial = nn::InitialWeights::HeNormal}};
}

/// Tower blocks of kernel 5; gives the channels they end with. As published, a last block with a pool of 2 has grown
/// twice over the one before it.
std::int64_t addTower(Layers& layers, std::int64_t firstFilters, const std::vector<std::int64_t>& pools)
{
    double filters = double(firstFilters);
    std::int64_t channels = firstFilters;
    for (std::size_t i = 0; i < pools.size(); ++i, filters *= kGrowth) {
        channels = rounded(pools[i] == 2 ? filters * kGrowth : filters);
        nn::append(layers, convBlock({.name = "t" + std::to_string(i), .filters = channels, .kernelNt = 5}));
        layers.push_back(nn::maxPool(pools[i], nn::Padding::Same));
    }
    return channels;
}

Layers firstBlock(const Sizes& sizes, Activation endActivation, std::int64_t pool)
{
    Layers layers = convBlock({.name = "b1", .filters = sizes.first, .kernelNt = 15});
    if (endActivation != Activation::None)
        layers.push_back(nn::activation(endActivation));
    if (pool > 1)
        layers.push_back(nn::maxPool(pool, nn::Padding::Same));
    return layers;
}

Activation endActivation(const OptionReader& options)
{
    const std::string& name = options.text("end_activation");
    return name == "gelu" ? Activation::BasenjiGelu : nn::activationNamed(name).value_or(Activation::None);
}

Sizes sizesOf(const OptionReader& options)
{
    Sizes sizes;
    const std::string& variant = options.text("variant");
    if (variant == "mod")
        sizes = {.first = 128, .residual = 256, .blocks = 2, .last = 512, .rate = 2.0, .residualDropout = 0.0,
                 .lastDropout = 0.0};
    else if (variant == "w1_b64")
        sizes = {.first = 128, .residual = 256, .blocks = 2, .last = 256, .rate = kGrowth, .residualDropout = 0.25};
    const auto given = [&](const char* id, std::int64_t& size) {
        if (options.integer(id) > 0)
            size = options.integer(id);
    };
    given("filters", sizes.first);
    if (variant == "v2" || variant == "binary")
        sizes.residual = std::max<std::int64_t>(1, sizes.first / 2);
    given("tower_filters", sizes.tower);
    given("residual_filters", sizes.residual);
    given("residual_blocks", sizes.blocks);
    given("final_filters", sizes.last);
    return sizes;
}

std::unexpected<Error> wrongBins(const std::string& sentence) { return fail(ErrorCode::InvalidArgument, sentence); }

/// Pools of 4 and at most one of 2 that make bins out of positions of 8 nt; nothing if they cannot.
std::optional<std::vector<std::int64_t>> towerPools(std::int64_t binNt)
{
    if (binNt % 8 != 0)
        return std::nullopt;
    std::vector<std::int64_t> pools;
    std::int64_t rest = binNt / 8;
    for (; rest % 4 == 0; rest /= 4)
        pools.push_back(4);
    if (rest == 2)
        pools.push_back(2);
    return rest <= 2 ? std::optional(pools) : std::nullopt;
}

Result<Layers> paperLayers(const Sizes& sizes, Activation end, std::int64_t binNt)
{
    if (binNt != 1 && binNt % 2 != 0)
        return wrongBins("The model option bin_size of Basenji takes 1 or an even number, not " + std::to_string(binNt)
                         + ".");
    Layers layers = firstBlock(sizes, end, binNt == 1 ? 1 : 2);
    nn::append(layers, residualBlocks(sizes, sizes.first));
    nn::append(layers, lastBlock(sizes));
    if (binNt > 2)
        layers.push_back(nn::averagePool(binNt / 2));
    return layers;
}

Result<Layers> modLayers(const Sizes& sizes, Activation end, std::int64_t binNt)
{
    const auto pools = towerPools(binNt);
    if (!pools)
        return wrongBins("The model option bin_size of basenjimod takes 8, 16, 32, 64 … nt, not "
                         + std::to_string(binNt) + ".");
    Layers layers = firstBlock(sizes, end, 8);
    const std::int64_t channels = pools->empty() ? sizes.first : addTower(layers, sizes.tower, *pools);
    nn::append(layers, residualBlocks(sizes, channels));
    nn::append(layers, lastBlock(sizes));
    return layers;
}

/// Down to positions of 32 nt, and up to bases again.
Result<Layers> upsamplingLayers(const Sizes& sizes, Activation end, std::int64_t binNt)
{
    if (binNt != 1)
        return wrongBins("Basenji w1_b64 gives one value per base; leave bin_size at 0 or 1.");
    Layers layers = firstBlock(sizes, end, 8);
    const std::int64_t channels = addTower(layers, sizes.tower, {4});
    nn::append(layers, residualBlocks(sizes, channels));
    nn::append(layers, lastBlock(sizes));
    const std::int64_t up = rounded(double(sizes.last) * kGrowth), top = rounded(double(up) * kGrowth);
    for (const char* name : {"up0", "up1"}) {
        layers.push_back({name, nn::TransposedConvLayer{.filters = up, .kernelNt = 5, .stride = 2}});
        layers.push_back({"", nn::UpsampleLayer{2}});
    }
    layers.push_back({"up2", nn::TransposedConvLayer{.filters = top, .kernelNt = 5, .stride = 2}});
    layers.push_back({"up_conv", ConvLayer{.filters = top}});
    return layers;
}

Result<Layers> binaryLayers(const Sizes& sizes, Activation end)
{
    Layers layers = firstBlock(sizes, end, 2);
    nn::append(layers, residualBlocks(sizes, sizes.first));
    nn::append(layers, lastBlock(sizes));
    layers.push_back({"", nn::GlobalPoolLayer{}});
    return layers;
}

Result<StackRecipe> recipeOf(const OptionReader& options)
{
    const std::string& variant = options.text("variant");
    const Sizes sizes = sizesOf(options);
    const bool binary = variant == "binary";
    StackRecipe recipe = gopherRecipe(options, binary ? HeadKind::Labels : HeadKind::Profile);
    const std::int64_t given = options.integer("bin_size");
    const std::int64_t binNt = given > 0 ? given : variant == "w1_b64" ? 1 : 128;
    if (binary && given > 0)
        return wrongBins("Basenji binary gives labels for the whole sequence; leave bin_size at 0.");
    // Pooling down to 32 nt and back needs whole positions, whatever the bins of the output.
    const auto bins = binary ? Result<std::int64_t>(1)
                             : binCount(recipe.design.lengthNt, variant == "w1_b64" ? 32 : binNt);
    if (!bins)
        return fail(bins.error());
    const Activation end = endActivation(options);
    auto layers = binary              ? binaryLayers(sizes, end)
                : variant == "mod"    ? modLayers(sizes, end, binNt)
                : variant == "w1_b64" ? upsamplingLayers(sizes, end, binNt)
                                      : paperLayers(sizes, end, binNt);
    if (!layers)
        return fail(layers.error());
    layers->push_back(headDense(std::int64_t(recipe.head.names.size())));
    if (!binary)
        layers->push_back(nn::activation(Activation::Softplus));
    recipe.design.layers = std::move(*layers);
    return recipe;
}

std::vector<engine::OptionSpec> optionSpecs()
{
    std::vector<engine::OptionSpec> options = gopherOptions();
    const auto size = [&](const char* id, const char* name, const char* help) {
        options.push_back(integerOption(id, name, help, 0, 0, 65'536));
    };
    options.push_back(choiceOption("variant", "Variant",
                                   "v2: the paper's; mod: with a convolution tower; w1_b64: down and up again, per "
                                   "base; binary: yes/no labels",
                                   {"v2", "mod", "w1_b64", "binary"}));
    options.push_back(integerOption("bin_size", "Bin size (nt)", "Bases per value of the profile; 0: as published", 0, 0,
                                  10'000'000));
    options.push_back(choiceOption("end_activation", "End activation", "After the first convolution's batch norm",
                                   {"none", "relu", "exponential", "gelu"}));
    size("filters", "First filters", "Of the first convolution; 0: as published");
    size("tower_filters", "Tower filters", "Of the first tower block; 0: as published");
    size("residual_filters", "Residual filters", "Inside the dilated blocks; 0: as published");
    size("residual_blocks", "Residual blocks", "Number of dilated blocks; 0: as published");
    size("final_filters", "Last filters", "Of the convolution before the head; 0: as published");
    return options;
}

}  // namespace

engine::ModelSpec basenjiSpec()
{
    engine::ModelSpec spec;
    spec.architecture = "basenji";
    spec.name = "Basenji";
    spec.help = "Coverage profiles from dilated residual convolutions, in GOPHER's forms";
    spec.citation = "Kelley et al. 2018, Genome Research; " + std::string(kGopherCitation);
    spec.options = optionSpecs();
    spec.input.alphabet = "DNA";
    return describedSpec(std::move(spec), recipeOf);
}

Result<std::shared_ptr<nn::SequenceNet>> createBasenji(std::string_view, const data::OptionMap& options)
{
    return createStackNet(basenjiSpec(), recipeOf, options);
}

}  // namespace nscope::models
