#include "core/models/import/keras_layers.h"

#include "core/models/model_zoo.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace nscope::models {

namespace {

constexpr int kSameShape = 4, kSameKind = 1;

/// A layer of the file that holds weights.
struct FileLayer {
    const io::WeightLayer* layer;
    std::optional<KerasKind> kind;       ///< none: no kind that any network here has
    std::vector<std::int64_t> shape{};   ///< of its first weight, as our module stores it
};

std::string lastName(std::string_view path)
{
    const std::string_view name = path.substr(path.rfind('/') + 1);
    return std::string(name.substr(0, name.rfind(':')));
}

/// [k,1,in,out] and [1,k,in,out] are convolutions over one axis too: [k,in,out].
std::vector<std::int64_t> squeezed(std::vector<std::int64_t> shape)
{
    if (shape.size() == 4 && (shape[1] == 1 || shape[0] == 1))
        shape.erase(shape.begin() + (shape[1] == 1 ? 1 : 0));
    return shape;
}

std::optional<KerasKind> kindOf(const io::WeightFile& file, const io::WeightLayer& layer)
{
    const auto shapeOf = [&](std::string_view weight) -> std::optional<std::vector<std::int64_t>> {
        for (const std::string& name : layer.tensors) {
            if (lastName(name) == weight)
                return squeezed(file.find(name)->shape);
        }
        return std::nullopt;
    };
    if (const auto recurrent = shapeOf("recurrent_kernel"); recurrent && recurrent->size() == 2) {
        const std::int64_t gates = (*recurrent)[0] > 0 ? (*recurrent)[1] / (*recurrent)[0] : 0;
        return gates == 4 ? std::optional(KerasKind::Lstm) : gates == 3 ? std::optional(KerasKind::Gru) : std::nullopt;
    }
    if (const auto kernel = shapeOf("kernel"))
        return kernel->size() == 3   ? std::optional(KerasKind::Conv)
               : kernel->size() == 2 ? std::optional(KerasKind::Dense)
                                     : std::nullopt;
    if (shapeOf("moving_mean"))
        return KerasKind::BatchNorm;
    if (shapeOf("gamma") || shapeOf("beta"))
        return KerasKind::LayerNorm;
    if (shapeOf("W1"))
        return KerasKind::HeadAttention;
    if (shapeOf("embeddings"))
        return KerasKind::LetterTable;
    return std::nullopt;
}

std::vector<FileLayer> layersWithWeights(const io::WeightFile& file)
{
    std::vector<FileLayer> layers;
    for (const io::WeightLayer& layer : file.layers) {
        if (layer.tensors.empty())
            continue;
        FileLayer known{&layer, kindOf(file, layer), squeezed(file.find(layer.tensors.front())->shape)};
        std::ranges::reverse(known.shape);
        layers.push_back(std::move(known));
    }
    return layers;
}

/// Name in our state of the first weight of a place; empty for a letter table.
std::string firstWeight(const KerasPlace& place)
{
    switch (place.kind) {
    case KerasKind::LetterTable: return {};
    case KerasKind::HeadAttention: return place.module + "_w1.weight";
    case KerasKind::Lstm:
    case KerasKind::Gru: return place.module + (place.torchCell ? ".weight_ih_l0" : ".forward.weight_ih");
    default: return place.module + ".weight";
    }
}

/// 0: the layer cannot take the place.
int fitness(const FileLayer& layer, const KerasPlace& place, const StateDict& wanted)
{
    if (layer.kind != place.kind)
        return 0;
    const auto found = wanted.find(firstWeight(place));
    return found == wanted.end() || found->second.sizes() == layer.shape ? kSameShape : kSameKind;
}

/// For every layer its place, or −1: the order-preserving assignment of the greatest sum of fitness.
std::vector<int> aligned(const std::vector<FileLayer>& layers, std::span<const KerasPlace> plan,
                         const StateDict& wanted)
{
    const std::size_t n = layers.size(), m = plan.size();
    std::vector<std::vector<int>> best(n + 1, std::vector<int>(m + 1, 0)), fit(n, std::vector<int>(m, 0));
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t j = m; j-- > 0;) {
            fit[i][j] = fitness(layers[i], plan[j], wanted);
            const int together = fit[i][j] > 0 ? fit[i][j] + best[i + 1][j + 1] : 0;
            best[i][j] = std::max({together, best[i + 1][j], best[i][j + 1]});
        }
    }
    std::vector<int> places(n, -1);
    for (std::size_t i = 0, j = 0; i < n && j < m;) {
        if (fit[i][j] > 0 && best[i][j] == fit[i][j] + best[i + 1][j + 1])
            places[i++] = int(j++);
        else if (best[i][j] == best[i + 1][j])
            ++i;
        else
            ++j;
    }
    return places;
}

