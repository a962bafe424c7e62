// Purpose: ORF search in one pass per frame.
#include "core/data/orf.h"

#include "core/data/alphabet.h"
#include "core/data/genetic_code.h"

#include <algorithm>

namespace nscope::data {
namespace {

struct FrameScan {
    std::string_view letters;
    const OrfOptions& options;
    std::vector<Orf>& found;

    void add(const std::vector<std::int64_t>& starts, std::int64_t endNt, bool hasStop) const
    {
        for (const std::int64_t start : starts) {
            const std::int64_t codons = (endNt - start) / 3 - (hasStop ? 1 : 0);
            if (codons < options.minCodons)
                break;  // later starts are shorter still
            found.push_back({{start, endNt}, int(start % 3), hasStop, kozakStrength(letters, start)});
        }
    }

    void scan(std::int64_t frame) const
    {
        std::vector<std::int64_t> starts;  // of the reading frame that is open; one is enough unless nested
        const auto length = std::int64_t(letters.size());
        std::int64_t i = frame;
        for (; i + 3 <= length; i += 3) {
            const std::string_view codon = letters.substr(std::size_t(i), 3);
            if (codon == kStartCodon && (starts.empty() || options.nested)) {
                starts.push_back(i);
            } else if (isStopCodon(codon)) {
                add(starts, i + 3, true);
                starts.clear();
            }
        }
        if (!options.requireStop)
            add(starts, i, false);
    }
};

}  // namespace

std::vector<Orf> findOrfs(std::string_view canonicalLetters, const OrfOptions& options)
{
    std::vector<Orf> orfs;
    const FrameScan scan{canonicalLetters, options, orfs};
    for (std::int64_t frame = 0; frame < 3; ++frame)
        scan.scan(frame);
    std::ranges::sort(orfs, {}, [](const Orf& orf) { return orf.span.startNt; });
    return orfs;
}

std::optional<Orf> longestOrf(std::string_view canonicalLetters)
{
    const std::vector<Orf> orfs = findOrfs(canonicalLetters);
    const auto longest = std::ranges::max_element(orfs, {}, [](const Orf& orf) { return orf.span.length(); });
    if (longest == orfs.end())
        return std::nullopt;
    return *longest;
}

KozakStrength kozakStrength(std::string_view canonicalLetters, std::int64_t atgStartNt)
{
    const auto letterAt = [&](std::int64_t position) {
        return position >= 0 && position < std::int64_t(canonicalLetters.size()) ? canonicalLetters[std::size_t(position)]
                                                                               : '-';
    };
    const char minus3 = letterAt(atgStartNt - 3);
    const int matches = (minus3 == 'A' || minus3 == 'G') + (letterAt(atgStartNt + 3) == 'G');
    return matches == 2 ? KozakStrength::Strong : matches == 1 ? KozakStrength::Adequate : KozakStrength::Weak;
}

std::string kozakContext(std::string_view canonicalLetters, std::int64_t atgStartNt)
{
    std::string context;
    for (std::int64_t i = atgStartNt - 6; i < atgStartNt + 4; ++i)
        context += i >= 0 && i < std::int64_t(canonicalLetters.size()) ? canonicalLetters[std::size_t(i)] : '-';
    return context;
}

}  // namespace nscope::data
