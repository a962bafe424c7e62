// Purpose: the safetensors writer.
#include "core/io/atomic_file.h"
#include "core/io/json_text.h"
#include "core/io/safetensors.h"

#include <algorithm>
#include <cstring>

namespace nscope::io {
namespace {

std::string_view asText(std::span<const std::byte> bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Result<void> checkTensor(const TensorView& tensor)
{
    std::uint64_t bytes = dtypeBytes(tensor.dtype);
    bool fits = !tensor.name.empty() && tensor.name != "__metadata__";
    for (const std::int64_t extent : tensor.shape)
        fits = fits && extent >= 0 && !__builtin_mul_overflow(bytes, std::uint64_t(extent), &bytes);
    if (!fits || bytes != tensor.bytes.size())
        return fail(ErrorCode::InvalidArgument, "The tensor's name or shape does not fit its bytes.", {.record = tensor.name});
    return {};
}

/// Sorts the tensors and makes the length and the JSON header that describe them.
Result<std::string> headerOf(std::vector<TensorView>& tensors, const std::map<std::string, std::string>& metadata)
{
    std::ranges::sort(tensors, {}, &TensorView::name);
    Json header = Json::object();
    if (!metadata.empty())
        header["__metadata__"] = metadata;
    std::uint64_t offset = 0;
    const std::string* last = nullptr;
    for (const TensorView& tensor : tensors) {
        if (auto good = checkTensor(tensor); !good)
            return fail(good.error());
        if (last != nullptr && *last == tensor.name)
            return fail(ErrorCode::InvalidArgument, "Two tensors have this name.", {.record = tensor.name});
        last = &tensor.name;
        header.push_back({tensor.name, {{"dtype", dtypeName(tensor.dtype)}, {"shape", tensor.shape},
                                        {"data_offsets", {offset, offset + tensor.bytes.size()}}}});
        offset += tensor.bytes.size();
    }
    std::string text = jsonText(header, -1);
    text.append((8 - text.size() % 8) % 8, ' ');
    const std::uint64_t length = text.size();
    std::string prefix(sizeof length, '\0');
    std::memcpy(prefix.data(), &length, sizeof length);
    return prefix + text;
}

}  // namespace

Result<std::string> safetensorsBytes(std::vector<TensorView> tensors, const std::map<std::string, std::string>& metadata)
{
    auto bytes = headerOf(tensors, metadata);
    if (!bytes)
        return bytes;
    for (const TensorView& tensor : tensors)
        *bytes += asText(tensor.bytes);
    return bytes;
}

Result<void> writeSafetensors(const std::string& path, std::vector<TensorView> tensors,
                              const std::map<std::string, std::string>& metadata)
{
    const auto header = headerOf(tensors, metadata);
    if (!header)
        return fail(header.error().at({.file = path}));
    auto file = AtomicFile::create(path);
    if (!file)
        return fail(file.error());
    Result<void> written = file->write(*header);
    for (const TensorView& tensor : tensors) {
        if (written)
            written = file->write(asText(tensor.bytes));
    }
    return written ? file->commit() : written;
}

}  // namespace nscope::io
