// Purpose: one nucleotide sequence as a value. Letters are canonical (upper case, T for U); see alphabet.h.
#pragma once

#include "core/data/alphabet.h"

#include <cstdint>
#include <string>

namespace nscope::data {

struct Sequence {
    std::string id;           ///< first word of the record's name
    std::string description;  ///< the rest of the header line, may be empty
    std::string letters;      ///< canonical IUPAC letters
    Alphabet alphabet = Alphabet::Dna;

    std::int64_t length() const { return static_cast<std::int64_t>(letters.size()); }
    std::string displayed() const { return displayLetters(letters, alphabet); }

    /// 64-bit hash of the letters alone: equal sequences share cached results whatever their names.
    std::uint64_t contentHash() const;

    bool operator==(const Sequence&) const = default;
};

}  // namespace nscope::data
