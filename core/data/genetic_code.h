// Purpose: the standard genetic code (NCBI table 1): translation and synonymous codons.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nscope::data {

inline constexpr std::string_view kStartCodon = "ATG";

/// One-letter amino acid of a canonical codon, '*' for stop, 'X' if it holds an ambiguous letter that matters.
char translateCodon(std::string_view codon);

/// Translates complete codons from the first letter; stops (and leaves out '*') at a stop codon if asked.
std::string translate(std::string_view canonicalLetters, bool stopAtStop);

bool isStopCodon(std::string_view codon);

/// Other codons with the same amino acid, in alphabetical order. Empty for ATG, TGG and ambiguous codons.
std::vector<std::string> synonymousCodons(std::string_view codon);

}  // namespace nscope::data
