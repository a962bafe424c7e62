#include "core/models/weights.h"

#include "core/io/safetensors.h"

#include <set>

namespace nscope::models {

namespace {

constexpr std::size_t kNamesListed = 8;

/// "a, b, c and 12 more".
std::string listed(const std::vector<std::string>& names)
{
    std::string text;
    for (std::size_t i = 0; i < names.size() && i < kNamesListed; ++i)
        text += (i ? ", " : "") + names[i];
    if (names.size() > kNamesListed)
        text += " and " + std::to_string(names.size() - kNamesListed) + " more";
    return text;
}

std::string shapeText(at::IntArrayRef shape)
{
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text += (i ? "×" : "") + std::to_string(shape[i]);
    return text + "]";
}

/// What a file holds of a module: parameters, and buffers such as a batch norm's running statistics.
torch::OrderedDict<std::string, torch::Tensor> stored(const torch::nn::Module& module)
{
    auto tensors = module.named_parameters();
    for (const auto& item : module.named_buffers()) {
        if (!item.key().ends_with("num_batches_tracked"))
            tensors.insert(item.key(), item.value());
    }
    return tensors;
}

}  // namespace

bool followsFromArchitecture(std::string_view name)
{
    return name.ends_with(".pe") || name.ends_with("stft.window") || name.ends_with("num_batches_tracked");
}

Result<void> applyState(torch::nn::Module& module, const StateDict& state)
{
    std::vector<std::string> missing, surplus, misshapen;
    std::set<std::string> used;
    const auto tensors = stored(module);
    for (const auto& item : tensors) {
        const auto found = state.find(item.key());
        if (found == state.end())
            missing.push_back(item.key());
        else if (found->second.sizes() != item.value().sizes())
            misshapen.push_back(item.key() + " (" + shapeText(found->second.sizes()) + " instead of "
                                + shapeText(item.value().sizes()) + ")");
        used.insert(item.key());
    }
    for (const auto& [name, tensor] : state) {
        if (!used.contains(name) && !followsFromArchitecture(name))
            surplus.push_back(name);
    }
    if (!missing.empty() || !surplus.empty() || !misshapen.empty()) {
        std::string text = "The weights do not fit the model's architecture.";
        if (!missing.empty())
            text += " Missing: " + listed(missing) + ".";
        if (!surplus.empty())
            text += " Surplus: " + listed(surplus) + ".";
        if (!misshapen.empty())
            text += " Of another shape: " + listed(misshapen) + ".";
        return fail(ErrorCode::ModelMismatch, std::move(text));
    }
    const at::NoGradGuard noGrad;
    for (const auto& item : tensors)
        torch::Tensor(item.value()).copy_(state.at(item.key()));
    return {};
}

StateDict stateOf(const torch::nn::Module& module)
{
    StateDict state;
    for (const auto& item : stored(module))
        state[item.key()] = item.value().detach().to(torch::kCPU, torch::kFloat32).contiguous().clone();
    return state;
}

Result<StateDict> readState(const std::string& safetensorsPath)
{
    const auto file = io::Safetensors::open(safetensorsPath);
    if (!file)
        return fail(file.error());
    StateDict state;
    for (const io::TensorView& view : file->tensors()) {
        const auto values = io::toFloats(view);
        if (!values)
            return fail(values.error().at({.file = safetensorsPath, .record = view.name}));
        torch::Tensor tensor = torch::empty(view.shape, torch::kFloat32);
        std::copy(values->begin(), values->end(), tensor.data_ptr<float>());
        state[view.name] = std::move(tensor);
    }
    return state;
}

Result<void> writeState(const std::string& safetensorsPath, const StateDict& state,
                        const std::map<std::string, std::string>& metadata)
{
    std::vector<io::TensorView> views;
    for (const auto& [name, tensor] : state) {
        TORCH_CHECK(tensor.is_contiguous() && tensor.scalar_type() == torch::kFloat32 && tensor.device().is_cpu(),
                    "A state to be written holds contiguous float32 tensors on the CPU.");
        views.push_back({name, io::DType::F32, tensor.sizes().vec(),
                         std::as_bytes(std::span(tensor.data_ptr<float>(), std::size_t(tensor.numel())))});
    }
    return io::writeSafetensors(safetensorsPath, std::move(views), metadata);
}

}  // namespace nscope::models
