#include "core/data/chromosome_names.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace nscope::data {
namespace {

constexpr std::size_t kShown = 3;

/// RefSeq numbers the chromosomes of a species in a row: autosomes, then X and Y.
struct RefSeqRun {
    int first;
    int autosomes;
};
constexpr RefSeqRun kRefSeqRuns[] = {
    {1, 22},   // human, NC_000001 to NC_000024
    {67, 19},  // mouse, NC_000067 to NC_000087
};
/// Mitochondria of human (rCRS, and the sequence of hg19's chrM) and mouse.
constexpr int kRefSeqMitochondria[] = {12920, 1807, 5089};

/// The chromosome of "NC_000001.11"; empty: none that is known.
std::string chromosomeOfRefSeq(std::string_view name)
{
    constexpr std::size_t kDigits = 6;
    if (!name.starts_with("NC_") || name.size() < 3 + kDigits)
        return {};
    int number = 0;
    const std::string_view digits = name.substr(3, kDigits);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + kDigits, number);
    const std::string_view version = name.substr(3 + kDigits);
    const bool hasVersion =
        version.size() > 1 && version[0] == '.' && version.find_first_not_of("0123456789", 1) == std::string_view::npos;
    if (error != std::errc() || end != digits.data() + kDigits || (!version.empty() && !hasVersion))
        return {};
    if (std::ranges::find(kRefSeqMitochondria, number) != std::end(kRefSeqMitochondria))
        return "MT";
    for (const RefSeqRun& run : kRefSeqRuns) {
        const int place = number - run.first + 1;
        if (place >= 1 && place <= run.autosomes)
            return std::to_string(place);
        if (place == run.autosomes + 1 || place == run.autosomes + 2)
            return place == run.autosomes + 1 ? "X" : "Y";
    }
    return {};
}

bool startsWithChr(std::string_view name)
{
    constexpr std::string_view kChr = "chr";
    return name.size() > kChr.size()
           && std::equal(kChr.begin(), kChr.end(), name.begin(), [](char wanted, char letter) {
                  return wanted == char(std::tolower(static_cast<unsigned char>(letter)));
              });
}

}  // namespace

std::string chromosomeKey(std::string_view name)
{
    if (std::string known = chromosomeOfRefSeq(name); !known.empty())
        return known;
    const std::string bare(startsWithChr(name) ? name.substr(3) : name);
    return bare == "M" ? "MT" : bare;
}

void ChromosomeAliases::add(const std::string& first, const std::string& second)
{
    const std::string kept = keyOf(first);
    const std::string merged = keyOf(second);
    for (auto& [name, key] : m_keys) {
        if (key == merged)
            key = kept;
    }
    // Also what the rules alone call the chromosome, so that further spellings of it are found.
    for (const std::string& name : {first, second, merged})
        m_keys[name] = kept;
}

std::string ChromosomeAliases::keyOf(std::string_view name) const
{
    if (const auto found = m_keys.find(name); found != m_keys.end())
        return found->second;
    std::string key = chromosomeKey(name);
    const auto found = m_keys.find(key);
    return found == m_keys.end() ? key : found->second;
}

ChromosomeNames::ChromosomeNames(std::vector<std::string> names, ChromosomeAliases aliases)
    : m_names(std::move(names)), m_aliases(std::move(aliases))
{
    for (std::size_t i = 0; i < m_names.size(); ++i) {
        m_ofName.emplace(m_names[i], i);
        m_ofKey[m_aliases.keyOf(m_names[i])].push_back(i);
    }
}

std::optional<std::string> ChromosomeNames::resolve(std::string_view asked) const
{
    if (const auto same = m_ofName.find(asked); same != m_ofName.end())
        return m_names[same->second];
    const auto found = m_ofKey.find(m_aliases.keyOf(asked));
    return found == m_ofKey.end() || found->second.size() != 1 ? std::nullopt
                                                               : std::optional(m_names[found->second.front()]);
}

std::string namesInShort(std::span<const std::string> names)
{
    if (names.empty())
        return "no chromosomes";
    std::string text;
    for (std::size_t i = 0; i < std::min(kShown, names.size()); ++i)
        text += (i > 0 ? ", " : "") + names[i];
    return names.size() > kShown ? text + " …" : text;
}

std::string mismatchSentence(const std::string& first, std::span<const std::string> firstNames,
                             const std::string& second, std::span<const std::string> secondNames)
{
    std::string sentence = first + " has " + namesInShort(firstNames) + "; " + second + " has "
                           + namesInShort(secondNames)
                           + ", and none of these means the same chromosome; a table of aliases can say which do.";
    if (!sentence.empty())
        sentence[0] = char(std::toupper(static_cast<unsigned char>(sentence[0])));
    return sentence;
}

}  // namespace nscope::data
