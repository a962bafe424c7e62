// Purpose: the safetensors reader and all checks of the format.
#include "core/io/safetensors.h"

#include "core/io/json_text.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>
#include <limits>

namespace nscope::io {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors are little-endian and read in place");

constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;  // the reference implementation's limit
constexpr std::size_t kMaxDimensions = 16;

struct DTypeInfo {
    std::string_view name;
    std::size_t bytes;
};
constexpr DTypeInfo kDTypes[] = {{"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"I16", 2}, {"U16", 2}, {"F16", 2}, {"BF16", 2},
                                 {"I32", 4},  {"U32", 4}, {"F32", 4}, {"F64", 8}, {"I64", 8}, {"U64", 8}};

std::optional<DType> dtypeOf(std::string_view name)
{
    const auto found = std::ranges::find(kDTypes, name, &DTypeInfo::name);
    if (found == std::end(kDTypes))
        return std::nullopt;
    return DType(found - std::begin(kDTypes));
}

std::unexpected<Error> bad(std::string message, const std::string& tensor = {})
{
    return fail(ErrorCode::Parse, std::move(message), {.record = tensor.substr(0, 200)});
}

std::optional<std::uint64_t> asUnsigned(const nlohmann::json& value)
{
    if (!value.is_number_unsigned())
        return std::nullopt;
    return value.get<std::uint64_t>();
}

/// Shape × size of an element, or nothing when that is no number a file could have.
std::optional<std::uint64_t> expectedBytes(const std::vector<std::int64_t>& shape, DType dtype)
{
    std::uint64_t bytes = dtypeBytes(dtype);
    for (const std::int64_t extent : shape) {
        if (__builtin_mul_overflow(bytes, std::uint64_t(extent), &bytes))
            return std::nullopt;
    }
    return bytes;
}

Result<std::vector<std::int64_t>> readShape(const nlohmann::json& json, const std::string& name)
{
    if (!json.is_array() || json.size() > kMaxDimensions)
        return bad("The tensor's shape is not a list of at most 16 whole numbers.", name);
    std::vector<std::int64_t> shape;
    for (const nlohmann::json& extent : json) {
        const auto value = asUnsigned(extent);
        if (!value || *value > std::uint64_t(std::numeric_limits<std::int64_t>::max()))
            return bad("The tensor's shape holds something that is not a size.", name);
        shape.push_back(std::int64_t(*value));
    }
    return shape;
}

Result<TensorView> readTensor(const std::string& name, const nlohmann::json& json, std::span<const std::byte> data)
{
    const bool complete = json.is_object() && json.size() == 3 && json.contains("dtype") && json.contains("shape")
        && json.contains("data_offsets") && json["dtype"].is_string();
    if (!complete)
        return bad("The tensor's description must have dtype, shape and data_offsets, and nothing else.", name);
    const auto dtype = dtypeOf(json["dtype"].get_ref<const std::string&>());
    if (!dtype)
        return bad("The number type \"" + json["dtype"].get<std::string>().substr(0, 20) + "\" is not known.", name);
    auto shape = readShape(json["shape"], name);
    if (!shape)
        return fail(shape.error());
    const nlohmann::json& offsets = json["data_offsets"];
    const auto begin = offsets.is_array() && offsets.size() == 2 ? asUnsigned(offsets[0]) : std::nullopt;
    const auto end = begin ? asUnsigned(offsets[1]) : std::nullopt;
    if (!end)
        return bad("data_offsets must be two byte positions.", name);
    if (*begin > *end || *end > data.size())
        return bad("The tensor's bytes " + std::to_string(*begin) + "-" + std::to_string(*end) + " lie outside the file, which has "
                       + std::to_string(data.size()) + " bytes of data; the file is damaged or cut short.", name);
    if (const auto bytes = expectedBytes(*shape, *dtype); !bytes || *bytes != *end - *begin)
        return bad("The tensor's shape and number type do not fit its " + std::to_string(*end - *begin) + " bytes.", name);
    return TensorView{name, *dtype, *std::move(shape), data.subspan(*begin, *end - *begin)};
}

/// Tensors must follow each other without overlap or hole and end with the data.
Result<void> checkLayout(const std::vector<TensorView>& tensors, std::span<const std::byte> data)
{
    std::vector<const TensorView*> order;
    for (const TensorView& tensor : tensors)
        order.push_back(&tensor);
    std::ranges::sort(order, {}, [](const TensorView* t) { return std::pair(t->bytes.data(), t->bytes.size()); });
    const std::byte* next = data.data();
    for (const TensorView* tensor : order) {
        if (tensor->bytes.data() < next)
            return bad("The tensor's bytes overlap with another tensor's.", tensor->name);
        if (tensor->bytes.data() > next)
            return bad("There is a hole in the file before this tensor.", tensor->name);
        next += tensor->bytes.size();
    }
    if (next != data.data() + data.size())
        return bad("There are bytes after the last tensor that belong to none.");
    return {};
}

Result<std::map<std::string, std::string>> readMetadata(const nlohmann::json& json)
{
    std::map<std::string, std::string> metadata;
    if (!json.is_object())
        return bad("__metadata__ must be an object of texts.");
    for (const auto& [key, value] : json.items()) {
        if (!value.is_string())
            return bad("__metadata__ must hold texts only.", key);
        metadata[key] = value.get<std::string>();
    }
    return metadata;
}

float halfToFloat(std::uint16_t half)
{
    const std::uint32_t sign = std::uint32_t(half & 0x8000) << 16;
    const std::uint32_t exponent = half >> 10 & 31;
    const std::uint32_t fraction = half & 0x3ff;
    if (exponent == 0) {
        const float magnitude = float(fraction) * 0x1p-24f;
        return sign != 0 ? -magnitude : magnitude;
    }
    const std::uint32_t wide = exponent == 31 ? 255 : exponent + 112;
    return std::bit_cast<float>(sign | wide << 23 | fraction << 13);
}

template <class Stored, class Convert>
std::vector<float> converted(std::span<const std::byte> bytes, Convert convert)
{
    std::vector<float> values(bytes.size() / sizeof(Stored));
    for (std::size_t i = 0; i < values.size(); ++i) {
        Stored stored;
        std::memcpy(&stored, bytes.data() + i * sizeof stored, sizeof stored);
        values[i] = convert(stored);
    }
    return values;
}

}  // namespace

std::string_view dtypeName(DType dtype) { return kDTypes[std::size_t(dtype)].name; }
std::size_t dtypeBytes(DType dtype) { return kDTypes[std::size_t(dtype)].bytes; }

std::int64_t TensorView::elementCount() const { return std::int64_t(bytes.size() / dtypeBytes(dtype)); }

std::vector<float> numbersAsFloats(const TensorView& tensor)
{
    const auto cast = [](auto v) { return float(v); };
    switch (tensor.dtype) {
    case DType::F32: return converted<float>(tensor.bytes, cast);
    case DType::F64: return converted<double>(tensor.bytes, cast);
    case DType::F16: return converted<std::uint16_t>(tensor.bytes, halfToFloat);
    case DType::BF16:
        return converted<std::uint16_t>(tensor.bytes, [](std::uint16_t v) { return std::bit_cast<float>(std::uint32_t(v) << 16); });
    case DType::Bool: return converted<std::uint8_t>(tensor.bytes, [](std::uint8_t v) { return v != 0 ? 1.0f : 0.0f; });
    case DType::U8: return converted<std::uint8_t>(tensor.bytes, cast);
    case DType::I8: return converted<std::int8_t>(tensor.bytes, cast);
    case DType::U16: return converted<std::uint16_t>(tensor.bytes, cast);
    case DType::I16: return converted<std::int16_t>(tensor.bytes, cast);
    case DType::U32: return converted<std::uint32_t>(tensor.bytes, cast);
    case DType::I32: return converted<std::int32_t>(tensor.bytes, cast);
    case DType::U64: return converted<std::uint64_t>(tensor.bytes, cast);
    case DType::I64: return converted<std::int64_t>(tensor.bytes, cast);
    }
    return {};
}

Result<std::vector<float>> toFloats(const TensorView& tensor)
{
    switch (tensor.dtype) {
    case DType::F32:
    case DType::F64:
    case DType::F16:
    case DType::BF16: return numbersAsFloats(tensor);
    default:
        return fail(ErrorCode::Unsupported, "The tensor holds " + std::string(dtypeName(tensor.dtype))
                        + " where floating-point numbers are needed.", {.record = tensor.name});
    }
}

Result<Safetensors> Safetensors::parse(std::span<const std::byte> bytes)
{
    std::uint64_t headerBytes = 0;
    if (bytes.size() < sizeof headerBytes)
        return bad("The file is too short to be a safetensors file.");
    std::memcpy(&headerBytes, bytes.data(), sizeof headerBytes);
    if (headerBytes > kMaxHeaderBytes || headerBytes > bytes.size() - sizeof headerBytes)
        return bad("The header claims " + std::to_string(headerBytes) + " bytes, more than "
                       + (headerBytes > kMaxHeaderBytes ? "the 100 MB allowed" : "the file has") + "; this is no safetensors file or it is cut short.");
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + sizeof headerBytes, headerBytes);
    const std::span<const std::byte> data = bytes.subspan(sizeof headerBytes + headerBytes);
    if (!text.starts_with('{'))
        return bad("The header is not a JSON object; this is no safetensors file.");
    const auto header = parseSortedJson(text);
    if (!header)
        return fail(header.error());

    Safetensors file;
    for (const auto& [name, json] : header->items()) {
        if (name == "__metadata__") {
            auto metadata = readMetadata(json);
            if (!metadata)
                return fail(metadata.error());
            file.m_metadata = *std::move(metadata);
            continue;
        }
        auto tensor = readTensor(name, json, data);
        if (!tensor)
            return fail(tensor.error());
        file.m_tensors.push_back(*std::move(tensor));
    }
    if (auto layout = checkLayout(file.m_tensors, data); !layout)
        return fail(layout.error());
    std::ranges::sort(file.m_tensors, {}, &TensorView::name);
    return file;
}

Result<Safetensors> Safetensors::open(const std::string& path)
{
    auto mapped = MappedFile::open(path);
    if (!mapped)
        return fail(mapped.error());
    auto file = parse(mapped->bytes());
    if (!file)
        return fail(file.error().at({.file = path}));
    file->m_file = *std::move(mapped);
    return file;
}

const TensorView* Safetensors::find(std::string_view name) const
{
    const auto found = std::ranges::lower_bound(m_tensors, name, {}, [](const TensorView& t) -> std::string_view { return t.name; });
    return found != m_tensors.end() && found->name == name ? &*found : nullptr;
}

}  // namespace nscope::io
