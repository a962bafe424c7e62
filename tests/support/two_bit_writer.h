// Purpose: a UCSC 2bit file in either byte order, for tests of its reader. Runs of N and of lower case become blocks.
#pragma once

#include <algorithm>
#include <bit>
#include <cctype>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace nscope::tests {

class TwoBitBytes {
public:
    explicit TwoBitBytes(bool swapped) : m_swapped(swapped) {}

    template <class T>
    void number(T value)
    {
        const T stored = m_swapped ? std::byteswap(value) : value;
        m_bytes.append(reinterpret_cast<const char*>(&stored), sizeof stored);
    }
    void raw(const std::string& bytes) { m_bytes += bytes; }
    const std::string& bytes() const { return m_bytes; }

private:
    bool m_swapped;
    std::string m_bytes;
};

/// Start and size of every run of letters that `belongs` holds for.
template <class Belongs>
std::vector<std::pair<std::uint32_t, std::uint32_t>> runsOf(const std::string& letters, const Belongs& belongs)
{
    std::vector<std::pair<std::uint32_t, std::uint32_t>> runs;
    for (std::uint32_t i = 0; i < letters.size(); ++i) {
        if (!belongs(letters[i]))
            continue;
        if (!runs.empty() && runs.back().first + runs.back().second == i)
            ++runs.back().second;
        else
            runs.emplace_back(i, 1);
    }
    return runs;
}

inline std::string twoBitRecord(const std::string& letters, bool swapped)
{
    TwoBitBytes record(swapped);
    record.number(std::uint32_t(letters.size()));
    const auto isN = [](char letter) { return letter == 'N' || letter == 'n'; };
    const auto isLower = [](char letter) { return std::islower(static_cast<unsigned char>(letter)) != 0; };
    for (const auto& runs : {runsOf(letters, isN), runsOf(letters, isLower)}) {
        record.number(std::uint32_t(runs.size()));
        for (const auto& run : runs)
            record.number(run.first);
        for (const auto& run : runs)
            record.number(run.second);
    }
    record.number(std::uint32_t(0));
    for (std::size_t i = 0; i < letters.size(); i += 4) {
        unsigned four = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            const char letter =
                i + k < letters.size() ? char(std::toupper(static_cast<unsigned char>(letters[i + k]))) : 'T';
            four = four << 2 | (letter == 'C' ? 1u : letter == 'A' ? 2u : letter == 'G' ? 3u : 0u);
        }
        record.number(std::uint8_t(four));
    }
    return record.bytes();
}

inline std::string twoBitBytes(const std::vector<std::pair<std::string, std::string>>& sequences, bool swapped,
                               std::uint32_t version)
{
    TwoBitBytes file(swapped);
    for (const std::uint32_t value : {0x1A412743u, version, std::uint32_t(sequences.size()), 0u})
        file.number(value);
    const std::size_t offsetBytes = version == 1 ? 8 : 4;
    std::uint64_t offset = file.bytes().size();
    for (const auto& [name, letters] : sequences)
        offset += 1 + name.size() + offsetBytes;
    std::string records;
    for (const auto& [name, letters] : sequences) {
        file.number(std::uint8_t(name.size()));
        file.raw(name);
        if (version == 1)
            file.number(offset + records.size());
        else
            file.number(std::uint32_t(offset + records.size()));
        records += twoBitRecord(letters, swapped);
    }
    file.raw(records);
    return file.bytes();
}

}  // namespace nscope::tests
