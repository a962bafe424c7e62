// Purpose: search in a sequence by IUPAC motif or regular expression; matches may overlap (IUPAC only).
#pragma once

#include "core/base/result.h"
#include "core/data/interval.h"

#include <string_view>
#include <vector>

namespace nscope::data {

struct SearchHit {
    Interval span;
    bool reverseStrand = false;
    bool operator==(const SearchHit&) const = default;
};

/// Every match of an IUPAC motif (a sequence N matches only a motif N), forward and, if asked, reverse complement.
Result<std::vector<SearchHit>> searchIupac(std::string_view canonicalLetters, std::string_view motif,
                                           bool bothStrands);
/// ECMAScript regular expression on the displayed letters, case-insensitive, U and T equal. At most `maxHits`; matches of
/// up to 8,192 nt are found whole. Blocks; an expression that needs too much work or depth is an error, after a second
/// or two at worst.
Result<std::vector<SearchHit>> searchRegex(std::string_view canonicalLetters, std::string_view pattern,
                                           std::size_t maxHits = 100000);

}  // namespace nscope::data
