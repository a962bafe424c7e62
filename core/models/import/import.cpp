#include "core/models/import/import.h"

#include "core/models/import/keras_layers.h"
#include "core/models/model_zoo.h"

#include <algorithm>

namespace nscope::models {

namespace {

/// DM3Loc's three Lambda layers: x[0] * x[1], the mask of steps behind the end, which our network computes itself.
constexpr const char* kDm3LocMask = "ce8f77b3df78ff8dfd2bf5263f80b8d26815d01e057f344e42608ae0d868f83e";

constexpr std::int64_t kXpressoConvolved = 1120;  ///< inputs of its first dense layer that are no features

/// A weight, or a Keras class, that only one architecture has.
struct Signature {
    std::string_view name;
    std::string_view architecture;
};
constexpr Signature kSignatures[] = {
    {"conv_block1.0.weight", "rnatracker-gru"}, {"encoder.fnet.0.", "bioseq2seq"},
    {"bert.embeddings.", "utrbert"},            {"embeddings.word_embeddings.", "utrbert"},
    {"halflife", "xpresso"},                    {"Attention_mask", "dm3loc"},
};

std::string guessArchitecture(const io::WeightFile& file)
{
    for (const Signature& signature : kSignatures) {
        const auto starts = [&](const std::string& name) { return name.starts_with(signature.name); };
        if (std::ranges::any_of(file.tensors, starts, &io::WeightTensor::name)
            || std::ranges::any_of(file.layers, starts, &io::WeightLayer::name)
            || std::ranges::any_of(file.layers, starts, &io::WeightLayer::className))
            return std::string(signature.architecture);
    }
    return {};
}

std::string shapeText(at::IntArrayRef shape)
{
    std::string text;
    for (const std::int64_t size : shape)
        text += (text.empty() ? "" : " × ") + std::to_string(size);
    return text.empty() ? "one number" : text;
}

/// What the shapes tell about options that were not given.
void readOptionsOffShapes(ImportedState& imported)
{
    if (imported.architecture == "xpresso" && !imported.options.contains("halflife")) {
        const auto dense = imported.state.find("dense1.weight");
        if (dense == imported.state.end() || dense->second.dim() != 2)
            return;
        const std::int64_t features = dense->second.size(1) - kXpressoConvolved;
        if (features == 0 || features == 6 || features == 8) {
            imported.options["halflife"] = features;
            imported.notes.push_back("The network takes " + std::to_string(features) + " half-life features.");
        }
    }
}

Result<void> takeKerasModel(const io::WeightFile& file, ImportedState& imported)
{
    if (const auto read = readKerasConfig(file, imported); !read)
        return read;
    const auto net = createNet(imported.architecture, imported.options);
    if (!net)
        return fail(net.error());
    const std::vector<KerasPlace> plan = kerasPlan(**net);
    if (plan.empty())
        return fail(ErrorCode::Unsupported, "There is no rule by which layers of a Keras model become those of "
                                                + imported.architecture + "; give a PyTorch or safetensors file.");
    return takeKerasLayers(file, plan, stateOf(**net), imported);
}

void compare(const nn::SequenceNet& net, ImportedState& imported)
{
    const StateDict wanted = stateOf(net);
    for (const auto& [name, tensor] : wanted) {
        const auto found = imported.state.find(name);
        if (found == imported.state.end())
            imported.missing.push_back(name);
        else if (found->second.sizes() != tensor.sizes())
            imported.misshapen.push_back(name + ": " + shapeText(found->second.sizes()) + " in the file, "
                                         + shapeText(tensor.sizes()) + " in the network");
    }
    for (const auto& [name, tensor] : imported.state) {
        if (!wanted.contains(name) && !followsFromArchitecture(name))
            imported.surplus.push_back(name);
    }
}

}  // namespace

io::WeightOptions importWeightOptions() { return {.knownLambdas = {kDm3LocMask}}; }

Result<ImportedState> importWeights(const io::WeightFile& file, std::string_view architecture,
                                    const data::OptionMap& options)
{
    ImportedState imported;
    imported.options = options;
    imported.architecture = architecture.empty() ? guessArchitecture(file) : std::string(architecture);
    if (imported.architecture.empty())
        return fail(ErrorCode::InvalidArgument, "The weights do not tell whose network they are; name the architecture.");
    const auto isIt = [&](const Family& family) { return family.spec.architecture == imported.architecture; };
    if (std::ranges::none_of(modelZoo(), isIt))
        return fail(createNet(imported.architecture, {}).error());  // lists those there are
    if (architecture.empty())
        imported.notes.push_back("Guessed from the names: " + imported.architecture + ".");
    if (file.form == io::WeightForm::KerasH5) {
        if (const auto taken = takeKerasModel(file, imported); !taken)
            return fail(taken.error());
    } else {
        for (const io::WeightTensor& weight : file.tensors) {
            torch::Tensor tensor = torch::empty(weight.shape, torch::kFloat32);
            std::ranges::copy(weight.values, tensor.data_ptr<float>());
            imported.state[weight.name] = std::move(tensor);
        }
    }
    readOptionsOffShapes(imported);
    const auto net = createNet(imported.architecture, imported.options);
    if (!net)
        return fail(net.error());
    const auto unused = (*net)->adoptState(imported.state);
    if (!unused)
        return fail(unused.error());
    if (!unused->empty())
        imported.notes.push_back(std::to_string(unused->size()) + " weights belong to other tasks of this network and "
                                 "were left out: " + unused->front() + (unused->size() > 1 ? " …" : "") + ".");
    compare(**net, imported);
    return imported;
}

}  // namespace nscope::models
