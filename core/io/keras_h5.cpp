// Purpose: Keras' layout of HDF5 files and its model configuration.
#include "core/io/keras_h5.h"

#include "core/io/hdf5_file.h"
#include "core/io/json_text.h"
#include "core/io/sha256.h"
#include "core/io/weight_budget.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>

namespace nscope::io {
namespace {

/// Keras 1 and 2 names of layers whose meaning is fixed by Keras.
constexpr std::string_view kKnownClasses[] = {
    "Activation", "ActivityRegularization", "Add", "AdditiveAttention", "AlphaDropout", "Attention", "Average",
    "AveragePooling1D", "AveragePooling2D", "BatchNormalization", "Bidirectional", "Concatenate", "Conv1D",
    "Conv1DTranspose", "Conv2D", "Conv2DTranspose", "Convolution1D", "Convolution2D", "Cropping1D", "Cropping2D",
    "CuDNNGRU", "CuDNNLSTM", "Dense", "DepthwiseConv1D", "DepthwiseConv2D", "Dot", "Dropout", "ELU", "Embedding",
    "Flatten", "Functional", "GRU", "GaussianDropout", "GaussianNoise", "GlobalAveragePooling1D",
    "GlobalAveragePooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D", "InputLayer", "LSTM", "LayerNormalization",
    "LeakyReLU", "Masking", "MaxPooling1D", "MaxPooling2D", "Maximum", "Minimum", "Model", "MultiHeadAttention",
    "Multiply", "PReLU", "Permute", "ReLU", "RepeatVector", "Reshape", "SeparableConv1D", "SeparableConv2D",
    "Sequential", "SimpleRNN", "Softmax", "SpatialDropout1D", "SpatialDropout2D", "Subtract", "ThresholdedReLU",
    "TimeDistributed", "UpSampling1D", "UpSampling2D", "ZeroPadding1D", "ZeroPadding2D"};
static_assert(std::ranges::is_sorted(kKnownClasses), "searched by halves");

constexpr std::string_view kWeightsGroup = "model_weights";
constexpr std::string_view kNewGroup = "_layer_checkpoint_dependencies";

std::unexpected<Error> bad(std::string message, std::string record = {})
{
    return fail(ErrorCode::Parse, std::move(message), {.record = std::move(record)});
}

std::string className(const Json& layer)
{
    const bool named = layer.is_object() && layer.contains("class_name") && layer["class_name"].is_string();
    return named ? layer["class_name"].get<std::string>() : std::string();
}

/// The layers of a model or nested model: config.layers, or the config itself in old Sequential models. Else null.
const Json* layersOf(const Json& model)
{
    if (!model.is_object() || !model.contains("config"))
        return nullptr;
    const Json& config = model["config"];
    if (config.is_array())
        return &config;
    return config.is_object() && config.contains("layers") && config["layers"].is_array() ? &config["layers"] : nullptr;
}

/// Every Lambda wherever it stands: within nested models, within wrappers, within custom layers.
Result<void> checkLambdas(const Json& value, const std::vector<std::string>& known)
{
    if (className(value) == "Lambda") {
        const Json& config = value.contains("config") ? value["config"] : Json::object();
        const std::string name = config.is_object() && config.contains("name") && config["name"].is_string()
                                     ? config["name"].get<std::string>()
                                     : "lambda";
        if (std::ranges::find(known, lambdaHash(config)) == known.end())
            return fail(ErrorCode::Unsupported,
                        "This is a Lambda layer, which carries Python code; code out of a file is never run. "
                        "Save the weights alone in Keras (model.save_weights) and import those into an architecture "
                        "that computes this step by itself.",
                        {.record = name.substr(0, 200)});
    }
    for (const Json& part : value) {
        if (!part.is_structured())
            continue;
        if (auto checked = checkLambdas(part, known); !checked)
            return checked;
    }
    return {};
}

/// The texts of an attribute that Keras splits into name0, name1 … when it is longer than 64 kB.
Result<std::optional<std::vector<std::string>>> splitTexts(Hdf5File& file, const Hdf5Object& object,
                                                           const std::string& name)
{
    if (const Hdf5Attribute* whole = object.attribute(name)) {
        auto texts = file.texts(*whole);
        if (!texts)
            return fail(texts.error());
        return *std::move(texts);
    }
    std::vector<std::string> all;
    int part = 0;
    while (const Hdf5Attribute* piece = object.attribute(name + std::to_string(part))) {
        auto texts = file.texts(*piece);
        if (!texts)
            return fail(texts.error());
        std::ranges::move(*texts, std::back_inserter(all));
        ++part;
    }
    return part == 0 ? std::nullopt : std::optional(std::move(all));
}

class KerasReader {
public:
    KerasReader(Hdf5File& file, const WeightOptions& options)
        : m_file(file), m_options(options), m_budget(file.fileBytes())
    {
    }

