// Purpose: recognises forms of weights by their first bytes.
#include "core/io/weight_file.h"

#include "core/io/byte_reader.h"
#include "core/io/keras_h5.h"
#include "core/io/mapped_file.h"
#include "core/io/torch_checkpoint.h"
#include "core/io/weight_budget.h"

#include <algorithm>

namespace nscope::io {
namespace {

constexpr std::uint64_t kMaxSafetensorsHeader = 100'000'000;

/// 8 bytes with the header's length, then the header, which is a JSON object.
bool isSafetensors(std::span<const std::byte> bytes)
{
    ByteReader reader(bytes);
    return reader.u64() <= kMaxSafetensorsHeader && reader.u8() == '{';
}

Result<WeightFile> readSafetensors(const std::string& path, std::size_t fileBytes)
{
    const auto stored = Safetensors::open(path);
    if (!stored)
        return fail(stored.error());
    WeightFile file{.form = WeightForm::Safetensors, .tensors = {}, .layers = {}, .notes = {}};
    WeightBudget budget(fileBytes);
    for (const TensorView& tensor : stored->tensors()) {
        if (auto taken = budget.take(tensor.shape); !taken)
            return fail(taken.error().at({.file = path, .record = tensor.name}));
        file.tensors.push_back({tensor.name, tensor.dtype, tensor.shape, numbersAsFloats(tensor)});
    }
    return file;
}

}  // namespace

std::string_view weightFormName(WeightForm form)
{
    switch (form) {
    case WeightForm::Safetensors: return "safetensors";
    case WeightForm::TorchZip: return "PyTorch checkpoint";
    case WeightForm::TorchLegacy: return "PyTorch checkpoint (old form)";
    case WeightForm::KerasH5: return "Keras .h5";
    }
    return "";
}

const WeightTensor* WeightFile::find(std::string_view name) const
{
    const auto found = std::ranges::find(tensors, name, &WeightTensor::name);
    return found == tensors.end() ? nullptr : &*found;
}

const WeightLayer* WeightFile::findLayer(std::string_view name) const
{
    const auto found = std::ranges::find(layers, name, &WeightLayer::name);
    return found == layers.end() ? nullptr : &*found;
}

Result<WeightFile> openWeights(const std::string& path, const WeightOptions& options)
{
    const auto mapped = MappedFile::open(path);
    if (!mapped)
        return fail(mapped.error());
    const auto bytes = mapped->bytes();
    if (isKerasH5(bytes))
        return readKerasH5(path, options);
    if (isSafetensors(bytes))
        return readSafetensors(path, bytes.size());
    if (isTorchCheckpoint(bytes))
        return readTorchCheckpoint(path);
    return fail(
        ErrorCode::Unsupported,
        "This is no file of weights that is known here: neither a PyTorch checkpoint, nor Keras .h5, nor safetensors.",
        {.file = path});
}

}  // namespace nscope::io
