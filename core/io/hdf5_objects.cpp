// Purpose: reads the objects of an HDF5 file: headers with their messages, and the symbol tables of groups.
#include "core/io/hdf5_file.h"

#include "core/io/byte_reader.h"

#include <algorithm>

namespace nscope::io {
namespace {

constexpr std::uint8_t kGroupTree = 0;  ///< type of a B-tree's nodes

constexpr std::size_t kMaxLinkName = 1000;

enum Message : std::uint16_t {
    kSpace = 1,
    kLinkInfo = 2,
    kType = 3,
    kLink = 6,
    kExternalFiles = 7,
    kLayout = 8,
    kFilters = 11,
    kAttribute = 12,
    kContinuation = 16,
    kSymbolTable = 17,
    kAttributeInfo = 21
};

}  // namespace

/// An object header while it is being read.
struct Hdf5File::Header {
    struct Block {
        std::uint64_t address;
        std::uint64_t bytes;
    };
    Hdf5Object object;
    std::vector<Block> continuations;
    std::uint64_t bytes = 0;  ///< of all blocks; a truthful header has no more than the file
};

Result<Hdf5Object> Hdf5File::object(std::uint64_t address)
{
    const auto start = at(address, 4);
    if (!start)
        return fail(start.error());
    Header header;
    const bool isVersion2 = ByteReader(*start).text(4) == "OHDR";
    if (auto read = isVersion2 ? readHeaderVersion2(address, header) : readHeaderVersion1(address, header); !read)
        return fail(read.error());
    return std::move(header.object);
}

Result<void> Hdf5File::readHeaderVersion1(std::uint64_t address, Header& header)
{
    constexpr std::uint64_t kPrefix = 16;
    const auto prefix = at(address, kPrefix);
    if (!prefix)
        return fail(prefix.error());
    ByteReader reader(*prefix);
    if (reader.u8() != 1)
        return damagedHdf5();
    reader.skip(7);  // number of messages, of links to this object
    header.continuations.push_back({address + kPrefix, reader.u32()});
    while (!header.continuations.empty()) {
        const Header::Block next = header.continuations.back();
        header.continuations.pop_back();
        const auto block = at(next.address, next.bytes);
        if (!block)
            return fail(block.error());
        if (auto read = readMessages(*block, false, false, header); !read)
            return read;
    }
    return {};
}

Result<void> Hdf5File::readHeaderVersion2(std::uint64_t address, Header& header)
{
    constexpr std::uint64_t kLongestPrefix = 34;
    const auto prefix = at(address, std::min(kLongestPrefix, m_bytes.size() - address));
    if (!prefix)
        return fail(prefix.error());
    ByteReader reader(*prefix);
    reader.skip(5);  // OHDR, version
    const std::uint8_t flags = reader.u8();
    reader.skip((flags & 32) != 0 ? 16 : 0);  // times
    reader.skip((flags & 16) != 0 ? 4 : 0);   // when attributes move to tables
    const std::uint64_t size = reader.wide(std::size_t(1) << (flags & 3));
    if (reader.failed())
        return damagedHdf5();
    const bool hasOrder = (flags & 4) != 0;
    const auto first = at(address + reader.position(), size);
    if (!first)
        return fail(first.error());
    if (auto read = readMessages(*first, true, hasOrder, header); !read)
        return read;
    while (!header.continuations.empty()) {
        const Header::Block next = header.continuations.back();
        header.continuations.pop_back();
        constexpr std::uint64_t kFrame = 8;  // OCHK before, a checksum after
        const auto block = at(next.address, next.bytes);
        if (!block)
            return fail(block.error());
        if (next.bytes < kFrame || ByteReader(*block).text(4) != "OCHK")
            return damagedHdf5();
        if (auto read = readMessages(block->subspan(4, next.bytes - kFrame), true, hasOrder, header); !read)
            return read;
    }
    return {};
}

Result<void> Hdf5File::readMessages(Bytes block, bool isVersion2, bool hasOrder, Header& header)
{
    header.bytes += block.size();
    if (header.bytes > m_bytes.size())
        return damagedHdf5();
    const std::size_t headBytes = isVersion2 ? (hasOrder ? 6 : 4) : 8;
    ByteReader reader(block);
    while (reader.left() >= headBytes) {
        const std::uint16_t type = isVersion2 ? reader.u8() : reader.u16();
        const std::uint16_t size = reader.u16();
        const std::uint8_t flags = reader.u8();
        reader.skip(isVersion2 ? (hasOrder ? 2 : 0) : 3);
        const Bytes message = reader.take(size);
        if (reader.failed())
            return damagedHdf5();
        if (auto read = readMessage(type, flags, message, header); !read)
            return read;
    }
    return {};
}

Result<void> Hdf5File::readMessage(std::uint16_t type, std::uint8_t flags, Bytes message, Header& header)
{
    Hdf5Object& object = header.object;
    const auto keep = [](auto parsed, auto& place) -> Result<void> {
        if (!parsed)
            return fail(parsed.error());
        place = *std::move(parsed);
        return {};
    };
    const bool isShared = (flags & 2) != 0;
    if (isShared && (type == kSpace || type == kType || type == kLayout || type == kFilters || type == kAttribute))
        return fail(ErrorCode::Unsupported, "The HDF5 file uses shared descriptions, which Keras does not; load and "
                                            "save it with h5py's default settings.");
    ByteReader reader(message);
    switch (type) {
    case kSpace: return keep(parseHdf5Space(message), object.space);
    case kType: return keep(parseHdf5Type(message), object.type);
    case kLayout: return keep(parseHdf5Layout(message), object.layout);
    case kFilters: return keep(parseHdf5Filters(message), object.filters);
    case kAttribute: return keep(parseHdf5Attribute(message), object.attributes.emplace_back());
    case kExternalFiles: object.isExternal = true; return {};
    case kLink: {
        const auto link = parseHdf5Link(message);
        if (!link)
            return fail(link.error());
        object.links.emplace(link->name.substr(0, kMaxLinkName), link->header);
        return {};
    }
    case kLinkInfo:
    case kAttributeInfo: {
        reader.skip(1);  // version
        const std::uint8_t has = reader.u8();
        reader.skip((has & 1) == 0 ? 0 : type == kLinkInfo ? 8 : 2);  // orders of creation
        object.hasUnreadTables = object.hasUnreadTables || reader.u64() != kHdf5Undefined;
        return {};
    }
    case kSymbolTable: {
        const std::uint64_t tree = reader.u64();
        return readSymbolTable(tree, reader.u64(), object);
    }
    case kContinuation: {
        const std::uint64_t address = reader.u64();
        header.continuations.push_back({address, reader.u64()});
        return {};
    }
    default: return {};
    }
}

Result<void> Hdf5File::readSymbolTable(std::uint64_t tree, std::uint64_t heap, Hdf5Object& group)
{
    const auto heapHead = at(heap, 32);
    if (!heapHead)
        return fail(heapHead.error());
    ByteReader reader(*heapHead);
    if (reader.text(4) != "HEAP")
        return damagedHdf5();
    reader.skip(4);  // version
    const std::uint64_t bytes = reader.u64();
    reader.skip(8);  // free space
    const std::uint64_t address = reader.u64();
    const auto names = at(address, bytes);
    if (!names)
        return fail(names.error());
    const auto leaves = treeLeaves(tree);
    if (!leaves)
        return fail(leaves.error());
    for (const std::uint64_t leaf : *leaves) {
        if (auto read = readSymbols(leaf, *names, group); !read)
            return read;
    }
    return {};
}

/// A node of a B-tree of version 1 and the bytes of its entries.
Result<Hdf5File::TreeNode> Hdf5File::treeNode(std::uint64_t address, std::uint8_t type, std::uint64_t entryBytes)
{
    constexpr std::uint64_t kHeadBytes = 24;
    const auto head = at(address, kHeadBytes);
    if (!head)
        return fail(head.error());
    ByteReader reader(*head);
    if (reader.text(4) != "TREE" || reader.u8() != type)
        return damagedHdf5();
    TreeNode node;
    node.level = reader.u8();
    node.count = reader.u16();
    const auto entries = at(address + kHeadBytes, node.count * entryBytes);
    if (!entries)
        return fail(entries.error());
    node.entries = *entries;
    return node;
}

/// Addresses below the lowest nodes of a group's tree.
Result<std::vector<std::uint64_t>> Hdf5File::treeLeaves(std::uint64_t address)
{
    std::vector<std::uint64_t> leaves;
    std::vector<std::uint64_t> nodes{address};
    while (!nodes.empty()) {
        const std::uint64_t node = nodes.back();
        nodes.pop_back();
        const auto found = treeNode(node, kGroupTree, 16);
        if (!found)
            return fail(found.error());
        ByteReader child(found->entries);
        for (int i = 0; i < found->count; ++i) {
            child.skip(8);  // key: a name
            (found->level == 0 ? leaves : nodes).push_back(child.u64());
        }
    }
    return leaves;
}

Result<void> Hdf5File::readSymbols(std::uint64_t address, Bytes names, Hdf5Object& group)
{
    const auto head = at(address, 8);
    if (!head)
        return fail(head.error());
    ByteReader reader(*head);
    if (reader.text(4) != "SNOD")
        return damagedHdf5();
    reader.skip(2);  // version
    const std::uint16_t count = reader.u16();
    constexpr std::uint64_t kEntryBytes = 40;
    const auto table = at(address + 8, count * kEntryBytes);
    if (!table)
        return fail(table.error());
    ByteReader entries(*table);
    for (int i = 0; i < count; ++i) {
        const std::uint64_t nameAt = entries.u64();
        const std::uint64_t object = entries.u64();
        constexpr std::uint32_t kSoftLink = 2;
        const bool isSoft = entries.u32() == kSoftLink;
        entries.skip(20);
        if (nameAt >= names.size())
            return damagedHdf5();
        const std::string_view name =
            ByteReader(names.subspan(nameAt, std::min<std::uint64_t>(kMaxLinkName, names.size() - nameAt)))
                .textUntil('\0');
        group.links.emplace(name, isSoft ? kHdf5Undefined : object);
    }
    return {};
}

}  // namespace nscope::io
