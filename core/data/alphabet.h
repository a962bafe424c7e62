// Purpose: nucleotide letters: IUPAC codes, complements, and the one channel order A, C, G, T/U used everywhere.
// Inside the program letters are upper case and U is stored as T; `Alphabet` says how they are drawn.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nscope::data {

enum class Alphabet : std::uint8_t { Dna, Rna };

inline constexpr int kBaseCount = 4;
inline constexpr std::string_view kBases = "ACGT";  ///< channel order of every L×4 array

/// 0..3 for A, C, G, T/U in either case; -1 for anything else.
int baseIndex(char letter);

/// Bit set over A=1, C=2, G=4, T/U=8; 0 if the letter is not an IUPAC nucleotide code.
std::uint8_t iupacMask(char letter);

inline bool isIupac(char letter) { return iupacMask(letter) != 0; }

/// Complement of an IUPAC code (upper case, T for U). Precondition: isIupac(letter).
char complement(char letter);
std::string reverseComplement(std::string_view letters);

/// Upper case, U → T. Letters that are not IUPAC codes are left as they are.
std::string canonical(std::string_view letters);

/// Canonical letters as the alphabet draws them (T → U for RNA).
std::string displayLetters(std::string_view canonicalLetters, Alphabet alphabet);
inline char displayLetter(char canonicalLetter, Alphabet alphabet)
{
    return alphabet == Alphabet::Rna && canonicalLetter == 'T' ? 'U' : canonicalLetter;
}

}  // namespace nscope::data
