// Purpose: seeded shuffles used as controls: mononucleotide, dinucleotide (exact counts), codon.
// Source: spec/models.md 1.9 "Sanity tests"; Altschul & Erickson 1985 for the dinucleotide shuffle.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace nscope::data {

enum class ShuffleKind { Mononucleotide, Dinucleotide, Codon };

/// Shuffles all letters given. Codon: the length must be a multiple of three; whole codons are permuted, and with
/// `keepEndCodons` the first and last codon stay. The same seed gives the same result on every machine.
Result<std::string> shuffled(std::string_view letters, ShuffleKind kind, std::uint64_t seed,
                             bool keepEndCodons = true);

}  // namespace nscope::data
