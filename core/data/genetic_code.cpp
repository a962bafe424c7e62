// Purpose: the standard genetic code (NCBI table 1), with ambiguous letters resolved where all readings agree.
#include "core/data/genetic_code.h"

#include "core/data/alphabet.h"

#include <array>
#include <optional>

namespace nscope::data {
namespace {

// Amino acids of the codons in the order A, C, G, T of first, second and third letter.
constexpr std::string_view kTable = "KNKNTTTTRSRSIIMIQHQHPPPPRRRRLLLLEDEDAAAAGGGGVVVV*Y*YSSSS*CWCLFLF";
static_assert(kTable.size() == 64);

std::optional<int> codonIndex(std::string_view codon)
{
    if (codon.size() != 3)
        return std::nullopt;
    int index = 0;
    for (const char letter : codon) {
        const int base = baseIndex(letter);
        if (base < 0)
            return std::nullopt;
        index = index * 4 + base;
    }
    return index;
}

std::string codonOf(int index)
{
    return {kBases[std::size_t(index / 16)], kBases[std::size_t(index / 4 % 4)], kBases[std::size_t(index % 4)]};
}

// The amino acid that every reading of an ambiguous codon shares, or 'X'.
char sharedAminoAcid(std::string_view codon)
{
    std::array<std::uint8_t, 3> masks{};
    for (std::size_t i = 0; i < 3; ++i)
        masks[i] = iupacMask(codon[i]);
    char shared = 0;
    for (int index = 0; index < 64; ++index) {
        const bool matches = (masks[0] >> (index / 16) & 1) && (masks[1] >> (index / 4 % 4) & 1)
            && (masks[2] >> (index % 4) & 1);
        if (!matches)
            continue;
        const char aminoAcid = kTable[std::size_t(index)];
        if (shared != 0 && shared != aminoAcid)
            return 'X';
        shared = aminoAcid;
    }
    return shared == 0 ? 'X' : shared;
}

}  // namespace

char translateCodon(std::string_view codon)
{
    if (const auto index = codonIndex(codon))
        return kTable[std::size_t(*index)];
    return codon.size() == 3 ? sharedAminoAcid(codon) : 'X';
}

std::string translate(std::string_view canonicalLetters, bool stopAtStop)
{
    std::string peptide;
    peptide.reserve(canonicalLetters.size() / 3);
    for (std::size_t i = 0; i + 3 <= canonicalLetters.size(); i += 3) {
        const char aminoAcid = translateCodon(canonicalLetters.substr(i, 3));
        if (aminoAcid == '*' && stopAtStop)
            break;
        peptide += aminoAcid;
    }
    return peptide;
}

bool isStopCodon(std::string_view codon) { return codon.size() == 3 && translateCodon(codon) == '*'; }

std::vector<std::string> synonymousCodons(std::string_view codon)
{
    const auto index = codonIndex(codon);
    if (!index)
        return {};
    std::vector<std::string> others;
    for (int other = 0; other < 64; ++other) {
        if (other != *index && kTable[std::size_t(other)] == kTable[std::size_t(*index)])
            others.push_back(codonOf(other));
    }
    return others;
}

}  // namespace nscope::data