    Result<WeightFile> run()
    {
        const auto root = m_file.root();
        if (!root)
            return fail(root.error());
        if (auto read = readConfig(*root); !read)
            return fail(read.error());
        const bool isModel = m_file.contains(*root, kWeightsGroup);
        const auto weights = isModel ? m_file.find(*root, kWeightsGroup) : root;
        if (!weights)
            return fail(weights.error());
        const auto names = splitTexts(m_file, *weights, "layer_names");
        if (!names)
            return fail(names.error());
        if (!*names)
            return noLayers(*root, *weights);
        for (const std::string& name : **names) {
            if (auto read = readLayer(*weights, name); !read)
                return fail(read.error());
        }
        addNotes(*root, *weights);
        return std::move(m_result);
    }

private:
    /// Says what the file is instead.
    std::unexpected<Error> noLayers(const Hdf5Object& root, const Hdf5Object& weights) const
    {
        if (root.hasUnreadTables || weights.hasUnreadTables)
            return fail(ErrorCode::Unsupported, "The HDF5 file is in the newest layout, which is not read; load and "
                                                "save it with h5py's default settings.");
        if (root.links.contains(kNewGroup) || root.links.contains("layers"))
            return fail(ErrorCode::Unsupported, "These are weights in Keras 3's own layout (.weights.h5); in Keras, "
                                                "save the whole model as .h5 and import that.");
        return bad("This HDF5 file holds no Keras weights: it has no list of layers (layer_names).");
    }

    Result<void> readConfig(const Hdf5Object& root)
    {
        m_result.form = WeightForm::KerasH5;
        const Hdf5Attribute* attribute = root.attribute("model_config");
        if (attribute == nullptr)
            return {};
        const auto texts = m_file.texts(*attribute);
        if (!texts)
            return fail(texts.error());
        auto config =
            texts->size() == 1 ? parseJson(texts->front()) : bad("The model's configuration should be one text.");
        if (!config)
            return fail(config.error().at({.record = "model_config"}));
        if (auto checked = checkLambdas(*config, m_options.knownLambdas); !checked)
            return checked;
        const Json* layers = layersOf(*config);
        if (layers == nullptr)
            return bad("The model's configuration lists no layers.", "model_config");
        for (const Json& layer : *layers) {
            const bool hasConfig = layer.is_object() && layer.contains("config") && layer["config"].is_object();
            const Json& inner = hasConfig ? layer["config"] : layer;
            const Json& named = layer.is_object() && layer.contains("name") ? layer : inner;
            if (className(layer).empty() || !named.contains("name") || !named["name"].is_string())
                return bad("A layer of the model's configuration has no class or no name.", "model_config");
            m_configs.emplace(named["name"].get<std::string>(), layer);
        }
        return {};
    }

    Result<void> readLayer(const Hdf5Object& weights, const std::string& name)
    {
        const Where where{.record = name.substr(0, 200)};
        if (name.empty() || !m_seen.insert(name).second)
            return fail(ErrorCode::Parse, "The list of layers names one twice or without a name.", where);
        const auto group = m_file.find(weights, name);
        if (!group)
            return fail(group.error().at(where));
        const auto tensors = splitTexts(m_file, *group, "weight_names");
        if (!tensors)
            return fail(tensors.error().at(where));
        WeightLayer layer{.name = name, .className = {}, .config = {}, .tensors = {}};
        if (const auto config = m_configs.find(name); config != m_configs.end()) {
            layer.className = className(config->second);
            layer.config = config->second.value("config", Json::object());
        }
        if (*tensors) {
            for (const std::string& tensor : **tensors) {
                if (auto read = readTensor(*group, tensor, name + "/" + tensor); !read)
                    return read;
                layer.tensors.push_back(m_result.tensors.back().name);
            }
        }
        m_result.layers.push_back(std::move(layer));
        return {};
    }

