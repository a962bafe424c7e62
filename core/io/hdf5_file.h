// Purpose: reads the part of HDF5 that h5py writes by default, which Keras' .h5 files are made of: groups, attributes,
// and arrays of numbers stored plain or in chunks (deflate, shuffle).
// Why not the HDF5 library: version 1.10.8 of Debian 12 overruns its heap on files with single bytes changed, even when
// every size and type is asked for first, and takes any length a variable text claims; these files come from strangers.
// What is not needed is refused: links out of the file, external and virtual storage, other filters, shared messages.
// Memory stays within unpackedAllowance() of the file's size, work within a fixed multiple of it.
// Errors: NotFound, Io, Parse (damaged, cut short, declares too much), Unsupported. Not thread-safe. For core/io only.
// Source: "HDF5 File Format Specification Version 3.0": superblocks 0–3, object headers 1–2, B-trees 1.
#pragma once

#include "core/io/hdf5_messages.h"
#include "core/io/mapped_file.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::io {

/// A group or a data set, decoded; it refers to the file's bytes.
struct Hdf5Object {
    std::vector<Hdf5Attribute> attributes;
    std::map<std::string, std::uint64_t, std::less<>> links;  ///< of a group: name → address of the object's header
    std::optional<Hdf5Array> space;                           ///< of a data set: shape, without type and bytes
    std::optional<Hdf5Type> type;
    std::optional<Hdf5Layout> layout;
    std::vector<Hdf5Filter> filters;
    bool isExternal = false;       ///< the numbers are in another file
    bool hasUnreadTables = false;  ///< links or attributes in the newest layout's tables

    const Hdf5Attribute* attribute(std::string_view name) const;
};

/// Numbers of a data set, row-major: a view of the file or of `unpacked`.
struct Hdf5Numbers {
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;
    std::vector<std::byte> unpacked;
    std::span<const std::byte> bytes;
};

/// One stored piece of a chunked data set.
struct Hdf5Chunk {
    std::vector<std::uint64_t> start;  ///< index of its first element, per dimension
    std::uint32_t skippedFilters = 0;  ///< bit i: filter i was not applied
    std::span<const std::byte> stored;
};

class Hdf5File {
public:
    static Result<Hdf5File> open(const std::string& path);
    /// The bytes must outlive the result.
    static Result<Hdf5File> parse(std::span<const std::byte> bytes);

    Result<Hdf5Object> root() { return object(m_rootHeader); }
    bool contains(const Hdf5Object& group, std::string_view name) const { return group.links.contains(name); }
    /// The object under "name" or "name/name/…" of a group; the path is not empty. Errors: NotFound; Unsupported for
    /// links to another place or file.
    Result<Hdf5Object> find(const Hdf5Object& group, std::string_view path);
    /// Texts of an attribute; none for an empty one of any type.
    Result<std::vector<std::string>> texts(const Hdf5Attribute& attribute);
    /// Texts and numbers of a data set, row-major. In hdf5_data.cpp, as the texts of attributes.
    Result<std::vector<std::string>> texts(const Hdf5Object& dataSet);
    Result<Hdf5Numbers> numbers(const Hdf5Object& dataSet);
    std::size_t fileBytes() const { return m_bytes.size(); }

private:
    using Bytes = std::span<const std::byte>;
    struct Header;
    struct TreeNode {
        std::uint8_t level = 0;  ///< 0: its entries are no nodes
        std::uint16_t count = 0;
        Bytes entries;
    };
    struct HeapTexts {
        std::uint64_t address = kHdf5Undefined;
        std::map<std::uint32_t, std::string_view> texts;
    };
    struct Stored {
        std::vector<std::byte> unpacked{};
        Bytes bytes{};
    };

    Result<void> readSuperblock();
    Result<Bytes> at(std::uint64_t address, std::uint64_t count);
    Result<Hdf5Object> object(std::uint64_t address);
    Result<void> readHeaderVersion1(std::uint64_t address, Header& header);
    Result<void> readHeaderVersion2(std::uint64_t address, Header& header);
    Result<void> readMessages(Bytes block, bool isVersion2, bool hasOrder, Header& header);
    Result<void> readMessage(std::uint16_t type, std::uint8_t flags, Bytes message, Header& header);
    Result<void> readSymbolTable(std::uint64_t tree, std::uint64_t heap, Hdf5Object& group);
    Result<void> readSymbols(std::uint64_t address, Bytes names, Hdf5Object& group);
    Result<TreeNode> treeNode(std::uint64_t address, std::uint8_t type, std::uint64_t entryBytes);
    Result<std::vector<std::uint64_t>> treeLeaves(std::uint64_t address);
    Result<std::vector<std::string>> textsOf(const Hdf5Array& array);
    Result<std::string_view> heapText(std::uint64_t address, std::uint32_t index, std::uint32_t length,
                                      HeapTexts& heap);
    Result<HeapTexts> heapTexts(std::uint64_t address);
    Result<Stored> storedBytes(const Hdf5Object& dataSet);
    Result<std::vector<Hdf5Chunk>> chunks(const Hdf5Layout& layout);

    std::optional<MappedFile> m_file;
    Bytes m_bytes;
    std::uint64_t m_rootHeader = kHdf5Undefined;
    std::uint64_t m_work = 0;  ///< bytes of tables that may still be looked at
};

/// Puts the chunks together. Errors: Parse, Unsupported. In hdf5_chunks.cpp.
Result<std::vector<std::byte>> unpackHdf5Chunks(const Hdf5Object& dataSet, std::span<const Hdf5Chunk> chunks,
                                                std::size_t fileBytes);

}  // namespace nscope::io
