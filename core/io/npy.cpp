// Purpose: .npy headers and values.
#include "core/io/npy.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>
#include <type_traits>

namespace nscope::io {
namespace {

static_assert(std::endian::native == std::endian::little, "arrays are little-endian and copied as they are");

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kMaxHeaderBytes = 1 << 20;
constexpr std::size_t kMaxDimensions = 32;
constexpr std::string_view kReplacement = "\xef\xbf\xbd";

struct Header {
    std::string descr;
    bool fortranOrder = false;
    std::vector<std::int64_t> shape;
};

/// Reads the Python dictionary of a header: three known keys, each once, in any order.
class HeaderParser {
public:
    explicit HeaderParser(std::string_view text) : m_text(text) {}

    std::optional<Header> run()
    {
        Header header;
        unsigned seen = 0;
        if (!take('{'))
            return std::nullopt;
        while (!take('}')) {
            const auto key = quoted();
            if (!key || !take(':'))
                return std::nullopt;
            const unsigned bit = *key == "descr" ? 1 : *key == "fortran_order" ? 2 : *key == "shape" ? 4 : 0;
            if (bit == 0 || (seen & bit) != 0 || !value(bit, header))
                return std::nullopt;
            seen |= bit;
            if (!take(',') && !peek('}'))
                return std::nullopt;
        }
        skipBlanks();
        return seen == 7 && m_text.empty() ? std::optional(header) : std::nullopt;
    }

private:
    void skipBlanks() { m_text.remove_prefix(std::min(m_text.find_first_not_of(" \t\r\n"), m_text.size())); }
    bool peek(char c)
    {
        skipBlanks();
        return m_text.starts_with(c);
    }
    bool take(char c)
    {
        const bool there = peek(c);
        m_text.remove_prefix(there ? 1 : 0);
        return there;
    }
    bool takeWord(std::string_view word)
    {
        skipBlanks();
        const bool there = m_text.starts_with(word);
        m_text.remove_prefix(there ? word.size() : 0);
        return there;
    }
    std::optional<std::string> quoted()
    {
        skipBlanks();
        if (m_text.empty() || (m_text[0] != '\'' && m_text[0] != '"'))
            return std::nullopt;
        const std::size_t end = m_text.find(m_text[0], 1);
        if (end == std::string_view::npos)
            return std::nullopt;
        std::string text(m_text.substr(1, end - 1));
        m_text.remove_prefix(end + 1);
        return text;
    }
    bool value(unsigned bit, Header& header)
    {
        if (bit == 1) {
            // Structured dtypes are lists and stay unread, which makes the header an unsupported one.
            auto descr = quoted();
            header.descr = descr.value_or("");
            return descr.has_value();
        }
        if (bit == 2) {
            header.fortranOrder = takeWord("True");
            return header.fortranOrder || takeWord("False");
        }
        return shape(header.shape);
    }
    bool shape(std::vector<std::int64_t>& extents)
    {
        if (!take('('))
            return false;
        while (!take(')')) {
            skipBlanks();
            std::int64_t extent = 0;
            const auto [end, error] = std::from_chars(m_text.data(), m_text.data() + m_text.size(), extent);
            if (error != std::errc() || extent < 0 || extents.size() == kMaxDimensions)
                return false;
            m_text.remove_prefix(std::size_t(end - m_text.data()));
            extents.push_back(extent);
            if (!take(',') && !peek(')'))
                return false;
        }
        return true;
    }

