#include "core/models/custom_net.h"

#include "core/io/json_text.h"
#include "core/models/option_list.h"

#include <algorithm>

namespace nscope::models {

namespace {

using io::Json;
using io::JsonFields;
using What = decltype(nn::Layer::what);

constexpr std::size_t kMaxTextBytes = std::size_t(1) << 20;
constexpr int kMaxLayers = 2000;

constexpr std::string_view kExample =
    R"({"length": 200, "head": {"kind": "values", "names": ["activity"]}, "layers": [)"
    R"({"type": "conv", "filters": 32, "kernel": 15}, {"type": "activation", "function": "relu"}, )"
    R"({"type": "globalpool"}, {"type": "dense", "units": 1}]})";

/// Layers still allowed, inner ones included.
struct Budget {
    int layers = kMaxLayers;
};

Result<nn::Layers> readLayers(const Json& list, Budget& budget);

std::string listed(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

/// One of the choices by its place; the first if the field is absent.
std::size_t choice(JsonFields& fields, const char* key, const std::vector<std::string>& choices)
{
    const std::string given = fields.text(key, choices.front());
    const auto found = std::ranges::find(choices, given);
    if (found == choices.end()) {
        fields.setError("This field must be one of " + listed(choices) + ".", key);
        return 0;
    }
    return std::size_t(found - choices.begin());
}

nn::Padding padding(JsonFields& fields, const std::vector<std::string>& choices)
{
    return choices[choice(fields, "padding", choices)] == "same" ? nn::Padding::Same : nn::Padding::Valid;
}

nn::InitialWeights initialWeights(JsonFields& fields)
{
    constexpr nn::InitialWeights kValues[] = {nn::InitialWeights::GlorotUniform, nn::InitialWeights::GlorotNormal,
                                              nn::InitialWeights::HeUniform, nn::InitialWeights::HeNormal};
    return kValues[choice(fields, "initial", {"glorot_uniform", "glorot_normal", "he_uniform", "he_normal"})];
}

nn::Activation activation(JsonFields& fields, const char* key)
{
    const auto function = nn::activationNamed(fields.text(key, "relu"));
    if (!function)
        fields.setError("This field must be one of " + listed(nn::activationNames()) + ".", key);
    return function.value_or(nn::Activation::Relu);
}

Result<What> readConv(JsonFields& fields, Budget&)
{
    return nn::ConvLayer{.filters = fields.integer("filters", 0), .kernelNt = fields.integer("kernel", 0),
                         .dilation = fields.integer("dilation", 1), .bias = fields.flag("bias", true),
                         .padding = padding(fields, {"same", "valid"}), .initial = initialWeights(fields)};
}

Result<What> readTransposedConv(JsonFields& fields, Budget&)
{
    return nn::TransposedConvLayer{.filters = fields.integer("filters", 0), .kernelNt = fields.integer("kernel", 0),
                                   .stride = fields.integer("stride", 1), .bias = fields.flag("bias", true)};
}

Result<What> readDense(JsonFields& fields, Budget&)
{
    return nn::DenseLayer{.units = fields.integer("units", 0), .bias = fields.flag("bias", true),
                          .initial = initialWeights(fields)};
}

Result<What> readBatchNorm(JsonFields&, Budget&) { return nn::BatchNormLayer{}; }

Result<What> readLayerNorm(JsonFields&, Budget&) { return nn::LayerNormLayer{}; }

Result<What> readActivation(JsonFields& fields, Budget&) { return nn::ActivationLayer{activation(fields, "function")}; }

Result<What> readMaxPool(JsonFields& fields, Budget&)
{
    return nn::PoolLayer{nn::Pooling::Maximum, fields.integer("width", 0), padding(fields, {"valid", "same"})};
}

Result<What> readAveragePool(JsonFields& fields, Budget&)
{
    return nn::PoolLayer{nn::Pooling::Average, fields.integer("width", 0), padding(fields, {"valid", "same"})};
}

Result<What> readGlobalPool(JsonFields& fields, Budget&)
{
    const bool maximum = choice(fields, "of", {"mean", "max"}) == 1;
    return nn::GlobalPoolLayer{maximum ? nn::Pooling::Maximum : nn::Pooling::Average};
}

Result<What> readDropout(JsonFields& fields, Budget&) { return nn::DropoutLayer{fields.number("rate", 0.1)}; }

Result<What> readFlatten(JsonFields&, Budget&) { return nn::FlattenLayer{}; }

Result<What> readReshape(JsonFields& fields, Budget&)
{
    return nn::ReshapeLayer{fields.integer("positions", 0), fields.integer("channels", 0)};
}

Result<What> readUpsample(JsonFields& fields, Budget&) { return nn::UpsampleLayer{fields.integer("factor", 0)}; }

Result<What> readResidual(JsonFields& fields, Budget& budget)
{
    auto body = readLayers(fields.array("layers"), budget);
    if (!body)
        return fail(body.error());
    return nn::ResidualLayer{std::move(*body), nn::Activation::None};
}

Result<What> readDilatedResidual(JsonFields& fields, Budget&)
{
    nn::DilatedBlock block{.filters = fields.integer("filters", 0),
                           .dilations = {},
                           .kernelNt = fields.integer("kernel", 3),
                           .activation = activation(fields, "function"),
                           .dropout = fields.number("rate", 0.1),
                           .bias = fields.flag("bias", true)};
    for (const Json& dilation : fields.array("dilations")) {
        if (!dilation.is_number_integer() || block.dilations.size() >= 64)
            fields.setError("This field must be a list of at most 64 whole numbers.", "dilations");
        else
            block.dilations.push_back(dilation.get<std::int64_t>());
    }
    return nn::dilatedResidual("", block).what;
}

Result<What> readBranches(JsonFields& fields, Budget& budget)
{
    nn::BranchesLayer layer;
    for (const Json& branch : fields.array("branches")) {
        auto layers = readLayers(branch, budget);
        if (!layers)
            return fail(layers.error());
        layer.branches.push_back(std::move(*layers));
    }
    return layer;
}

Result<What> readLstm(JsonFields& fields, Budget&)
{
    return nn::RecurrentLayer{nn::RecurrentLayer::Cell::Lstm, fields.integer("units", 0)};
}

Result<What> readGru(JsonFields& fields, Budget&)
{
    return nn::RecurrentLayer{nn::RecurrentLayer::Cell::Gru, fields.integer("units", 0)};
}

Result<What> readAttentionPool(JsonFields& fields, Budget&)
{
    return nn::AttentionPoolLayer{fields.integer("hidden", 50)};
}

/// The whitelist.
struct LayerType {
    std::string_view name;
    Result<What> (*read)(JsonFields& fields, Budget& budget);
};
constexpr LayerType kLayerTypes[] = {
    {"conv", readConv},
    {"transposed_conv", readTransposedConv},
    {"dense", readDense},
    {"batchnorm", readBatchNorm},
    {"layernorm", readLayerNorm},
    {"activation", readActivation},
    {"maxpool", readMaxPool},
    {"avgpool", readAveragePool},
    {"globalpool", readGlobalPool},
    {"dropout", readDropout},
    {"flatten", readFlatten},
    {"reshape", readReshape},
    {"upsample", readUpsample},
    {"residual", readResidual},
    {"dilated_residual", readDilatedResidual},
    {"branches", readBranches},
    {"bilstm", readLstm},
    {"bigru", readGru},
    {"attention_pool", readAttentionPool},
};

/// The fields' error as one sentence that begins with `where`.
std::unexpected<Error> fieldError(const std::string& where, const JsonFields& fields)
{
    const Error error = fields.result().error();
    const std::string& key = error.where().record;
    return fail(ErrorCode::Parse, where + (key.empty() ? "" : ", field “" + key + "”") + ": " + error.message());
}

Result<nn::Layer> readLayer(const Json& json, std::size_t number, Budget& budget)
{
    std::string where = "Layer " + std::to_string(number);
    JsonFields fields(json, {});
    const std::string type = fields.text("type", {});
    if (fields.failed())
        return fieldError(where, fields);
    const auto known = std::ranges::find(kLayerTypes, type, &LayerType::name);
    if (known == std::end(kLayerTypes)) {
        std::vector<std::string> names;
        for (const LayerType& layerType : kLayerTypes)
            names.emplace_back(layerType.name);
        return fail(ErrorCode::Parse,
                    where + ": there is no layer type “" + type + "”; there are " + listed(names) + ".");
    }
    where += " (" + type + ")";
    nn::Layer layer;
    layer.name = fields.text("name", type + std::to_string(number));
    auto what = known->read(fields, budget);
    if (!what)
        return fail(ErrorCode::Parse, where + ": inside it: " + what.error().message());
    fields.refuseOthers();
    if (fields.failed())
        return fieldError(where, fields);
    layer.what = std::move(*what);
    return layer;
}

Result<nn::Layers> readLayers(const Json& list, Budget& budget)
{
    if (!list.is_array())
        return fail(ErrorCode::Parse, "Layers must be a list in brackets.");
    nn::Layers layers;
    for (const Json& json : list) {
        if (--budget.layers < 0)
            return fail(ErrorCode::Parse, "The network has more than " + std::to_string(kMaxLayers) + " layers.");
        auto layer = readLayer(json, layers.size() + 1, budget);
        if (!layer)
            return fail(layer.error());
        layers.push_back(std::move(*layer));
    }
    return layers;
}

void readInput(JsonFields& fields, StackDesign& design)
{
    constexpr std::int64_t kMaxLengthNt = 10'000'000;
    design.lengthNt = fields.integer("length", 0);
    if (design.lengthNt < 0 || design.lengthNt > kMaxLengthNt)
        fields.setError("This field must be a whole number from 0 (any length) to " + std::to_string(kMaxLengthNt)
                            + ".",
                        "length");
    design.channelOrder = fields.text("channels", "ACGT");
    std::string sorted = design.channelOrder;
    std::ranges::replace(sorted, 'U', 'T');
    std::ranges::sort(sorted);
    if (sorted != "ACGT")
        fields.setError("This field must hold the letters A, C, G and T or U in the network's order.", "channels");
    design.unknown = fields.number("unknown", 0.0);
    constexpr nn::Keep kKeep[] = {nn::Keep::Centre, nn::Keep::First, nn::Keep::Last};
    design.keep = kKeep[choice(fields, "too_long", {"centre", "first", "last"})];
    constexpr nn::PadAt kPad[] = {nn::PadAt::Both, nn::PadAt::Start, nn::PadAt::End};
    design.pad = kPad[choice(fields, "too_short", {"both", "start", "end"})];
}

Result<HeadSpec> readHead(const Json& json)
{
    JsonFields fields(json, {});
    constexpr HeadKind kKinds[] = {HeadKind::Values, HeadKind::Profile, HeadKind::Labels, HeadKind::Classes,
                                   HeadKind::Fractions};
    HeadSpec head{kKinds[choice(fields, "kind", {"values", "profile", "labels", "classes", "fractions"})],
                  fields.texts("names")};
    fields.refuseOthers();
    if (fields.failed())
        return fieldError("The network's head", fields);
    return head;
}

Result<StackRecipe> recipeOf(const OptionReader& options) { return parseCustomNetwork(options.text("layers")); }

}  // namespace

Result<StackRecipe> parseCustomNetwork(std::string_view text)
{
    if (text.size() > kMaxTextBytes)
        return fail(ErrorCode::Parse, "The network's description is longer than one megabyte.");
    const auto json = io::parseJson(text);
    if (!json)
        return fail(ErrorCode::Parse, "The network's description cannot be read. " + json.error().message());
    JsonFields fields(*json, {});
    StackRecipe recipe;
    readInput(fields, recipe.design);
    const Json& headJson = fields.object("head");
    const Json& layersJson = fields.array("layers");
    fields.refuseOthers();
    if (fields.failed())
        return fieldError("The network's description", fields);
    auto head = readHead(headJson);
    if (!head)
        return fail(head.error());
    Budget budget;
    auto layers = readLayers(layersJson, budget);
    if (!layers)
        return fail(layers.error());
    recipe.head = std::move(*head);
    recipe.design.layers = std::move(*layers);
    return recipe;
}

engine::ModelSpec customSpec()
{
    engine::ModelSpec spec;
    spec.architecture = "custom";
    spec.name = "Your own network";
    spec.help = "A network written down as a list of layers (docs/custom_models.md)";
    spec.citation = "The network's author";
    spec.options = {textOption("layers", "Layers", "The network as JSON: input, head and layers",
                               std::string(kExample))};
    spec.input.alphabet = "DNA";
    return describedSpec(std::move(spec), recipeOf);
}

Result<std::shared_ptr<nn::SequenceNet>> createCustomNet(std::string_view, const data::OptionMap& options)
{
    return createStackNet(customSpec(), recipeOf, options);
}

}  // namespace nscope::models
