// Purpose: a sequence motif: the probability of every base at every column, with what is known of where it comes from.
// Shapes: probabilities_WC is width × 4, channel order A, C, G, T/U; rows sum to 1.
#pragma once

#include "core/base/result.h"
#include "core/data/alphabet.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::data {

struct Motif {
    std::string id;
    std::string name;  ///< a second name: the gene; may be empty
    Alphabet alphabet = Alphabet::Dna;
    std::vector<double> probabilities_WC;
    double sites = 0.0;  ///< instances it was counted from; 0: unknown

    std::int64_t width() const { return std::int64_t(probabilities_WC.size() / kBaseCount); }
    double at(std::int64_t column, int base) const { return probabilities_WC[std::size_t(column * kBaseCount + base)]; }
    std::span<const double> column(std::int64_t index) const
    {
        return std::span(probabilities_WC).subspan(std::size_t(index * kBaseCount), kBaseCount);
    }
    bool operator==(const Motif&) const = default;
};

using MotifSet = std::vector<Motif>;

/// Σ p·log2(p / .25): 0 to 2 bits.
double informationBits(const Motif& motif, std::int64_t column);
/// One letter per column after Cavener (1987): a base with more than half and twice the next, else two bases with more
/// than three quarters, else N.
std::string consensus(const Motif& motif);
Motif reverseComplement(const Motif& motif);
/// From the first to the last column with more than `minBits`, widened by `padColumns` on both sides as far as there
/// are columns; the motif as it is if no column has that much.
Motif trimmed(const Motif& motif, double minBits, std::int64_t padColumns);
/// Counts letters of equally long instances, adds `pseudocount` to every cell and divides by the row's sum; letters
/// outside A, C, G, T count in no cell. Errors: InvalidArgument without instances or with unequal lengths.
Result<Motif> motifOfInstances(std::string id, const std::vector<std::string_view>& instances, double pseudocount,
                               Alphabet alphabet);

}  // namespace nscope::data
