#include "core/models/import/keras_plan.h"

#include <algorithm>
#include <map>
#include <optional>

namespace nscope::models {

namespace {

const std::vector<KerasStep> kXpresso = {
    {KerasKind::Conv, "conv1"},   {KerasKind::Conv, "conv2"},   {KerasKind::Dense, "dense1"},
    {KerasKind::Dense, "dense2"}, {KerasKind::Dense, "output"},
};

/// One fold: three first convolutions, then three second ones, as the authors' code builds them.
const std::vector<KerasStep> kDm3Loc = {
    {KerasKind::LetterTable, ""},
    {KerasKind::Conv, "fold.0.branch.0.conv1"},
    {KerasKind::Conv, "fold.0.branch.1.conv1"},
    {KerasKind::Conv, "fold.0.branch.2.conv1"},
    {KerasKind::Conv, "fold.0.branch.0.conv2"},
    {KerasKind::Conv, "fold.0.branch.1.conv2"},
    {KerasKind::Conv, "fold.0.branch.2.conv2"},
    {KerasKind::HeadAttention, "fold.0.branch.0.attention"},
    {KerasKind::HeadAttention, "fold.0.branch.1.attention"},
    {KerasKind::HeadAttention, "fold.0.branch.2.attention"},
    {KerasKind::Dense, "fold.0.hidden"},
    {KerasKind::Dense, "fold.0.output"},
};

torch::Tensor tensorOf(const io::WeightTensor& weight)
{
    torch::Tensor tensor = torch::empty(weight.shape, torch::kFloat32);
    std::ranges::copy(weight.values, tensor.data_ptr<float>());
    return tensor;
}

std::string lastName(std::string_view path)
{
    const std::string_view name = path.substr(path.rfind('/') + 1);
    return std::string(name.substr(0, name.rfind(':')));
}

/// The kind of a layer by the weights it holds; files without a configuration tell no class names.
std::optional<KerasKind> kindOf(const io::WeightFile& file, const io::WeightLayer& layer)
{
    const io::WeightTensor* first = file.find(layer.tensors.front());
    const std::string name = lastName(layer.tensors.front());
    if (!first)
        return std::nullopt;
    if (name == "kernel" && first->shape.size() == 3)
        return KerasKind::Conv;
    if (name == "kernel" && first->shape.size() == 2 && layer.tensors.size() <= 2)
        return KerasKind::Dense;
    if (name == "W1")
        return KerasKind::HeadAttention;
    if (name == "embeddings")
        return KerasKind::LetterTable;
    return std::nullopt;
}

/// Every row must be one letter, an equal mixture, or nothing: then our own one-hot input says the same.
bool isLetterTable(const torch::Tensor& table)
{
    for (std::int64_t row = 0; row < table.size(0); ++row) {
        const double sum = table[row].sum().item<double>(), largest = table[row].max().item<double>();
        const bool isNothing = sum == 0.0 && largest == 0.0;
        const bool isLetter = sum == 1.0 && (largest == 1.0 || largest == 0.25);
        if (!isNothing && !isLetter)
            return false;
    }
    return true;
}

void takeLayer(const io::WeightFile& file, const io::WeightLayer& layer, const KerasStep& step, ImportedState& imported)
{
    for (const std::string& name : layer.tensors) {
        const std::string weight = lastName(name);
        const torch::Tensor tensor = tensorOf(*file.find(name));
        if (weight == "kernel" && tensor.dim() == 3)
            imported.state[step.module + ".weight"] = tensor.permute({2, 1, 0}).contiguous();
        else if (weight == "kernel" && tensor.dim() == 2)
            imported.state[step.module + ".weight"] = tensor.t().contiguous();
        else if (weight == "bias")
            imported.state[step.module + ".bias"] = tensor;
        else if (weight == "W1" && tensor.dim() == 2)
            imported.state[step.module + "_w1.weight"] = tensor.t().contiguous();
        else if (weight == "W2" && tensor.dim() == 2)
            imported.state[step.module + "_w2.weight"] = tensor.t().contiguous();
        else
            imported.surplus.push_back(name);
    }
}

}  // namespace

std::span<const KerasStep> kerasPlan(std::string_view architecture)
{
    if (architecture == "xpresso")
        return kXpresso;
    if (architecture == "dm3loc")
        return kDm3Loc;
    return {};
}

Result<void> takeKerasLayers(const io::WeightFile& file, std::span<const KerasStep> plan, ImportedState& imported)
{
    std::map<KerasKind, std::vector<const KerasStep*>> places;
    for (const KerasStep& step : plan)
        places[step.kind].push_back(&step);
    std::map<KerasKind, std::size_t> used;
    for (const io::WeightLayer& layer : file.layers) {
        if (layer.tensors.empty())
            continue;
        const auto kind = kindOf(file, layer);
        if (!kind || used[*kind] >= places[*kind].size()) {
            imported.surplus.insert(imported.surplus.end(), layer.tensors.begin(), layer.tensors.end());
            continue;
        }
        const KerasStep& step = *places[*kind][used[*kind]++];
        if (*kind != KerasKind::LetterTable) {
            takeLayer(file, layer, step, imported);
            continue;
        }
        const torch::Tensor table = tensorOf(*file.find(layer.tensors.front()));
        if (table.dim() != 2 || table.size(1) != 4 || !isLetterTable(table))
            return fail(ErrorCode::ModelMismatch, "The layer " + layer.name + " should be a one-hot table of letters, "
                                                  "but holds other numbers.");
        imported.notes.push_back("The layer " + layer.name + " is a one-hot table of letters; this program's own input "
                                 "takes its place.");
    }
    return {};
}

}  // namespace nscope::models