torch::Tensor tensorOf(const io::WeightTensor& weight)
{
    torch::Tensor tensor = torch::empty(squeezed(weight.shape), torch::kFloat32);
    std::ranges::copy(weight.values, tensor.data_ptr<float>());
    return tensor;
}

/// Axes in the opposite order: [k,in,out] → [out,in,k], [in,out] → [out,in].
torch::Tensor turned(const torch::Tensor& kernel)
{
    std::vector<std::int64_t> axes;
    for (std::int64_t axis = kernel.dim(); axis-- > 0;)
        axes.push_back(axis);
    return kernel.permute(axes).contiguous();
}

/// Every row must be one symbol, an equal mixture of some, or nothing: then our own one-hot input says the same.
bool isLetterTable(const torch::Tensor& table)
{
    for (std::int64_t row = 0; row < table.size(0); ++row) {
        const double largest = table[row].max().item<double>(), sum = table[row].sum().item<double>();
        const auto mixed = table[row].eq(largest).sum().item<std::int64_t>();
        const bool isNothing = largest == 0.0 && sum == 0.0;
        if (!isNothing && (std::abs(sum - 1.0) > 1e-6 || std::abs(largest * double(mixed) - sum) > 1e-6))
            return false;
    }
    return true;
}

class Taker {
public:
    Taker(const io::WeightFile& file, ImportedState& imported) : m_file(file), m_imported(imported) {}

    Result<void> take(const io::WeightLayer& layer, const KerasPlace& place)
    {
        switch (place.kind) {
        case KerasKind::LetterTable: return takeTable(layer);
        case KerasKind::Lstm:
        case KerasKind::Gru: return takeRecurrent(layer, place);
        default: break;
        }
        for (const std::string& name : layer.tensors)
            takeWeight(name, place);
        return {};
    }

private:
    /// A second layer of one place adds its rows below.
    void put(const std::string& name, const torch::Tensor& tensor)
    {
        const auto [entry, isNew] = m_imported.state.emplace(name, tensor);
        if (!isNew && entry->second.dim() == tensor.dim() && entry->second.sizes().slice(1) == tensor.sizes().slice(1))
            entry->second = at::cat({entry->second, tensor}, 0);
        else if (!isNew)
            m_imported.misshapen.push_back(name + ": the layers of the file that make it up differ in shape");
    }

    void takeWeight(const std::string& name, const KerasPlace& place)
    {
        const std::string weight = lastName(name);
        const torch::Tensor tensor = tensorOf(*m_file.find(name));
        if (weight == "kernel")
            put(place.module + ".weight", turned(tensor));
        else if (weight == "gamma")
            put(place.module + ".weight", tensor);
        else if (weight == "bias" || weight == "beta")
            put(place.module + ".bias", tensor);
        else if (weight == "moving_mean")
            put(place.module + ".running_mean", tensor);
        else if (weight == "moving_variance")
            put(place.module + ".running_var", tensor);
        else if (weight == "W1" || weight == "W2")
            put(place.module + (weight == "W1" ? "_w1.weight" : "_w2.weight"), turned(tensor));
        else
            m_imported.surplus.push_back(name);
    }

    Result<void> takeTable(const io::WeightLayer& layer)
    {
        const torch::Tensor table = tensorOf(*m_file.find(layer.tensors.front()));
        if (table.dim() != 2 || table.numel() == 0 || !isLetterTable(table))
            return fail(ErrorCode::ModelMismatch, "The layer " + layer.name
                                                      + " should be a one-hot table of letters, but holds other "
                                                        "numbers.");
        m_imported.notes.push_back("The layer " + layer.name + " is a one-hot table of letters; this program's own "
                                   "input takes its place.");
        return {};
    }

    /// Keras' gates z, r, h as LibTorch's r, z, n.
    static torch::Tensor gruGates(const torch::Tensor& weight)
    {
        const auto gates = weight.chunk(3, 0);
        return at::cat({gates[1], gates[0], gates[2]}, 0);
    }

    Result<void> takeRecurrent(const io::WeightLayer& layer, const KerasPlace& place)
    {
        int direction = -1;
        for (const std::string& name : layer.tensors) {
            const std::string weight = lastName(name);
            const torch::Tensor tensor = tensorOf(*m_file.find(name));
            direction += weight == "kernel";
            if (direction < 0 || direction > 1
                || (weight != "kernel" && weight != "recurrent_kernel" && weight != "bias")) {
                m_imported.surplus.push_back(name);
                continue;
            }
            const bool isBias = weight == "bias";
            const std::string part = isBias ? "bias" : weight == "kernel" ? "weight_ih" : "weight_hh";
            if (!place.torchCell)
                put(place.module + (direction == 0 ? ".forward." : ".backward.") + part,
                    isBias ? tensor : turned(tensor));
            else if (const auto taken = takeTorchCell(place, part, tensor, direction == 1); !taken)
                return fail(ErrorCode::Unsupported, "The layer " + layer.name + taken.error().message());
        }
        return {};
    }

