// Purpose: the records of HDF5 object headers, decoded: what a data set's shape, number type, place and filters are,
// and a group's links and attributes. Pure functions of bytes. Inside core/io only.
// Source: "HDF5 File Format Specification Version 3.0", section IV.A.2.
#pragma once

#include "core/base/result.h"
#include "core/io/safetensors.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace nscope::io {

constexpr std::uint64_t kHdf5Undefined = ~std::uint64_t(0);  ///< an address that was never given
constexpr std::uint32_t kHdf5ReferenceBytes = 16;  ///< a variable text: length, address of a heap, number within it

struct Hdf5Type {
    enum class Kind : std::uint8_t { Number, FixedText, VariableText, Other };
    Kind kind = Kind::Other;
    DType dtype = DType::F32;  ///< of numbers, little-endian
    std::uint32_t bytes = 0;   ///< of one element as stored
};

/// A typed array within the file: an attribute, or the description of a data set.
struct Hdf5Array {
    Hdf5Type type;
    std::vector<std::int64_t> shape;  ///< empty: a scalar
    std::uint64_t elements = 0;
    std::span<const std::byte> bytes{};  ///< of an attribute: elements × type.bytes

    std::optional<std::uint64_t> byteCount() const;  ///< nothing on overflow
};

struct Hdf5Attribute {
    std::string_view name;
    Hdf5Array value;
};

struct Hdf5Layout {
    enum class Kind : std::uint8_t { Compact, Contiguous, Chunked };
    Kind kind = Kind::Contiguous;
    std::span<const std::byte> compact{};
    std::uint64_t address = kHdf5Undefined;  ///< of the data, or of the chunks' tree
    std::uint64_t bytes = 0;                 ///< of contiguous data
    std::vector<std::uint32_t> chunk{};      ///< extents, without the element size
};

struct Hdf5Filter {
    std::uint16_t id = 0;
    std::vector<std::uint32_t> values{};
};

struct Hdf5Link {
    std::string_view name;
    std::uint64_t header = kHdf5Undefined;  ///< address of the object; undefined for a soft or external link
};

/// What every damaged table is called.
std::unexpected<Error> damagedHdf5();

/// Errors: Parse (damaged), Unsupported (a form that h5py does not write by default).
Result<Hdf5Array> parseHdf5Space(std::span<const std::byte> message);  ///< shape and elements
Result<Hdf5Type> parseHdf5Type(std::span<const std::byte> message);
Result<Hdf5Layout> parseHdf5Layout(std::span<const std::byte> message);
Result<std::vector<Hdf5Filter>> parseHdf5Filters(std::span<const std::byte> message);
Result<Hdf5Attribute> parseHdf5Attribute(std::span<const std::byte> message);
Result<Hdf5Link> parseHdf5Link(std::span<const std::byte> message);

}  // namespace nscope::io
