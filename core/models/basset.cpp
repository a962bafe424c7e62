#include "core/models/basset.h"

#include "core/models/gopher_common.h"

namespace nscope::models {

namespace {

using nn::Activation;
constexpr nn::InitialWeights kInitial = nn::InitialWeights::GlorotNormal;

Result<StackRecipe> recipeOf(const OptionReader& options)
{
    const auto filters = wholeNumbers(options, "filters", 3);
    if (!filters)
        return fail(filters.error());
    constexpr std::int64_t kKernels[] = {10, 11, 7};
    constexpr std::int64_t kPools[] = {3, 4, 4};
    StackRecipe recipe = gopherRecipe(options, chosenHead(options));
    nn::Layers& layers = recipe.design.layers;
    for (std::size_t i = 0; i < 3; ++i) {
        const std::string number = std::to_string(i);
        layers.push_back({"conv" + number, nn::ConvLayer{.filters = (*filters)[i], .kernelNt = kKernels[i],
                                                         .initial = kInitial}});
        layers.push_back({"bn" + number, nn::BatchNormLayer{}});
        layers.push_back(nn::activation(i == 0 ? firstActivation(options) : Activation::Relu));
        layers.push_back(nn::maxPool(kPools[i]));
    }
    layers.push_back({"", nn::FlattenLayer{}});
    for (const char* name : {"dense0", "dense1"}) {
        layers.push_back({name, nn::DenseLayer{.units = options.integer("dense"), .initial = kInitial}});
        layers.push_back(nn::activation(Activation::Relu));
        layers.push_back(nn::dropout(0.3));
    }
    layers.push_back({"out", nn::DenseLayer{.units = std::int64_t(recipe.head.names.size()), .initial = kInitial}});
    return recipe;
}

}  // namespace

engine::ModelSpec bassetSpec()
{
    engine::ModelSpec spec;
    spec.architecture = "basset";
    spec.name = "Basset";
    spec.help = "Open or closed chromatin per cell line, from three convolutions";
    spec.citation = "Kelley, Snoek & Rinn 2016, Genome Research; " + std::string(kGopherCitation);
    spec.options = gopherOptions();
    spec.options.push_back(headOption());
    spec.options.push_back(firstActivationOption());
    spec.options.push_back(textOption("filters", "Filters", "Of the three convolutions, separated by commas",
                                      "300,200,200"));
    spec.options.push_back(integerOption("dense", "Dense units", "Of both dense layers", 1000, 1, 65'536));
    spec.input.alphabet = "DNA";
    return describedSpec(std::move(spec), recipeOf);
}

Result<std::shared_ptr<nn::SequenceNet>> createBasset(std::string_view, const data::OptionMap& options)
{
    return createStackNet(bassetSpec(), recipeOf, options);
}

}  // namespace nscope::models
