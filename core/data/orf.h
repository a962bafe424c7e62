// Purpose: open reading frames of a transcript in its three forward frames.
// Source: spec/models.md 1.9 "Longest ORF: ATG … first in-frame TGA/TAG/TAA, longest".
#pragma once

#include "core/data/interval.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::data {

/// Kozak context of a start codon: the consensus is gccRccATGG.
enum class KozakStrength { Weak, Adequate, Strong };  ///< neither / one / both of R at −3 and G at +4

struct Orf {
    Interval span;          ///< start codon to stop codon, both included when present
    int frame = 0;          ///< span.startNt mod 3
    bool hasStop = true;    ///< false: open at the 3' end
    KozakStrength kozak = KozakStrength::Weak;

    bool operator==(const Orf&) const = default;
};

struct OrfOptions {
    int minCodons = 1;        ///< stop codon not counted
    bool requireStop = true;  ///< leave out ORFs that run off the 3' end
    bool nested = false;      ///< also ORFs that start inside a longer one of the same frame and stop
};

/// All ORFs, sorted by start. Linear time.
std::vector<Orf> findOrfs(std::string_view canonicalLetters, const OrfOptions& options = {});

/// The longest ORF with a stop (the first among equals).
std::optional<Orf> longestOrf(std::string_view canonicalLetters);

KozakStrength kozakStrength(std::string_view canonicalLetters, std::int64_t atgStartNt);
/// "GCCACCATGG"-like context, positions −6..+4, '-' beyond the ends.
std::string kozakContext(std::string_view canonicalLetters, std::int64_t atgStartNt);

}  // namespace nscope::data
