#include "core/train/nucleotide_labels.h"

#include "core/data/genetic_code.h"
#include "core/data/orf.h"

#include <algorithm>

namespace nscope::train {
namespace {

constexpr std::int64_t kShortOrfNt = 150;
constexpr std::int64_t kLongOrfNt = 450;
constexpr std::string_view kResidues = "*ACDEFGHIKLMNPQRSTUVWXY";

}  // namespace

int residueClass(std::string_view canonicalLetters, std::int64_t startNt)
{
    if (startNt < 0 || startNt + 3 > std::int64_t(canonicalLetters.size()))
        return -1;
    const std::size_t found = kResidues.find(data::translateCodon(canonicalLetters.substr(std::size_t(startNt), 3)));
    return found == std::string_view::npos || kResidues[found] == 'X' ? -1 : int(found);
}

std::vector<std::uint8_t> cdsClasses(const std::optional<data::Interval>& cds, std::int64_t lengthNt)
{
    std::vector<std::uint8_t> classes(std::size_t(lengthNt), 0);
    if (cds) {
        const std::int64_t end = std::min(cds->endNt, lengthNt);
        for (std::int64_t p = cds->startNt; p < end; ++p)
            classes[std::size_t(p)] = std::uint8_t(1 + (p - cds->startNt) % 3);
    }
    return classes;
}

std::vector<std::uint8_t> orfBits(std::string_view canonicalLetters)
{
    std::vector<std::uint8_t> bits(canonicalLetters.size(), 0);
    data::OrfOptions options;
    options.minCodons = int(kShortOrfNt / 3) - 1;  // the stop codon is not counted there
    for (const data::Orf& orf : data::findOrfs(canonicalLetters, options)) {
        const int field = orf.span.length() >= kLongOrfNt ? 0b1001 : 0b1;
        for (std::int64_t p = orf.span.startNt; p < orf.span.endNt; ++p)
            bits[std::size_t(p)] = std::uint8_t(bits[std::size_t(p)] | (field << ((p - orf.span.startNt) % 3)));
    }
    return bits;
}

}  // namespace nscope::train
