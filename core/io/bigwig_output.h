// Purpose: the parts of a bigWig file as they are written: numbers, packed blocks with their places, the tree of
// chromosomes and the indexes of blocks. Little-endian, version 4. Inside core/io only (bigwig_stream.h).
// Errors: Io, remembered by failed() so that they are asked for once per part.
#pragma once

#include "core/io/signal_file.h"

#include <bit>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace nscope::io {

static_assert(std::endian::native == std::endian::little, "bigWig files are written as the machine holds numbers.");

/// A packed block and what it spans.
struct BigWigSpan {
    std::uint32_t id = 0;
    std::uint32_t startNt = 0;
    std::uint32_t endNt = 0;
    std::uint64_t offset = 0;
    std::uint64_t sizeBytes = 0;
};

/// Numbers in a row, for a block or a header.
class BigWigBytes {
public:
    template <class T>
    void put(T value)
    {
        const auto* const bytes = reinterpret_cast<const char*>(&value);
        m_bytes.append(bytes, sizeof value);
    }
    void putText(const std::string& text, std::size_t width) { m_bytes.append(text).append(width - text.size(), '\0'); }
    const std::string& text() const { return m_bytes; }
    std::size_t size() const { return m_bytes.size(); }
    void clear() { m_bytes.clear(); }

private:
    std::string m_bytes;
};

class BigWigOutput {
public:
    explicit BigWigOutput(const std::string& path) : m_file(std::fopen(path.c_str(), "r+b")) {}

    std::uint64_t position() const { return m_position; }
    bool failed() const { return !m_file || m_failed; }

    void write(const std::string& bytes);
    /// Overwrites what stands at `offset`; the position stays.
    void patch(std::uint64_t offset, const std::string& bytes);
    /// Packs a block and notes where it lies.
    void writeBlock(const std::string& bytes, BigWigSpan& span);
    void writeChromosomes(const std::vector<SignalChromosome>& sorted);
    /// `spans` in the order of the genome; `itemsPerBlock` at most.
    void writeIndex(const std::vector<BigWigSpan>& spans, std::uint32_t itemsPerBlock);
    bool flush();

private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    std::unique_ptr<std::FILE, Close> m_file;
    std::uint64_t m_position = 0;
    bool m_failed = false;
};

}  // namespace nscope::io
