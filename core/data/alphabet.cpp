// Purpose: tables behind alphabet.h.
#include "core/data/alphabet.h"

#include <algorithm>
#include <array>

namespace nscope::data {
namespace {

struct Code {
    char letter;
    std::uint8_t mask;
    char complement;
};
constexpr Code kCodes[] = {
    {'A', 1, 'T'},  {'C', 2, 'G'},  {'G', 4, 'C'},  {'T', 8, 'A'},  {'U', 8, 'A'},  {'R', 5, 'Y'},
    {'Y', 10, 'R'}, {'S', 6, 'S'},  {'W', 9, 'W'},  {'K', 12, 'M'}, {'M', 3, 'K'},  {'B', 14, 'V'},
    {'D', 13, 'H'}, {'H', 11, 'D'}, {'V', 7, 'B'},  {'N', 15, 'N'},
};

struct Tables {
    std::array<std::uint8_t, 256> mask{};
    std::array<char, 256> complement{};
    std::array<char, 256> canonical{};
};

constexpr Tables makeTables()
{
    Tables t;
    for (int i = 0; i < 256; ++i)
        t.canonical[std::size_t(i)] = char(i);
    for (const Code& code : kCodes) {
        const char upper = code.letter;
        const char lower = char(upper - 'A' + 'a');
        for (const char c : {upper, lower}) {
            const auto i = std::size_t(static_cast<unsigned char>(c));
            t.mask[i] = code.mask;
            t.complement[i] = code.complement;
            t.canonical[i] = upper == 'U' ? 'T' : upper;
        }
    }
    return t;
}
constexpr Tables kTables = makeTables();

std::size_t slot(char letter) { return static_cast<unsigned char>(letter); }

}  // namespace

int baseIndex(char letter)
{
    switch (kTables.mask[slot(letter)]) {
    case 1: return 0;
    case 2: return 1;
    case 4: return 2;
    case 8: return 3;
    default: return -1;
    }
}

std::uint8_t iupacMask(char letter) { return kTables.mask[slot(letter)]; }

char complement(char letter) { return kTables.complement[slot(letter)]; }

std::string reverseComplement(std::string_view letters)
{
    std::string out(letters.size(), '\0');
    std::transform(letters.rbegin(), letters.rend(), out.begin(), complement);
    return out;
}

std::string canonical(std::string_view letters)
{
    std::string out(letters.size(), '\0');
    std::transform(letters.begin(), letters.end(), out.begin(), [](char c) { return kTables.canonical[slot(c)]; });
    return out;
}

std::string displayLetters(std::string_view canonicalLetters, Alphabet alphabet)
{
    std::string out(canonicalLetters);
    if (alphabet == Alphabet::Rna)
        std::replace(out.begin(), out.end(), 'T', 'U');
    return out;
}

}  // namespace nscope::data