    std::string_view m_text;
};

std::optional<std::uint64_t> product(const std::vector<std::int64_t>& shape, std::uint64_t itemBytes)
{
    std::uint64_t total = itemBytes;
    for (const std::int64_t extent : shape) {
        if (extent < 0 || __builtin_mul_overflow(total, std::uint64_t(extent), &total))
            return std::nullopt;
    }
    return total;
}

void appendUtf8(std::string& text, std::uint32_t code)
{
    if (code < 0x80) {
        text += char(code);
    } else if (code < 0x800) {
        text += {char(0xc0 | code >> 6), char(0x80 | (code & 63))};
    } else if (code < 0x10000 && (code < 0xd800 || code > 0xdfff)) {
        text += {char(0xe0 | code >> 12), char(0x80 | (code >> 6 & 63)), char(0x80 | (code & 63))};
    } else if (code >= 0x10000 && code <= 0x10ffff) {
        text += {char(0xf0 | code >> 18), char(0x80 | (code >> 12 & 63)), char(0x80 | (code >> 6 & 63)), char(0x80 | (code & 63))};
    } else {
        text += kReplacement;
    }
}

std::vector<std::uint32_t> codePoints(std::string_view utf8)
{
    std::vector<std::uint32_t> codes;
    for (std::size_t i = 0; i < utf8.size();) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        const int more = lead < 0x80 ? 0 : lead >> 5 == 6 ? 1 : lead >> 4 == 14 ? 2 : lead >> 3 == 30 ? 3 : -1;
        std::uint32_t code = more == 0 ? lead : more < 0 ? 0xfffd : lead & (0x3fu >> more);
        std::size_t used = 1;
        for (; more > 0 && used <= std::size_t(more); ++used) {
            const auto next = i + used < utf8.size() ? static_cast<unsigned char>(utf8[i + used]) : 0u;
            if (next >> 6 != 2) {
                code = 0xfffd;
                break;
            }
            code = code << 6 | (next & 63);
        }
        codes.push_back(code);
        i += used;
    }
    return codes;
}

template <class T>
std::vector<T> copied(std::string_view bytes)
{
    std::vector<T> values(bytes.size() / sizeof(T));
    if (!values.empty())
        std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
}

std::vector<std::string> strings(std::string_view bytes, std::size_t itemBytes)
{
    std::vector<std::string> values(bytes.size() / itemBytes);
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::size_t letters = itemBytes / 4;
        const std::vector<std::uint32_t> codes = copied<std::uint32_t>(bytes.substr(i * itemBytes, itemBytes));
        while (letters > 0 && codes[letters - 1] == 0)
            --letters;
        for (std::size_t k = 0; k < letters; ++k)
            appendUtf8(values[i], codes[k]);
    }
    return values;
}

/// Bytes of one element; 0 for a dtype that is not read.
std::size_t itemBytesOf(const std::string& descr)
{
    for (const auto& [name, bytes] : {std::pair<std::string_view, std::size_t>{"<f4", 4}, {"<f8", 8}, {"<i4", 4},
                                      {"<i8", 8}, {"|u1", 1}, {"|b1", 1}}) {
        if (descr == name)
            return bytes;
    }
    std::uint32_t letters = 0;
    const char* end = descr.data() + descr.size();
    if (descr.starts_with("<U")) {
        const auto [rest, error] = std::from_chars(descr.data() + 2, end, letters);
        if (error == std::errc() && rest == end && letters <= (1u << 30))
            return std::size_t(letters) * 4;
    }
    return 0;
}

NpyArray::Values valuesOf(const std::string& descr, std::string_view bytes, std::size_t itemBytes)
{
    if (descr == "<f4")
        return copied<float>(bytes);
    if (descr == "<f8")
        return copied<double>(bytes);
    if (descr == "<i4")
        return copied<std::int32_t>(bytes);
    if (descr == "<i8")
        return copied<std::int64_t>(bytes);
    if (descr == "|u1")
        return copied<std::uint8_t>(bytes);
    if (descr == "|b1") {
        NpyBools bools{copied<std::uint8_t>(bytes)};
        for (std::uint8_t& value : bools.values)
            value = value != 0;
        return bools;
    }
    return strings(bytes, itemBytes);
}

std::unexpected<Error> bad(const char* message) { return fail(ErrorCode::Parse, message); }

template <class T>
std::string rawBytes(const std::vector<T>& values)
{
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

/// Raw bytes and dtype of an array's values.
struct Raw {
    std::string bytes;
    std::string descr;
};

Raw rawStrings(const std::vector<std::string>& values)
{
    std::vector<std::vector<std::uint32_t>> all;
    std::size_t longest = 1;
    for (const std::string& value : values) {
        all.push_back(codePoints(value));
        longest = std::max(longest, all.back().size());
    }
    std::string bytes;
    for (std::vector<std::uint32_t>& codes : all) {
        codes.resize(longest);
        bytes += rawBytes(codes);
    }
    return {std::move(bytes), "<U" + std::to_string(longest)};
}

Raw rawOf(const NpyArray& array)
{
    return std::visit([&array](const auto& values) -> Raw {
        using T = std::decay_t<decltype(values)>;
        if constexpr (std::is_same_v<T, std::vector<std::string>>)
            return rawStrings(values);
        else if constexpr (std::is_same_v<T, NpyBools>)
            return {rawBytes(values.values), array.dtype()};
        else
            return {rawBytes(values), array.dtype()};
    }, array.values);
}

std::size_t valueCount(const NpyArray& array)
{
    return std::visit([](const auto& values) {
        if constexpr (std::is_same_v<std::decay_t<decltype(values)>, NpyBools>)
            return values.values.size();
        else
            return values.size();
    }, array.values);
}

template <class To>
Result<std::vector<To>> numbersOf(const NpyArray& array, bool allowFloats)
{
    return std::visit([&](const auto& values) -> Result<std::vector<To>> {
        using T = std::decay_t<decltype(values)>;
        if constexpr (std::is_same_v<T, NpyBools>) {
            return std::vector<To>(values.values.begin(), values.values.end());
        } else if constexpr (!std::is_same_v<T, std::vector<std::string>>) {
            if (allowFloats || std::is_integral_v<typename T::value_type>)
                return std::vector<To>(values.begin(), values.end());
        }
        return fail(ErrorCode::Unsupported, "The array holds " + array.dtype() + ", not the numbers that are needed here.");
    }, array.values);
}

}  // namespace

