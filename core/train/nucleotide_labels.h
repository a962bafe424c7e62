// Purpose: what is known of every nucleotide of a transcript, as targets of the auxiliary losses that help a small
// encoder find reading frames. They need no annotation beyond the CDS of coding records.
// Positions are 0-based from the 5' end.
#pragma once

#include "core/data/interval.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace nscope::train {

inline constexpr int kCdsClassCount = 4;   ///< outside; codon phase 0, 1, 2 of the CDS
inline constexpr int kOrfBitCount = 6;     ///< phase 0, 1, 2 of an ORF of ≥ 50 codons; the same for ≥ 150 codons

inline constexpr int kResiduesPerCodon = 3;    ///< of a codon and of the two before it
inline constexpr int kResidueClassCount = 23;  ///< 0 stop, then the amino-acid letters of the target vocabulary
inline constexpr int kCodonNumberCount = 41;   ///< 0 for the start codon … 40 for that and all later ones

/// Class of the codon that starts at a letter; −1 if it leaves the sequence or holds an ambiguous letter.
int residueClass(std::string_view canonicalLetters, std::int64_t startNt);

/// One class per nucleotide of the first `lengthNt`; all 0 without a CDS.
std::vector<std::uint8_t> cdsClasses(const std::optional<data::Interval>& cds, std::int64_t lengthNt);

/// One bit field per letter: bit o = the letter has phase o in an ORF (first ATG after the previous stop of its frame,
/// to the next stop) of at least 50 codons with the stop; bit 3 + o: of at least 150 codons.
std::vector<std::uint8_t> orfBits(std::string_view canonicalLetters);

}  // namespace nscope::train
