// Purpose: what is computed from a motif's columns.
#include "core/data/motif.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace nscope::data {
namespace {

// Letter of the IUPAC code with exactly these bases.
char iupacLetter(std::uint8_t mask)
{
    constexpr std::string_view kCodes = "ACGTRYSWKMBDHVN";
    const auto found = std::ranges::find_if(kCodes, [mask](char code) { return iupacMask(code) == mask; });
    return found == kCodes.end() ? 'N' : *found;
}

char columnLetter(std::span<const double> column)
{
    std::array<int, kBaseCount> order{0, 1, 2, 3};
    std::ranges::stable_sort(order, [&](int a, int b) { return column[std::size_t(a)] > column[std::size_t(b)]; });
    const double first = column[std::size_t(order[0])], second = column[std::size_t(order[1])];
    if (first > 0.5 && first > 2 * second)
        return kBases[std::size_t(order[0])];
    if (first + second > 0.75)
        return iupacLetter(std::uint8_t((1 << order[0]) | (1 << order[1])));
    return 'N';
}

}  // namespace

double informationBits(const Motif& motif, std::int64_t column)
{
    double bits = 0.0;
    for (const double p : motif.column(column))
        bits += p > 0 ? p * std::log2(p / 0.25) : 0.0;
    return bits;
}

std::string consensus(const Motif& motif)
{
    std::string letters;
    for (std::int64_t column = 0; column < motif.width(); ++column)
        letters += displayLetter(columnLetter(motif.column(column)), motif.alphabet);
    return letters;
}

Motif reverseComplement(const Motif& motif)
{
    Motif reversed = motif;
    std::ranges::reverse(reversed.probabilities_WC);  // A, C, G, T read backwards is T, G, C, A: its own complement
    return reversed;
}

Motif trimmed(const Motif& motif, double minBits, std::int64_t padColumns)
{
    std::int64_t first = motif.width(), last = -1;
    for (std::int64_t column = 0; column < motif.width(); ++column) {
        if (informationBits(motif, column) > minBits) {
            first = std::min(first, column);
            last = column;
        }
    }
    if (last < 0)
        return motif;
    first = std::max<std::int64_t>(0, first - padColumns);
    last = std::min(motif.width() - 1, last + padColumns);
    Motif narrow = motif;
    narrow.probabilities_WC.assign(motif.probabilities_WC.begin() + first * kBaseCount,
                                   motif.probabilities_WC.begin() + (last + 1) * kBaseCount);
    return narrow;
}

Result<Motif> motifOfInstances(std::string id, const std::vector<std::string_view>& instances, double pseudocount,
                               Alphabet alphabet)
{
    const std::size_t width = instances.empty() ? 0 : instances.front().size();
    if (width == 0)
        return fail(ErrorCode::InvalidArgument, "A motif needs at least one instance.", {.record = id});
    std::vector<double> counts(width * kBaseCount, pseudocount);
    for (const std::string_view instance : instances) {
        if (instance.size() != width)
            return fail(ErrorCode::InvalidArgument, "The instances of a motif must be equally long.", {.record = id});
        for (std::size_t i = 0; i < width; ++i)
            if (const int base = baseIndex(instance[i]); base >= 0)
                counts[i * kBaseCount + std::size_t(base)] += 1;
    }
    for (std::size_t row = 0; row < counts.size(); row += kBaseCount) {
        const std::span<double> cells(&counts[row], kBaseCount);
        const double sum = std::accumulate(cells.begin(), cells.end(), 0.0);
        for (double& cell : cells)
            cell = sum > 0 ? cell / sum : 0.25;  // a column of N alone says nothing
    }
    return Motif{std::move(id), {}, alphabet, std::move(counts), double(instances.size())};
}

}  // namespace nscope::data
