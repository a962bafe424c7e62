// Purpose: a small bigWig file put together byte by byte, in either byte order, with unpacked blocks of all three kinds
// and without zoom levels: for tests of its reader, which then damage single numbers of it.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace nscope::tests {

class BigWigBytes {
public:
    explicit BigWigBytes(bool swapped) : m_swapped(swapped) { build(); }

    const std::string& bytes() const { return m_bytes; }

    /// Overwrites a number.
    template <class T>
    void set(std::size_t offset, T value)
    {
        const T stored = m_swapped ? std::byteswap(value) : value;
        std::memcpy(m_bytes.data() + offset, &stored, sizeof stored);
    }

    // chrA (1,000 nt): 10-20 1.5, 20-25 -2, by bedGraph; 100-105 3, 200-205 4, by variable step.
    // chrB (500 nt): 0-10 1, 20-30 2, 40-50 3, by fixed step.
    std::size_t treeOffset = 0, indexOffset = 0, firstBlock = 0, lastBlock = 0;

private:
    template <class T>
    void put(T value)
    {
        m_bytes.append(sizeof value, '\0');
        set(m_bytes.size() - sizeof value, value);
    }
    void putFloat(float value) { put(std::bit_cast<std::uint32_t>(value)); }
    void putName(const char* name)
    {
        m_bytes += name;
        m_bytes.append(8 - std::strlen(name), '\0');
    }
    void blockHeader(std::uint32_t id, std::uint32_t start, std::uint32_t end, std::uint32_t step, std::uint32_t span,
                     std::uint8_t kind, std::uint16_t count)
    {
        for (const std::uint32_t value : {id, start, end, step, span})
            put(value);
        put(kind);
        put(std::uint8_t(0));
        put(count);
    }

    void build()
    {
        put(std::uint32_t(0x888FFC26));
        put(std::uint16_t(4));
        put(std::uint16_t(0));
        m_bytes.append(56, '\0');
        treeOffset = m_bytes.size();
        for (const std::uint32_t value : {0x78CA8C91u, 2u, 8u, 8u})
            put(value);
        put(std::uint64_t(2));
        put(std::uint64_t(0));
        put(std::uint8_t(1));
        put(std::uint8_t(0));
        put(std::uint16_t(2));
        putName("chrA");
        put(std::uint32_t(0));
        put(std::uint32_t(1000));
        putName("chrB");
        put(std::uint32_t(1));
        put(std::uint32_t(500));
        const std::size_t dataOffset = m_bytes.size();
        put(std::uint64_t(3));
        const std::vector<std::size_t> ends = putBlocks();
        indexOffset = m_bytes.size();
        putIndex(ends);
        set(8, std::uint64_t(treeOffset));
        set(16, std::uint64_t(dataOffset));
        set(24, std::uint64_t(indexOffset));
    }

    std::vector<std::size_t> putBlocks()
    {
        firstBlock = m_bytes.size();
        blockHeader(0, 10, 25, 0, 0, 1, 2);
        for (const std::uint32_t value :
             {10u, 20u, std::bit_cast<std::uint32_t>(1.5f), 20u, 25u, std::bit_cast<std::uint32_t>(-2.0f)})
            put(value);
        const std::size_t second = m_bytes.size();
        blockHeader(0, 100, 205, 0, 5, 2, 2);
        put(std::uint32_t(100));
        putFloat(3.0f);
        put(std::uint32_t(200));
        putFloat(4.0f);
        lastBlock = m_bytes.size();
        blockHeader(1, 0, 50, 20, 10, 3, 3);
        for (const float value : {1.0f, 2.0f, 3.0f})
            putFloat(value);
        return {firstBlock, second, lastBlock, m_bytes.size()};
    }

    void putIndex(const std::vector<std::size_t>& ends)
    {
        constexpr std::uint32_t kSpans[3][4] = {{0, 10, 0, 25}, {0, 100, 0, 205}, {1, 0, 1, 50}};
        put(std::uint32_t(0x2468ACE0));
        put(std::uint32_t(3));
        put(std::uint64_t(3));
        for (const std::uint32_t value : {0u, 10u, 1u, 50u})
            put(value);
        put(std::uint64_t(ends.back()));
        put(std::uint32_t(1));
        put(std::uint32_t(0));
        put(std::uint8_t(1));
        put(std::uint8_t(0));
        put(std::uint16_t(3));
        for (std::size_t i = 0; i < 3; ++i) {
            for (const std::uint32_t value : kSpans[i])
                put(value);
            put(std::uint64_t(ends[i]));
            put(std::uint64_t(ends[i + 1] - ends[i]));
        }
    }

    bool m_swapped;
    std::string m_bytes;
};

}  // namespace nscope::tests
