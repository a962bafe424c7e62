#include "core/experiment/motif_pattern.h"

#include "core/data/alphabet.h"
#include "core/data/random.h"

#include <algorithm>

namespace nscope::experiment {

namespace {

std::string basesOf(char code)
{
    std::string bases;
    for (std::size_t base = 0; base < data::kBases.size(); ++base) {
        if (data::iupacMask(code) >> base & 1)
            bases += data::kBases[base];
    }
    return bases;
}

bool satisfies(char letter, char code)
{
    const int base = data::baseIndex(letter);
    return code == 'N' || (base >= 0 && (data::iupacMask(code) >> base & 1));
}

}  // namespace

Result<std::string> parsePattern(std::string_view text)
{
    std::string pattern = data::canonical(text);
    std::ranges::replace(pattern, '.', 'N');
    const auto bad = std::ranges::find_if_not(pattern, data::isIupac);
    if (bad != pattern.end())
        return fail(ErrorCode::InvalidArgument, "The motif '" + std::string(text.substr(0, 60)) + "' holds '"
                                                    + std::string(1, *bad)
                                                    + "', which is no base, IUPAC code or \".\" for any base.");
    if (pattern.empty())
        return fail(ErrorCode::InvalidArgument, "The motif is empty.");
    return pattern;
}

Result<std::vector<std::string>> expanded(const std::string& pattern, std::size_t most)
{
    std::vector<std::string> words{""};
    for (const char code : pattern) {
        const std::string bases = basesOf(code);
        if (words.size() * bases.size() > most)
            return fail(ErrorCode::InvalidArgument, "The pattern " + pattern + " stands for more than "
                                                        + std::to_string(most) + " words; fix more of its letters.");
        std::vector<std::string> longer;
        for (const std::string& word : words) {
            for (const char base : bases)
                longer.push_back(word + base);
        }
        words = std::move(longer);
    }
    return words;
}

std::string embedded(std::string letters, const std::string& pattern, std::int64_t startNt, std::uint64_t seed)
{
    data::Random random(data::seedFor(seed, pattern));
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const std::string bases = basesOf(pattern[i]);
        const char drawn = bases[std::size_t(random.below(bases.size()))];
        char& letter = letters[std::size_t(startNt) + i];
        if (!satisfies(letter, pattern[i]))
            letter = drawn;
    }
    return letters;
}

bool matchesAt(std::string_view letters, const std::string& pattern, std::int64_t startNt)
{
    if (startNt < 0 || std::size_t(startNt) + pattern.size() > letters.size())
        return false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (!satisfies(letters[std::size_t(startNt) + i], pattern[i]))
            return false;
    }
    return true;
}

std::vector<std::int64_t> instances(std::string_view letters, const std::string& pattern)
{
    std::vector<std::int64_t> starts;
    const std::int64_t last = std::int64_t(letters.size()) - std::int64_t(pattern.size());
    for (std::int64_t start = 0; start <= last;) {
        const bool found = matchesAt(letters, pattern, start);
        if (found)
            starts.push_back(start);
        start += found ? std::int64_t(pattern.size()) : 1;
    }
    return starts;
}

}  // namespace nscope::experiment
