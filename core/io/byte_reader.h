// Purpose: little-endian numbers and runs of bytes out of untrusted memory, in order. Reading past the end gives zeros
// and sets failed(), so that a parser asks once per record instead of once per field. Inside core/io only.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace nscope::io {

class ByteReader {
public:
    explicit ByteReader(std::span<const std::byte> bytes) : m_bytes(bytes) {}
    explicit ByteReader(std::string_view text) : m_bytes(std::as_bytes(std::span(text))) {}

    template <std::unsigned_integral T>
    T number()
    {
        T value = 0;
        if (const auto stored = take(sizeof value); stored.size() == sizeof value)
            std::memcpy(&value, stored.data(), sizeof value);
        return value;
    }
    std::uint8_t u8() { return number<std::uint8_t>(); }
    std::uint16_t u16() { return number<std::uint16_t>(); }
    std::uint32_t u32() { return number<std::uint32_t>(); }
    std::uint64_t u64() { return number<std::uint64_t>(); }

    /// An unsigned number of 1 to 8 bytes.
    std::uint64_t wide(std::size_t bytes)
    {
        std::uint64_t value = 0;
        const auto stored = take(bytes);
        if (!stored.empty())
            std::memcpy(&value, stored.data(), stored.size());
        return value;
    }

    /// The next `count` bytes, or none at all when fewer are left.
    std::span<const std::byte> take(std::uint64_t count)
    {
        if (count > left()) {
            m_failed = true;
            m_position = m_bytes.size();
            return {};
        }
        m_position += std::size_t(count);
        return m_bytes.subspan(m_position - std::size_t(count), std::size_t(count));
    }
    void skip(std::uint64_t count) { take(count); }

    std::string_view text(std::uint64_t count)
    {
        const auto bytes = take(count);
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    /// Text up to the next `end`, which is consumed but not returned. Fails when there is none.
    std::string_view textUntil(char end)
    {
        const auto rest = m_bytes.subspan(m_position);
        const auto found = std::ranges::find(rest, std::byte(end));
        if (found == rest.end()) {
            skip(rest.size() + 1);
            return {};
        }
        const std::string_view line = text(std::uint64_t(found - rest.begin()));
        skip(1);
        return line;
    }

    bool failed() const { return m_failed; }
    std::size_t position() const { return m_position; }
    std::size_t left() const { return m_bytes.size() - m_position; }

private:
    std::span<const std::byte> m_bytes;
    std::size_t m_position = 0;
    bool m_failed = false;
};

}  // namespace nscope::io
