#include "core/models/embedding_head.h"

#include "core/models/gopher_common.h"
#include "core/models/mpra_nets.h"
#include "core/models/option_list.h"

#include <stdexcept>

namespace nscope::models {

namespace {

constexpr const char* kEmbedding = "embedding";

Result<StackRecipe> recipeOf(const OptionReader& options)
{
    const auto dense = wholeNumbers(options, "dense", 2);
    const auto filters = wholeNumbers(options, "filters", 2);
    if (!dense || !filters)
        return fail(dense ? filters.error() : dense.error());
    StackRecipe recipe;
    recipe.head = {chosenHead(options), options.names("tasks")};
    const auto outputs = std::int64_t(recipe.head.names.size());
    const std::int64_t positions = options.integer("positions"), dim = options.integer("embedding_dim");
    const std::string& form = options.text("form");
    constexpr nn::InitialWeights kSmall = nn::InitialWeights::SmallNormal;
    if (form == "cnn") {
        recipe.design.input = nn::LayerShape{dim, positions, false};
        recipe.design.layers = mpraCnnLayers({.reduceTo = options.integer("reduce"), .filters = *filters,
                                              .dense = *dense, .outputs = outputs});
    } else {
        recipe.design.input = nn::LayerShape{dim * positions, 0, true};
        recipe.design.layers = form == "mlp" ? denseHead(*dense, outputs, nn::Activation::Relu, kSmall)
                                             : nn::Layers{{"out", nn::DenseLayer{.units = outputs, .initial = kSmall}}};
    }
    return recipe;
}

std::vector<engine::OptionSpec> optionSpecs()
{
    return {
        choiceOption("form", "Form",
                     "ridge: linear; mlp: two dense layers; cnn: convolutions over an embedding per position",
                     {"ridge", "mlp", "cnn"}),
        textOption("tasks", "Tasks", "Names separated by commas, in the order of the output", "activity"),
        choiceOption("head", "Head", "Numbers, yes/no labels, or classes of which one is true",
                     {"values", "labels", "classes"}),
        integerOption("embedding_dim", "Embedding width", "Numbers per position", 512, 1, 65'536),
        integerOption("positions", "Positions", "1 for pooled embeddings; ridge and mlp read all positions as one vector",
                    1, 1, 100'000),
        integerOption("reduce", "Channels first", "cnn: channels after batch norm and a kernel of 1; 0: neither", 196, 0,
                    4096),
        textOption("filters", "Filters", "cnn: of the two convolutions, separated by commas", "196,256"),
        textOption("dense", "Dense units", "mlp and cnn: of the two dense layers, separated by commas", "512,256"),
    };
}

}  // namespace

engine::ModelSpec embeddingHeadSpec()
{
    engine::ModelSpec spec;
    spec.architecture = "embedding-head";
    spec.name = "Embedding head";
    spec.help = "Ridge regression, MLP or CNN on embeddings that another model made";
    spec.citation = "Tang, Somia, Yu & Koo 2025, Genome Biology";
    spec.options = optionSpecs();
    spec.input.alphabet = "DNA";
    spec.input.padding = "The letters are not read; every sequence brings its embedding, of one size for all.";
    spec.input.further = {{kEmbedding, "Embedding", "Required: made by another model and read from a file", 512, true}};
    return describedSpec(std::move(spec), recipeOf);
}

Result<std::shared_ptr<nn::SequenceNet>> createEmbeddingHead(std::string_view, const data::OptionMap& options)
{
    return createStackNet<EmbeddingHeadImpl>(embeddingHeadSpec(), recipeOf, options);
}

EmbeddingHeadImpl::EmbeddingHeadImpl(engine::ModelSpec spec, StackRecipe recipe)
    : StackNetImpl(std::move(spec), std::move(recipe))
{
    m_spec.input.further.front().width = width();
}

std::int64_t EmbeddingHeadImpl::width() const
{
    const nn::LayerShape shape = design().inputShape();
    return shape.flat ? shape.channels : shape.channels * shape.positions;
}

torch::Tensor EmbeddingHeadImpl::stackInput(const nn::NetInput& input) const
{
    const auto found = input.features.find(kEmbedding);
    if (found == input.features.end() || found->second.dim() != 2 || found->second.size(1) != width())
        throw std::invalid_argument("The model needs an embedding of " + std::to_string(width())
                                    + " numbers for every sequence.");
    const nn::LayerShape shape = design().inputShape();
    torch::Tensor x = found->second.to(parameters().front().options().requires_grad(false));
    // Methods that differentiate to the letters get zeros rather than an error.
    if (input.onehot_NLC.defined() && input.onehot_NLC.requires_grad())
        x = x + 0.0 * input.onehot_NLC.sum();
    return shape.flat ? x : x.reshape({x.size(0), shape.positions, shape.channels}).transpose(1, 2);
}

}  // namespace nscope::models