    /// LibTorch's cells have two biases: an LSTM's second one is 0.
    Result<void> takeTorchCell(const KerasPlace& place, const std::string& part, const torch::Tensor& tensor,
                               bool isReverse)
    {
        const std::string end = isReverse ? "_l0_reverse" : "_l0", module = place.module + ".";
        const bool isGru = place.kind == KerasKind::Gru;
        if (part != "bias") {
            put(module + part + end, isGru ? gruGates(turned(tensor)) : turned(tensor));
        } else if (!isGru) {
            put(module + "bias_ih" + end, tensor);
            put(module + "bias_hh" + end, torch::zeros_like(tensor));
        } else {
            if (tensor.dim() != 2 || tensor.size(0) != 2)
                return fail(ErrorCode::Unsupported, " is a GRU that resets its state before the recurrent weights "
                                                    "(reset_after=False), which the network here does not do.");
            put(module + "bias_ih" + end, gruGates(tensor[0]));
            put(module + "bias_hh" + end, gruGates(tensor[1]));
        }
        return {};
    }

    const io::WeightFile& m_file;
    ImportedState& m_imported;
};

/// A text of the layer's configuration, or of the layer that it wraps.
std::string configText(const io::WeightLayer& layer, const char* key)
{
    const auto textOf = [key](const nlohmann::ordered_json& config) -> std::string {
        const bool has = config.is_object() && config.contains(key) && config[key].is_string();
        return has ? config[key].get<std::string>() : std::string();
    };
    const std::string own = textOf(layer.config);
    const bool wraps = own.empty() && layer.config.is_object() && layer.config.contains("layer")
                       && layer.config["layer"].is_object() && layer.config["layer"].contains("config");
    return wraps ? textOf(layer.config["layer"]["config"]) : own;
}

Result<void> setOption(ImportedState& imported, const char* id, const std::string& value, const std::string& layer)
{
    const auto [entry, isNew] = imported.options.emplace(id, value);
    if (isNew)
        imported.notes.push_back("By the layer " + layer + " the option " + id + " is " + value + ".");
    else if (entry->second != data::OptionValue(value))
        return fail(ErrorCode::ModelMismatch, "The option " + std::string(id) + " is " + data::toText(entry->second)
                                                  + ", but the file's layer " + layer + " says " + value + ".");
    return {};
}

}  // namespace

Result<void> readKerasConfig(const io::WeightFile& file, ImportedState& imported)
{
    const auto& zoo = modelZoo();
    const auto family = std::ranges::find_if(zoo, [&](const Family& one) {
        return one.spec.architecture == imported.architecture;
    });
    const auto optionOf = [&](std::string_view id) -> const engine::OptionSpec* {
        const auto found = std::ranges::find(family->spec.options, id, &engine::OptionSpec::id);
        return found == family->spec.options.end() ? nullptr : &*found;
    };
    bool foundActivation = false;
    for (const io::WeightLayer& layer : file.layers) {
        const std::string gates = configText(layer, "recurrent_activation");
        const bool isHard = gates == "hard_sigmoid";
        if (!gates.empty() && optionOf("gates")) {
            if (const auto set = setOption(imported, "gates", isHard ? "hard-sigmoid" : gates, layer.name); !set)
                return set;
        } else if (isHard) {
            return fail(ErrorCode::Unsupported, "The layer " + layer.name + " has gates of Keras' hard sigmoid, which "
                                                + imported.architecture + " does not have.");
        }
        if (layer.className != "Activation" || foundActivation || !optionOf("activation"))
            continue;
        foundActivation = true;
        if (const auto set = setOption(imported, "activation", configText(layer, "activation"), layer.name); !set)
            return set;
    }
    return {};
}

Result<void> takeKerasLayers(const io::WeightFile& file, std::span<const KerasPlace> plan, const StateDict& wanted,
                             ImportedState& imported)
{
    const std::vector<FileLayer> layers = layersWithWeights(file);
    const std::vector<int> places = aligned(layers, plan, wanted);
    Taker taker(file, imported);
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const io::WeightLayer& layer = *layers[i].layer;
        if (places[i] < 0) {
            imported.surplus.insert(imported.surplus.end(), layer.tensors.begin(), layer.tensors.end());
            continue;
        }
        if (const auto taken = taker.take(layer, plan[std::size_t(places[i])]); !taken)
            return taken;
    }
    return {};
}

}  // namespace nscope::models
