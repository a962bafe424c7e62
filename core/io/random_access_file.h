// Purpose: bytes of a local binary file at any offset, for readers of indexed formats; nothing is kept in memory.
// A read that would end beyond the file is an error that names the place, never a short read. The numbers in such
// files come in either byte order; BinaryNumbers reads both. Thread: any number may read at once.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace nscope::io {

class RandomAccessFile {
public:
    /// Errors: NotFound, Io (a folder, no permission).
    static Result<RandomAccessFile> open(const std::string& path);

    /// Exactly `count` bytes from `offset`. Errors: Parse (the file is shorter), OutOfMemory, Io.
    Result<std::vector<std::byte>> read(std::uint64_t offset, std::uint64_t count) const;

    std::uint64_t sizeBytes() const { return m_sizeBytes; }
    const std::string& path() const { return m_path; }

private:
    std::string m_path;
    std::uint64_t m_sizeBytes = 0;
    std::shared_ptr<const int> m_descriptor;
};

/// Numbers out of a run of bytes, in order. Reading past the end gives zeros and sets failed().
class BinaryNumbers {
public:
    BinaryNumbers(std::span<const std::byte> bytes, bool swapped) : m_bytes(bytes), m_swapped(swapped) {}

    std::uint8_t u8() { return number<std::uint8_t>(); }
    std::uint16_t u16() { return number<std::uint16_t>(); }
    std::uint32_t u32() { return number<std::uint32_t>(); }
    std::uint64_t u64() { return number<std::uint64_t>(); }
    float f32();
    std::string text(std::size_t count);  ///< without the zeros that fill it up
    void skip(std::size_t count) { take(count); }

    bool failed() const { return m_failed; }
    std::size_t left() const { return m_bytes.size(); }

private:
    template <class T>
    T number();
    std::span<const std::byte> take(std::size_t count);

    std::span<const std::byte> m_bytes;
    bool m_swapped;
    bool m_failed = false;
};

}  // namespace nscope::io
