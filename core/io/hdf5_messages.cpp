// Purpose: decodes the records of HDF5 object headers.
#include "core/io/hdf5_messages.h"

#include "core/io/byte_reader.h"
#include "core/io/weight_budget.h"

namespace nscope::io {
namespace {

using Bytes = std::span<const std::byte>;

std::unexpected<Error> unsupported(const char* what)
{
    return fail(ErrorCode::Unsupported, std::string("The HDF5 file uses ") + what
                                            + ", which Keras does not; load and save it with h5py's default settings.");
}

Hdf5Type wholeNumber(std::uint32_t classBits, std::uint32_t bytes)
{
    static constexpr DType kSigned[] = {DType::I8, DType::I16, DType::I32, DType::I64};
    static constexpr DType kUnsigned[] = {DType::U8, DType::U16, DType::U32, DType::U64};
    const bool littleEndian = (classBits & 1) == 0;
    for (int i = 0; i < 4; ++i) {
        if (bytes == 1u << i && (littleEndian || bytes == 1))
            return {Hdf5Type::Kind::Number, (classBits & 8) != 0 ? kSigned[i] : kUnsigned[i], bytes};
    }
    return {Hdf5Type::Kind::Other, DType::U8, bytes};
}

/// IEEE halves, floats and doubles only; other widths and orders are possible in HDF5.
Hdf5Type floatingNumber(std::uint32_t classBits, std::uint32_t bytes, ByteReader& properties)
{
    struct Ieee {
        DType dtype;
        std::uint16_t bits;
        std::uint8_t exponentAt, exponentBits, mantissaBits;
        std::uint32_t bias;
    };
    static constexpr Ieee kIeee[] = {
        {DType::F16, 16, 10, 5, 10, 15}, {DType::F32, 32, 23, 8, 23, 127}, {DType::F64, 64, 52, 11, 52, 1023}};
    const std::uint16_t offset = properties.u16();
    const std::uint16_t bits = properties.u16();
    const std::uint8_t exponentAt = properties.u8();
    const std::uint8_t exponentBits = properties.u8();
    const std::uint8_t mantissaAt = properties.u8();
    const std::uint8_t mantissaBits = properties.u8();
    const std::uint32_t bias = properties.u32();
    const bool littleEndian = (classBits & 0x41) == 0;
    const bool impliedBit = (classBits >> 4 & 3) == 2;
    for (const Ieee& ieee : kIeee) {
        if (littleEndian && impliedBit && offset == 0 && bits == ieee.bits && bytes * 8 == ieee.bits
            && exponentAt == ieee.exponentAt && exponentBits == ieee.exponentBits && mantissaAt == 0
            && mantissaBits == ieee.mantissaBits && bias == ieee.bias)
            return {Hdf5Type::Kind::Number, ieee.dtype, bytes};
    }
    return {Hdf5Type::Kind::Other, DType::F32, bytes};
}

}  // namespace

std::unexpected<Error> damagedHdf5()
{
    return fail(ErrorCode::Parse, "The file's HDF5 tables are damaged or cut short.");
}

std::optional<std::uint64_t> Hdf5Array::byteCount() const
{
    std::uint64_t total = 0;
    if (__builtin_mul_overflow(elements, std::uint64_t(type.bytes), &total))
        return std::nullopt;
    return total;
}

Result<Hdf5Array> parseHdf5Space(Bytes message)
{
    ByteReader reader(message);
    const std::uint8_t version = reader.u8();
    const std::uint8_t rank = reader.u8();
    reader.skip(1);  // whether maximal extents follow
    const std::uint8_t kind = reader.u8();
    if (version == 1)
        reader.skip(4);
    else if (version != 2)
        return damagedHdf5();
    Hdf5Array array;
    constexpr std::uint8_t kNullSpace = 2;
    array.elements = version == 2 && kind == kNullSpace ? 0 : 1;
    if (rank > WeightBudget::kMaxDimensions)
        return unsupported("arrays of more than 16 dimensions");
    for (int d = 0; d < rank; ++d) {
        const std::uint64_t extent = reader.u64();
        if (extent > std::uint64_t(INT64_MAX) || __builtin_mul_overflow(array.elements, extent, &array.elements))
            return damagedHdf5();
        array.shape.push_back(std::int64_t(extent));
    }
    if (reader.failed())
        return damagedHdf5();
    return array;
}

Result<Hdf5Type> parseHdf5Type(Bytes message)
{
    ByteReader reader(message);
    const std::uint32_t head = reader.u32();
    const std::uint32_t bytes = reader.u32();
    const std::uint32_t classBits = head >> 8;
    Hdf5Type type{Hdf5Type::Kind::Other, DType::F32, bytes};
    switch (head & 15) {
    case 0: type = wholeNumber(classBits, bytes); break;
    case 1: type = floatingNumber(classBits, bytes, reader); break;
    case 3: type.kind = Hdf5Type::Kind::FixedText; break;
    case 9:
        if ((classBits & 15) == 1 && bytes == kHdf5ReferenceBytes)
            type.kind = Hdf5Type::Kind::VariableText;
        break;
    default: break;
    }
    if (reader.failed() || bytes == 0)
        return damagedHdf5();
    return type;
}

Result<Hdf5Layout> parseHdf5Layout(Bytes message)
{
    ByteReader reader(message);
    const std::uint8_t version = reader.u8();
    const std::uint8_t kind = reader.u8();
    Hdf5Layout layout;
    if (version != 3 && version != 4)
        return unsupported("a layout of before version 1.6");
    if (kind == 0) {
        layout.kind = Hdf5Layout::Kind::Compact;
        layout.compact = reader.take(reader.u16());
    } else if (kind == 1) {
        layout.address = reader.u64();
        layout.bytes = reader.u64();
    } else if (kind == 2 && version == 3) {
        layout.kind = Hdf5Layout::Kind::Chunked;
        const std::uint8_t dimensions = reader.u8();  // with one more for the bytes of an element
        layout.address = reader.u64();
        for (int d = 0; d + 1 < dimensions; ++d)
            layout.chunk.push_back(reader.u32());
        reader.skip(4);
    } else {
        return unsupported("chunks of the newest layout or virtual data sets");
    }
    if (reader.failed())
        return damagedHdf5();
    return layout;
}

Result<std::vector<Hdf5Filter>> parseHdf5Filters(Bytes message)
{
    ByteReader reader(message);
    const std::uint8_t version = reader.u8();
    const std::uint8_t count = reader.u8();
    if (version == 1)
        reader.skip(6);
    else if (version != 2)
        return damagedHdf5();
    std::vector<Hdf5Filter> filters;
    for (int i = 0; i < count && !reader.failed(); ++i) {
        Hdf5Filter filter{.id = reader.u16()};
        constexpr std::uint16_t kFirstForeign = 256;  // HDF5's own filters have no names in version 2
        const std::uint16_t nameBytes = version == 1 || filter.id >= kFirstForeign ? reader.u16() : std::uint16_t(0);
        reader.skip(2);  // whether the filter may be left out
        const std::uint16_t values = reader.u16();
        reader.skip(version == 1 ? (nameBytes + 7u) / 8u * 8u : nameBytes);
        for (int k = 0; k < values && !reader.failed(); ++k)
            filter.values.push_back(reader.u32());
        if (version == 1 && values % 2 != 0)
            reader.skip(4);
        filters.push_back(std::move(filter));
    }
    if (reader.failed())
        return damagedHdf5();
    return filters;
}

Result<Hdf5Attribute> parseHdf5Attribute(Bytes message)
{
    ByteReader reader(message);
    const std::uint8_t version = reader.u8();
    const std::uint8_t flags = reader.u8();
    const std::uint16_t nameBytes = reader.u16();
    const std::uint16_t typeBytes = reader.u16();
    const std::uint16_t spaceBytes = reader.u16();
    if (version < 1 || version > 3)
        return damagedHdf5();
    if (version > 1 && (flags & 3) != 0)
        return unsupported("shared types of attributes");
    if (version == 3)
        reader.skip(1);  // ASCII or UTF-8
    const auto padded = [version](std::uint16_t bytes) {
        return version == 1 ? (bytes + 7u) / 8u * 8u : std::uint32_t(bytes);
    };
    std::string_view name = reader.text(padded(nameBytes)).substr(0, nameBytes);
    name = name.substr(0, name.find('\0'));
    const Bytes typeMessage = reader.take(padded(typeBytes));
    const Bytes spaceMessage = reader.take(padded(spaceBytes));
    if (reader.failed())
        return damagedHdf5();
    const auto type = parseHdf5Type(typeMessage);
    if (!type)
        return fail(type.error());
    auto value = parseHdf5Space(spaceMessage);
    if (!value)
        return fail(value.error());
    value->type = *type;
    const auto bytes = value->byteCount();
    if (!bytes)
        return damagedHdf5();
    value->bytes = reader.take(*bytes);
    if (reader.failed())
        return damagedHdf5();
    return Hdf5Attribute{name, *std::move(value)};
}

Result<Hdf5Link> parseHdf5Link(Bytes message)
{
    ByteReader reader(message);
    const std::uint8_t version = reader.u8();
    const std::uint8_t flags = reader.u8();
    const std::uint8_t kind = (flags & 8) != 0 ? reader.u8() : std::uint8_t(0);
    if ((flags & 4) != 0)
        reader.skip(8);  // order of creation
    if ((flags & 16) != 0)
        reader.skip(1);  // ASCII or UTF-8
    const std::uint64_t nameBytes = reader.wide(std::size_t(1) << (flags & 3));
    Hdf5Link link{.name = reader.text(nameBytes)};
    if (kind == 0)
        link.header = reader.u64();
    if (reader.failed() || version != 1)
        return damagedHdf5();
    return link;
}

}  // namespace nscope::io
