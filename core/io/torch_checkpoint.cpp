// Purpose: the two containers of PyTorch checkpoints and the copying of tensors out of storages.
#include "core/io/torch_checkpoint.h"

#include "core/io/byte_reader.h"
#include "core/io/mapped_file.h"
#include "core/io/torch_state_dict.h"
#include "core/io/weight_budget.h"
#include "core/io/zip_archive.h"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>

namespace nscope::io {
namespace {

constexpr std::string_view kZipStart = "PK\x03\x04";
constexpr std::string_view kPickleStart = "\x80";
/// 0x1950a86a20f9469cfc6c, little-endian: the value of a legacy file's first pickle.
constexpr std::string_view kLegacyMagic = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
constexpr std::int64_t kLegacyProtocol = 1001;

using Bytes = std::span<const std::byte>;
/// The bytes of a storage; they stay valid until the next call.
using StorageReader = std::function<Result<Bytes>(const TorchStorage&)>;

std::string_view textOf(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

std::unexpected<Error> bad(std::string message, std::string record = {})
{
    return fail(ErrorCode::Parse, std::move(message), {.record = std::move(record)});
}

std::size_t elementCount(const TorchTensor& tensor)
{
    return std::accumulate(tensor.shape.begin(), tensor.shape.end(), std::size_t(1),
                           [](std::size_t product, std::int64_t extent) { return product * std::size_t(extent); });
}

/// One component of the tensor's elements, row-major, whatever the strides. All elements lie inside the storage.
std::vector<std::byte> gathered(const TorchTensor& tensor, Bytes storage, int component)
{
    const std::size_t item = dtypeBytes(tensor.storage.dtype);
    const std::size_t count = elementCount(tensor);
    std::vector<std::byte> values(count * item);
    std::vector<std::int64_t> index(tensor.shape.size());
    std::int64_t element = tensor.offset;
    for (std::size_t i = 0; i < count; ++i) {
        const auto* from =
            storage.data() + std::size_t(element) * tensor.storage.elementBytes() + std::size_t(component) * item;
        std::copy_n(from, item, values.data() + i * item);
        // Counts up the index like an odometer, last axis first, and the element with it.
        for (std::size_t d = index.size(); d-- > 0;) {
            element += tensor.strides[d];
            if (++index[d] < tensor.shape[d])
                break;
            element -= tensor.strides[d] * tensor.shape[d];
            index[d] = 0;
        }
    }
    return values;
}

bool isContiguous(const TorchTensor& tensor)
{
    std::int64_t expected = 1;
    for (std::size_t d = tensor.shape.size(); d-- > 0;) {
        if (tensor.shape[d] != 1 && tensor.strides[d] != expected)
            return false;
        expected *= tensor.shape[d];
    }
    return true;
}

std::vector<WeightTensor> tensorsFrom(const TorchTensor& tensor, Bytes storage)
{
    const DType dtype = tensor.storage.dtype;
    const auto part = [&](std::string name, Bytes bytes) {
        return WeightTensor{std::move(name), dtype, tensor.shape,
                            numbersAsFloats({tensor.name, dtype, tensor.shape, bytes})};
    };
    if (tensor.storage.components == 2)
        return {part(tensor.name + ".real", gathered(tensor, storage, 0)),
                part(tensor.name + ".imag", gathered(tensor, storage, 1))};
    if (isContiguous(tensor))
        return {part(tensor.name, storage.subspan(std::size_t(tensor.offset) * dtypeBytes(dtype),
                                                  elementCount(tensor) * dtypeBytes(dtype)))};
    return {part(tensor.name, gathered(tensor, storage, 0))};
}

Result<void> checkBudget(const std::vector<TorchTensor>& tensors, std::size_t fileBytes)
{
    WeightBudget budget(fileBytes);
    for (const TorchTensor& tensor : tensors) {
        for (int component = 0; component < tensor.storage.components; ++component) {
            if (auto taken = budget.take(tensor.shape); !taken)
                return fail(taken.error().at({.record = tensor.name}));
        }
    }
    return {};
}

/// Reads every storage once, although several tensors may view it, and keeps the tensors' order.
Result<WeightFile> assemble(WeightForm form, const TorchStateDict& state, std::size_t fileBytes,
                            const StorageReader& read)
{
    if (auto checked = checkBudget(state.tensors, fileBytes); !checked)
        return fail(checked.error());
    std::vector<std::size_t> order(state.tensors.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::ranges::stable_sort(order, {},
                             [&](std::size_t i) -> const std::string& { return state.tensors[i].storage.key; });

    std::vector<std::vector<WeightTensor>> parts(state.tensors.size());
    std::optional<Bytes> storage;
    const TorchStorage* current = nullptr;
    for (const std::size_t i : order) {
        const TorchTensor& tensor = state.tensors[i];
        if (current == nullptr || current->key != tensor.storage.key) {
            const auto bytes = read(tensor.storage);
            if (!bytes)
                return fail(bytes.error().at({.record = tensor.name}));
            storage = *bytes;
            current = &tensor.storage;
        }
        if (tensor.storage.bytes() != storage->size())
            return bad("The tensor's storage has " + std::to_string(storage->size()) + " bytes where "
                           + std::to_string(tensor.storage.elements) + " numbers are declared; the file is damaged.",
                       tensor.name);
        parts[i] = tensorsFrom(tensor, *storage);
    }
    WeightFile file{.form = form, .tensors = {}, .layers = {}, .notes = state.notes};
    for (auto& part : parts)
        std::ranges::move(part, std::back_inserter(file.tensors));
    return file;
}

/// The folder of the one data.pkl, with its slash.
Result<std::string> rootOf(const ZipReader& zip)
{
    constexpr std::string_view kPickle = "/data.pkl";
    const auto isPickle = [&](const std::string& name) {
        return name.ends_with(kPickle) && name.find('/') == name.size() - kPickle.size();
    };
    const auto found = std::ranges::find_if(zip.names(), isPickle);
    if (found == zip.names().end()) {
        if (zip.contains("model.weights.h5"))
            return fail(ErrorCode::Unsupported,
                        "This is a Keras 3 archive (.keras); in Keras, save the weights as .h5 and import that.");
        return bad("The archive is not a PyTorch checkpoint: it holds no data.pkl.");
    }
    const std::string root = found->substr(0, found->size() - kPickle.size() + 1);
    if (zip.contains(root + "constants.pkl"))
        return fail(
            ErrorCode::Unsupported,
            "This is a TorchScript program, not plain weights; in Python, save its state_dict() and import that.");
    return root;
}

Result<void> checkByteOrder(const ZipReader& zip, const std::string& root)
{
    if (!zip.contains(root + "byteorder"))
        return {};  // before PyTorch 2.1
    const auto order = zip.read(root + "byteorder");
    if (!order)
        return fail(order.error());
    if (*order != "little")
        return fail(ErrorCode::Unsupported, "The checkpoint was written on a big-endian machine, which is not read.");
    return {};
}

Result<WeightFile> parseZip(Bytes bytes)
{
    const ZipLimits limits{.maxEntries = 4 * WeightBudget::kMaxTensors,
                           .maxTotalBytes = std::int64_t(unpackedAllowance(bytes.size()))};
    const auto zip = ZipReader::fromBytes(textOf(bytes), limits);
    if (!zip)
        return fail(zip.error());
    const auto root = rootOf(*zip);
    if (!root)
        return fail(root.error());
    if (auto checked = checkByteOrder(*zip, *root); !checked)
        return fail(checked.error());
    const auto description = zip->read(*root + "data.pkl");
    if (!description)
        return fail(description.error());
    const auto pickle = readPickle(*description, isHarmlessTorchGlobal);
    if (!pickle)
        return fail(pickle.error().at({.record = *root + "data.pkl"}));
    const auto state = findStateDict(*pickle);
    if (!state)
        return fail(state.error());
    std::string current;
    return assemble(WeightForm::TorchZip, *state, bytes.size(), [&](const TorchStorage& storage) -> Result<Bytes> {
        auto entry = zip->read(*root + "data/" + storage.key);
        if (!entry)
            return fail(entry.error());
        current = *std::move(entry);
        return std::as_bytes(std::span(current));
    });
}

/// The pickles of a legacy file, one after the other.
class LegacyStream {
public:
    explicit LegacyStream(Bytes bytes) : m_bytes(bytes) {}

    Result<Pickle> next()
    {
        auto pickle = readPickle(textOf(m_bytes.subspan(m_position)), isHarmlessTorchGlobal);
        if (!pickle)
            return fail(Error(pickle.error().code(), pickle.error().message(),
                              {.position = pickle.error().where().position + std::int64_t(m_position)}));
        m_position += pickle->bytesUsed();
        return pickle;
    }
    Bytes rest() const { return m_bytes.subspan(m_position); }

private:
    Bytes m_bytes;
    std::size_t m_position = 0;
};

/// Magic number, protocol and what the writing machine was.
Result<void> readLegacyHead(LegacyStream& stream)
{
    const auto magic = stream.next();
    if (!magic)
        return fail(magic.error());
    if (magic->root().kind != PickleKind::Bytes || magic->root().text != kLegacyMagic)
        return fail(ErrorCode::Unsupported,
                    "This is a Python pickle but not a PyTorch checkpoint; nothing of it was run.");
    const auto protocol = stream.next();
    if (!protocol)
        return fail(protocol.error());
    if (protocol->root().kind != PickleKind::Integer || protocol->root().integer != kLegacyProtocol)
        return fail(ErrorCode::Unsupported, "The checkpoint has an unknown version of PyTorch's old form.");
    const auto system = stream.next();
    if (!system)
        return fail(system.error());
    const auto& items = system->root().items;
    for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
        if ((*system)[items[i]].text == "little_endian" && (*system)[items[i + 1]].integer != 1)
            return fail(ErrorCode::Unsupported,
                        "The checkpoint was written on a big-endian machine, which is not read.");
    }
    return {};
}

/// Cuts what follows the pickles into storages: a count of elements, then the elements, in the order of the keys.
Result<std::map<std::string, Bytes, std::less<>>> cutStorages(const Pickle& keys, const Pickle& description,
                                                              Bytes bytes)
{
    const auto declared = storagesOf(description);
    if (!declared)
        return fail(declared.error());
    std::map<std::string_view, const TorchStorage*> byKey;
    for (const TorchStorage& storage : *declared)
        byKey.emplace(storage.key, &storage);
    if (keys.root().kind != PickleKind::List)
        return bad("The list of storages is damaged.");

    ByteReader reader(bytes);
    std::map<std::string, Bytes, std::less<>> storages;
    for (const PickleRef ref : keys.root().items) {
        const auto storage = byKey.find(keys[ref].text);
        if (storage == byKey.end())
            return bad("The list of storages names one that nothing uses.", std::string(keys[ref].text.substr(0, 200)));
        const std::uint64_t elements = reader.u64();
        const auto size = storage->second->bytes();
        if (elements != std::uint64_t(storage->second->elements) || !size)
            return bad("The storage's length is not the declared one; the file is damaged or cut short.",
                       storage->second->key);
        storages[storage->second->key] = reader.take(*size);
        if (reader.failed())
            return bad("The file is cut short: the storage's " + std::to_string(*size) + " bytes are not all there.",
                       storage->second->key);
    }
    return storages;
}

Result<WeightFile> parseLegacy(Bytes bytes)
{
    LegacyStream stream(bytes);
    if (auto head = readLegacyHead(stream); !head)
        return fail(head.error());
    const auto description = stream.next();
    if (!description)
        return fail(description.error());
    const auto state = findStateDict(*description);
    if (!state)
        return fail(state.error());
    const auto keys = stream.next();
    if (!keys)
        return fail(keys.error());
    const auto storages = cutStorages(*keys, *description, stream.rest());
    if (!storages)
        return fail(storages.error());
    return assemble(WeightForm::TorchLegacy, *state, bytes.size(), [&](const TorchStorage& storage) -> Result<Bytes> {
        const auto found = storages->find(storage.key);
        if (found == storages->end())
            return bad("The tensor's storage is not in the file.");
        return found->second;
    });
}

}  // namespace

bool isTorchCheckpoint(std::span<const std::byte> bytes)
{
    return textOf(bytes).starts_with(kZipStart) || textOf(bytes).starts_with(kPickleStart);
}

Result<WeightFile> parseTorchCheckpoint(std::span<const std::byte> bytes)
{
    return textOf(bytes).starts_with(kZipStart) ? parseZip(bytes) : parseLegacy(bytes);
}

Result<WeightFile> readTorchCheckpoint(const std::string& path)
{
    const auto mapped = MappedFile::open(path);
    if (!mapped)
        return fail(mapped.error());
    auto file = parseTorchCheckpoint(mapped->bytes());
    if (!file)
        return fail(file.error().at({.file = path}));
    return file;
}

}  // namespace nscope::io