std::int64_t NpyArray::elementCount() const { return std::int64_t(valueCount(*this)); }

std::string NpyArray::dtype() const
{
    constexpr const char* kNames[] = {"<f4", "<f8", "<i4", "<i8", "|u1", "|b1", "<U"};
    return kNames[values.index()];
}

Result<std::vector<double>> NpyArray::toDoubles() const { return numbersOf<double>(*this, true); }
Result<std::vector<std::int64_t>> NpyArray::toIntegers() const { return numbersOf<std::int64_t>(*this, false); }

Result<NpyArray> parseNpy(std::string_view bytes)
{
    if (!bytes.starts_with(kMagic) || bytes.size() < 12)
        return bad("This is not a NumPy array (.npy).");
    const auto byte = [&](std::size_t i) { return std::size_t(static_cast<unsigned char>(bytes[i])); };
    const std::size_t version = byte(6);
    if (version < 1 || version > 3)
        return fail(ErrorCode::Unsupported, "The .npy format version " + std::to_string(version) + " is not known.");
    const std::size_t prefix = version == 1 ? 10 : 12;
    const std::size_t headerBytes = version == 1 ? byte(8) | byte(9) << 8 : byte(8) | byte(9) << 8 | byte(10) << 16 | byte(11) << 24;
    if (headerBytes > kMaxHeaderBytes || headerBytes > bytes.size() - prefix)
        return bad("The array's header is longer than the file.");
    const auto header = HeaderParser(bytes.substr(prefix, headerBytes)).run();
    if (!header)
        return bad("The array's header cannot be read; structured and object arrays are not supported.");
    if (header->descr.find('O') != std::string::npos)
        return fail(ErrorCode::Unsupported, "The array holds pickled Python objects, which are never loaded.");
    const std::size_t itemBytes = itemBytesOf(header->descr);
    if (itemBytes == 0)
        return fail(ErrorCode::Unsupported, "The array's number type \"" + header->descr.substr(0, 20)
                        + "\" is not read (known: <f4 <f8 <i4 <i8 |u1 |b1 <U).");
    if (header->fortranOrder && header->shape.size() > 1)
        return fail(ErrorCode::Unsupported, "The array is in Fortran order; save it with numpy.ascontiguousarray.");
    const std::string_view content = bytes.substr(prefix + headerBytes);
    if (product(header->shape, itemBytes) != content.size())
        return bad("The array's shape does not fit its bytes; the file is damaged or cut short.");
    return NpyArray{header->shape, valuesOf(header->descr, content, itemBytes)};
}

Result<std::string> npyBytes(const NpyArray& array)
{
    if (product(array.shape, 1) != valueCount(array))
        return fail(ErrorCode::InvalidArgument, "The array's shape does not fit its values.");
    const Raw raw = rawOf(array);
    std::string shape = "(";
    for (std::size_t i = 0; i < array.shape.size(); ++i)
        shape += (i == 0 ? "" : " ") + std::to_string(array.shape[i]) + (i + 1 < array.shape.size() || i == 0 ? "," : "");
    std::string header = "{'descr': '" + raw.descr + "', 'fortran_order': False, 'shape': " + shape + "), }";
    const bool isLong = header.size() + 64 > 0xffff;
    const std::size_t prefix = isLong ? 12 : 10;
    header.append(63 - (prefix + header.size()) % 64, ' ');
    header += '\n';
    std::string bytes(kMagic);
    bytes += {char(isLong ? 2 : 1), char(0)};
    for (std::size_t i = 0; i < prefix - 8; ++i)
        bytes += char(header.size() >> (8 * i) & 255);
    return bytes + header + raw.bytes;
}

}  // namespace nscope::io
