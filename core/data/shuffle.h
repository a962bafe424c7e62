// Purpose: seeded shuffles used as controls: mononucleotide, dinucleotide (exact counts), codon.
// Source: spec/models.md 1.9 "Sanity tests"; Altschul & Erickson 1985 for the dinucleotide shuffle.
#pragma once

#include "core/base/result.h"
#include "core/data/interval.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace nscope::data {

enum class ShuffleKind { Mononucleotide, Dinucleotide, Codon };

/// Shuffles all letters given. Codon: the length must be a multiple of three; whole codons are permuted, and with
/// `keepEndCodons` the first and last codon stay. The same seed gives the same result on every machine.
Result<std::string> shuffled(std::string_view letters, ShuffleKind kind, std::uint64_t seed,
                             bool keepEndCodons = true);

/// Codons permuted among places of the same amino acid, so that protein and codon usage stay. Precondition: whole
/// codons.
std::string synonymousShuffle(std::string_view letters, std::uint64_t seed);

/// The coding region shuffled like this, what lies before and after it with every dinucleotide count kept.
/// Errors: InvalidArgument if the region does not lie inside the letters or is not made of whole codons.
Result<std::string> synonymousControl(std::string_view letters, Interval cds, std::uint64_t seed);

}  // namespace nscope::data