    Result<void> readTensor(const Hdf5Object& group, const std::string& path, std::string name)
    {
        const Where where{.record = name.substr(0, 200)};
        if (path.empty() || !m_tensorNames.insert(name).second)
            return fail(ErrorCode::Parse, "The layer lists a weight twice or without a name.", where);
        const auto object = m_file.find(group, path);
        if (!object)
            return fail(Error(object.error().code(), object.error().message(), where));
        const auto numbers = m_file.numbers(*object);
        if (!numbers)
            return fail(numbers.error().at(where));
        if (auto taken = m_budget.take(numbers->shape); !taken)
            return fail(taken.error().at(where));
        m_result.tensors.push_back({std::move(name), numbers->dtype, numbers->shape,
                                    numbersAsFloats({{}, numbers->dtype, numbers->shape, numbers->bytes})});
        return {};
    }

    void addNotes(const Hdf5Object& root, const Hdf5Object& weights)
    {
        if (root.links.contains("optimizer_weights"))
            m_result.notes.emplace_back("Left out, since it is the state of an optimizer: optimizer_weights.");
        if (weights.links.contains("top_level_model_weights") && !m_seen.contains("top_level_model_weights"))
            m_result.notes.emplace_back("Left out, since they belong to no layer: top_level_model_weights.");
        for (const auto& [name, layer] : m_configs) {
            if (!m_seen.contains(name))
                m_result.notes.push_back("The layer \"" + name.substr(0, 200)
                                         + "\" of the configuration is not in the list of weights.");
        }
    }

    Hdf5File& m_file;
    const WeightOptions& m_options;
    WeightBudget m_budget;
    WeightFile m_result;
    std::map<std::string, Json> m_configs;  ///< layers as the configuration describes them, by name
    std::set<std::string, std::less<>> m_seen;
    std::set<std::string, std::less<>> m_tensorNames;
};

/// Classes of layers only: initializers and regularizers have class names too.
void collectUnknown(const std::string& name, const Json& config, std::set<std::string>& unknown)
{
    if (!name.empty() && !std::ranges::binary_search(kKnownClasses, std::string_view(name)))
        unknown.insert(name);
    const auto descend = [&unknown](const Json& layer) {
        if (layer.is_object())
            collectUnknown(className(layer), layer.value("config", Json()), unknown);
    };
    if (config.is_object()) {
        for (const char* wrapped : {"layer", "backward_layer"}) {
            if (config.contains(wrapped))
                descend(config[wrapped]);
        }
    }
    const Json& layers = config.is_object() && config.contains("layers") ? config["layers"] : config;
    if (layers.is_array()) {
        for (const Json& layer : layers)
            descend(layer);
    }
}

Result<WeightFile> readFrom(Result<Hdf5File> file, const WeightOptions& options)
{
    if (!file)
        return fail(file.error());
    return KerasReader(*file, options).run();
}

}  // namespace

bool isKerasH5(std::span<const std::byte> bytes)
{
    constexpr std::string_view kSignature = "\x89HDF\r\n\x1a\n";
    return bytes.size() >= kSignature.size() && std::memcmp(bytes.data(), kSignature.data(), kSignature.size()) == 0;
}

Result<WeightFile> readKerasH5(const std::string& path, const WeightOptions& options)
{
    auto file = readFrom(Hdf5File::open(path), options);
    if (!file)
        return fail(file.error().at({.file = path}));
    return file;
}

Result<WeightFile> parseKerasH5(std::span<const std::byte> bytes, const WeightOptions& options)
{
    return readFrom(Hdf5File::parse(bytes), options);
}

std::vector<std::string> unknownKerasClasses(const WeightFile& file)
{
    std::set<std::string> unknown;
    for (const WeightLayer& layer : file.layers)
        collectUnknown(layer.className, layer.config, unknown);
    return {unknown.begin(), unknown.end()};
}

std::string lambdaHash(const Json& lambdaConfig)
{
    Json code = Json::object();
    for (const char* part : {"function", "arguments"})
        code[part] = lambdaConfig.is_object() && lambdaConfig.contains(part) ? lambdaConfig[part] : Json();
    return sha256(std::string_view(jsonText(code, -1)));
}

}  // namespace nscope::io
