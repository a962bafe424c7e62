// Purpose: what the attributes and data sets of an HDF5 file hold: texts and numbers.
#include "core/io/byte_reader.h"
#include "core/io/hdf5_file.h"
#include "core/io/hdf5_messages.h"
#include "core/io/weight_budget.h"

namespace nscope::io {
namespace {

constexpr std::uint8_t kChunkTree = 1;  ///< type of B-tree nodes

std::unexpected<Error> bad(std::string message) { return fail(ErrorCode::Parse, std::move(message)); }

}  // namespace

Result<std::vector<std::string>> Hdf5File::texts(const Hdf5Attribute& attribute)
{
    if (attribute.value.elements == 0)
        return std::vector<std::string>();
    const Hdf5Type::Kind kind = attribute.value.type.kind;
    if (kind != Hdf5Type::Kind::FixedText && kind != Hdf5Type::Kind::VariableText)
        return bad("The attribute \"" + std::string(attribute.name.substr(0, 100))
                   + "\" should hold texts and holds something else.");
    return textsOf(attribute.value);
}

Result<std::vector<std::string>> Hdf5File::texts(const Hdf5Object& dataSet)
{
    const auto stored = storedBytes(dataSet);
    if (!stored)
        return fail(stored.error());
    Hdf5Array array = *dataSet.space;
    array.type = *dataSet.type;
    array.bytes = stored->bytes;
    if (array.type.kind != Hdf5Type::Kind::FixedText && array.type.kind != Hdf5Type::Kind::VariableText)
        return bad("The data set should hold texts and holds something else.");
    return textsOf(array);
}

Result<std::vector<std::string>> Hdf5File::textsOf(const Hdf5Array& array)
{
    std::vector<std::string> texts;
    std::uint64_t total = 0;
    HeapTexts heap;  // neighbours mostly lie in one
    ByteReader reader(array.bytes);
    for (std::uint64_t i = 0; i < array.elements; ++i) {
        if (array.type.kind == Hdf5Type::Kind::FixedText) {
            const std::string_view text = reader.text(array.type.bytes);
            texts.emplace_back(text.substr(0, text.find('\0')));
        } else {
            const std::uint32_t length = reader.u32();
            const std::uint64_t address = reader.u64();
            auto text = heapText(address, reader.u32(), length, heap);
            if (!text)
                return fail(text.error());
            texts.emplace_back(*text);
        }
        total += texts.back().size() + sizeof(std::string);
        // Every text stands in the file once; many references to one long text would multiply it.
        if (total > unpackedAllowance(m_bytes.size()))
            return bad("The file declares more text than it has bytes.");
    }
    return texts;
}

/// A text of a global heap, which holds the variable texts of many attributes and data sets.
Result<std::string_view> Hdf5File::heapText(std::uint64_t address, std::uint32_t index, std::uint32_t length,
                                            HeapTexts& heap)
{
    if (length == 0)
        return std::string_view();
    if (heap.address != address) {
        auto read = heapTexts(address);
        if (!read)
            return fail(read.error());
        heap = *std::move(read);
    }
    const auto found = heap.texts.find(index);
    if (found == heap.texts.end() || found->second.size() < length)
        return damagedHdf5();
    return found->second.substr(0, length);
}

Result<Hdf5File::HeapTexts> Hdf5File::heapTexts(std::uint64_t address)
{
    const auto head = at(address, 16);
    if (!head)
        return fail(head.error());
    ByteReader reader(*head);
    if (reader.text(4) != "GCOL")
        return damagedHdf5();
    reader.skip(4);  // version
    const auto bytes = at(address, reader.u64());
    if (!bytes)
        return fail(bytes.error());
    HeapTexts heap{address, {}};
    ByteReader objects(*bytes);
    objects.skip(16);
    while (!objects.failed() && objects.left() >= 16) {
        const std::uint16_t number = objects.u16();
        objects.skip(6);  // references
        const std::uint64_t size = objects.u64();
        if (number == 0)
            break;  // the rest is free
        const std::string_view text = objects.text(size);
        if (!objects.failed())
            heap.texts.emplace(number, text);
        objects.skip((8 - size % 8) % 8);
    }
    return heap;
}

Result<Hdf5Numbers> Hdf5File::numbers(const Hdf5Object& dataSet)
{
    if (dataSet.type && dataSet.type->kind != Hdf5Type::Kind::Number)
        return fail(ErrorCode::Unsupported, "The data set holds numbers of a kind that weights do not have.");
    auto stored = storedBytes(dataSet);
    if (!stored)
        return fail(stored.error());
    return Hdf5Numbers{.dtype = dataSet.type->dtype, .shape = dataSet.space->shape,
                       .unpacked = std::move(stored->unpacked), .bytes = stored->bytes};
}

/// The bytes of a data set of any type, in the file or unpacked from its chunks.
Result<Hdf5File::Stored> Hdf5File::storedBytes(const Hdf5Object& dataSet)
{
    if (!dataSet.space || !dataSet.type || !dataSet.layout)
        return bad("This is a group or a damaged data set where numbers are expected.");
    if (dataSet.isExternal)
        return fail(ErrorCode::Unsupported, "The data set keeps its numbers in another file, which is not followed.");
    Hdf5Array array = *dataSet.space;
    array.type = *dataSet.type;
    const auto total = array.byteCount();
    const Hdf5Layout& layout = *dataSet.layout;
    const bool isChunked = layout.kind == Hdf5Layout::Kind::Chunked;
    const std::uint64_t most = isChunked ? unpackedAllowance(m_bytes.size()) : m_bytes.size();
    if (!total || *total > most)
        return bad("The data set declares " + (total ? std::to_string(*total) : std::string("more than 2^64"))
                   + " bytes, but the file has only " + std::to_string(m_bytes.size())
                   + "; it is damaged or made to exhaust the memory.");
    Stored stored;
    if (*total == 0)
        return stored;
    if (isChunked) {
        const auto pieces = chunks(layout);
        if (!pieces)
            return fail(pieces.error());
        auto unpacked = unpackHdf5Chunks(dataSet, *pieces, m_bytes.size());
        if (!unpacked)
            return fail(unpacked.error());
        stored.unpacked = *std::move(unpacked);
        stored.bytes = stored.unpacked;
        return stored;
    }
    const bool isCompact = layout.kind == Hdf5Layout::Kind::Compact;
    if (!isCompact && layout.address == kHdf5Undefined)
        return bad("The data set was declared but its numbers were never written.");
    if (!isCompact && (layout.address > m_bytes.size() || *total > m_bytes.size() - layout.address))
        return bad("The data set's numbers lie outside the file, which is damaged or cut short.");
    if (isCompact ? layout.compact.size() < *total : layout.bytes < *total)
        return damagedHdf5();
    stored.bytes = isCompact ? layout.compact.first(*total) : m_bytes.subspan(layout.address, *total);
    return stored;
}

/// All chunks below a chunk tree. Keys: stored bytes, skipped filters, first element per dimension and a zero.
Result<std::vector<Hdf5Chunk>> Hdf5File::chunks(const Hdf5Layout& layout)
{
    const std::uint64_t keyBytes = 8 + 8 * (layout.chunk.size() + 1);
    std::vector<Hdf5Chunk> chunks;
    std::vector<std::uint64_t> nodes;
    if (layout.address != kHdf5Undefined)
        nodes.push_back(layout.address);
    while (!nodes.empty()) {
        const std::uint64_t node = nodes.back();
        nodes.pop_back();
        const auto found = treeNode(node, kChunkTree, keyBytes + 8);
        if (!found)
            return fail(found.error());
        ByteReader entry(found->entries);
        for (int i = 0; i < found->count; ++i) {
            Hdf5Chunk chunk;
            const std::uint32_t storedBytes = entry.u32();
            chunk.skippedFilters = entry.u32();
            for (std::size_t d = 0; d < layout.chunk.size(); ++d)
                chunk.start.push_back(entry.u64());
            entry.skip(8);
            const std::uint64_t address = entry.u64();
            if (found->level > 0) {
                nodes.push_back(address);
                continue;
            }
            if (address > m_bytes.size() || storedBytes > m_bytes.size() - address)
                return damagedHdf5();
            chunk.stored = m_bytes.subspan(address, storedBytes);
            chunks.push_back(std::move(chunk));
        }
    }
    return chunks;
}

}  // namespace nscope::io
