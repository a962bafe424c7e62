// Purpose: finds objects, texts and numbers in an HDF5 file. How an object is read: hdf5_objects.cpp.
#include "core/io/hdf5_file.h"

#include "core/io/byte_reader.h"
#include "core/io/weight_budget.h"

#include <algorithm>

namespace nscope::io {
namespace {

constexpr std::uint8_t kChunkTree = 1;  ///< type of a B-tree's nodes

constexpr std::string_view kSignature = "\x89HDF\r\n\x1a\n";
std::unexpected<Error> bad(std::string message) { return fail(ErrorCode::Parse, std::move(message)); }

}  // namespace

const Hdf5Attribute* Hdf5Object::attribute(std::string_view name) const
{
    const auto found = std::ranges::find(attributes, name, &Hdf5Attribute::name);
    return found == attributes.end() ? nullptr : &*found;
}

Result<Hdf5File> Hdf5File::open(const std::string& path)
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

Result<Hdf5File> Hdf5File::parse(std::span<const std::byte> bytes)
{
    Hdf5File file;
    file.m_bytes = bytes;
    // Every table is needed once or a few times; a file whose tables refer to each other in circles asks for more.
    file.m_work = 64 * std::uint64_t(bytes.size()) + (16 << 20);
    if (auto read = file.readSuperblock(); !read)
        return fail(read.error());
    return file;
}

Result<void> Hdf5File::readSuperblock()
{
    ByteReader reader(m_bytes);
    if (reader.text(kSignature.size()) != kSignature)
        return bad("This is no HDF5 file, or it is cut short.");
    const std::uint8_t version = reader.u8();
    const bool isOld = version < 2;
    reader.skip(isOld ? 4 : 0);  // versions of tables
    const std::uint8_t offsetBytes = reader.u8();
    const std::uint8_t lengthBytes = reader.u8();
    // Old: a reserved byte, sizes of tree nodes, flags, and in version 1 the size of chunk trees. New: flags.
    reader.skip(isOld ? (version == 1 ? 13 : 9) : 1);
    const std::uint64_t base = reader.u64();
    reader.skip(8);  // old: free space; new: extension
    const std::uint64_t end = reader.u64();
    reader.skip(isOld ? 16 : 0);  // driver; the root's empty name
    m_rootHeader = reader.u64();
    if (reader.failed())
        return damagedHdf5();
    if (version > 3 || offsetBytes != 8 || lengthBytes != 8 || base != 0)
        return fail(
            ErrorCode::Unsupported,
            "The HDF5 file has a layout that Keras does not write; load and save it with h5py's default settings.");
    if (end > m_bytes.size())
        return bad("The file is cut short: it should have " + std::to_string(end) + " bytes and has "
                   + std::to_string(m_bytes.size()) + ".");
    return {};
}

/// Bytes of a table. Everything that is not a data set's numbers comes through here.
Result<std::span<const std::byte>> Hdf5File::at(std::uint64_t address, std::uint64_t count)
{
    if (address > m_bytes.size() || count > m_bytes.size() - address)
        return damagedHdf5();
    constexpr std::uint64_t kPerVisit = 16;
    if (count + kPerVisit > m_work)
        return bad("The file's HDF5 tables refer to each other in circles; the file is damaged.");
    m_work -= count + kPerVisit;
    return m_bytes.subspan(address, count);
}

Result<Hdf5Object> Hdf5File::find(const Hdf5Object& group, std::string_view path)
{
    const Where where{.record = std::string(path.substr(0, 200))};
    const Hdf5Object* current = &group;
    Hdf5Object next;
    for (std::string_view rest = path; !rest.empty();) {
        const std::string_view name = rest.substr(0, rest.find('/'));
        rest.remove_prefix(std::min(name.size() + 1, rest.size()));
        const auto link = current->links.find(name);
        if (link == current->links.end() && current->hasUnreadTables)
            return fail(ErrorCode::Unsupported,
                        "The HDF5 file has groups in the newest layout, which is not read; load and save it with "
                        "h5py's default settings.",
                        where);
        if (link == current->links.end())
            return fail(ErrorCode::NotFound, "The file has no such group or data set; it is damaged or incomplete.",
                        where);
        if (link->second == kHdf5Undefined)
            return fail(ErrorCode::Unsupported, "This is a link to another place or file, which is not followed.",
                        where);
        auto object = this->object(link->second);
        if (!object)
            return fail(object.error().at(where));
        next = *std::move(object);
        current = &next;
    }
    return next;
}

Result<std::vector<std::string>> Hdf5File::texts(const Hdf5Attribute& attribute)
{
    const Hdf5Array& value = attribute.value;
    std::vector<std::string> texts;
    if (value.elements == 0)
        return texts;
    std::uint64_t total = 0;
    ByteReader reader(value.bytes);
    for (std::uint64_t i = 0; i < value.elements; ++i) {
        if (value.type.kind == Hdf5Type::Kind::FixedText) {
            const std::string_view text = reader.text(value.type.bytes);
            texts.emplace_back(text.substr(0, text.find('\0')));
        } else if (value.type.kind == Hdf5Type::Kind::VariableText) {
            const std::uint32_t length = reader.u32();
            const std::uint64_t heap = reader.u64();
            auto text = heapText(heap, reader.u32(), length);
            if (!text)
                return fail(text.error());
            texts.push_back(*std::move(text));
        } else {
            return bad("The attribute \"" + std::string(attribute.name.substr(0, 100))
                       + "\" should hold texts and holds something else.");
        }
        total += texts.back().size() + sizeof(std::string);
        // Every text stands in the file once; many references to one long text would multiply it.
        if (total > unpackedAllowance(m_bytes.size()))
            return bad("The file declares more text than it has bytes.");
    }
    return texts;
}

/// A text of a global heap, which holds the variable texts of many attributes.
Result<std::string> Hdf5File::heapText(std::uint64_t address, std::uint32_t index, std::uint32_t length)
{
    if (length == 0)
        return std::string();
    const auto head = at(address, 16);
    if (!head)
        return fail(head.error());
    ByteReader reader(*head);
    if (reader.text(4) != "GCOL")
        return damagedHdf5();
    reader.skip(4);  // version
    const auto heap = at(address, reader.u64());
    if (!heap)
        return fail(heap.error());
    ByteReader objects(*heap);
    objects.skip(16);
    while (!objects.failed() && objects.left() >= 16) {
        const std::uint16_t number = objects.u16();
        objects.skip(6);  // references
        const std::uint64_t bytes = objects.u64();
        if (number == 0)
            break;  // the rest is free
        const std::string_view text = objects.text(bytes);
        if (number == index && !objects.failed() && text.size() >= length)
            return std::string(text.substr(0, length));
        objects.skip((8 - bytes % 8) % 8);
    }
    return damagedHdf5();
}

Result<Hdf5Numbers> Hdf5File::numbers(const Hdf5Object& dataSet)
{
    if (!dataSet.space || !dataSet.type || !dataSet.layout)
        return bad("This is a group or a damaged data set where numbers are expected.");
    if (dataSet.isExternal)
        return fail(ErrorCode::Unsupported, "The data set keeps its numbers in another file, which is not followed.");
    if (dataSet.type->kind != Hdf5Type::Kind::Number)
        return fail(ErrorCode::Unsupported, "The data set holds numbers of a kind that weights do not have.");
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
    Hdf5Numbers numbers{.dtype = array.type.dtype, .shape = array.shape, .unpacked = {}, .bytes = {}};
    if (*total == 0)
        return numbers;
    if (isChunked) {
        const auto stored = chunks(layout);
        if (!stored)
            return fail(stored.error());
        auto unpacked = unpackHdf5Chunks(dataSet, *stored, m_bytes.size());
        if (!unpacked)
            return fail(unpacked.error());
        numbers.unpacked = *std::move(unpacked);
        numbers.bytes = numbers.unpacked;
        return numbers;
    }
    const bool isCompact = layout.kind == Hdf5Layout::Kind::Compact;
    if (!isCompact && layout.address == kHdf5Undefined)
        return bad("The data set was declared but its numbers were never written.");
    if (!isCompact && (layout.address > m_bytes.size() || *total > m_bytes.size() - layout.address))
        return bad("The data set's numbers lie outside the file, which is damaged or cut short.");
    if (isCompact ? layout.compact.size() < *total : layout.bytes < *total)
        return damagedHdf5();
    numbers.bytes = isCompact ? layout.compact.first(*total) : m_bytes.subspan(layout.address, *total);
    return numbers;
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
