// Purpose: IUPAC and regular-expression search.
#include "core/data/search.h"

#include "core/data/alphabet.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <optional>
#include <regex>
#include <string>

namespace nscope::data {
namespace {

// A motif letter matches when every base the sequence letter may stand for is allowed: so N in the sequence needs N.
std::vector<SearchHit> scan(std::string_view letters, std::string_view motif, bool reverseStrand)
{
    std::vector<std::uint8_t> masks;
    for (const char letter : motif)
        masks.push_back(iupacMask(letter));
    std::vector<SearchHit> hits;
    for (std::size_t start = 0; start + masks.size() <= letters.size(); ++start) {
        const bool matches = std::equal(masks.begin(), masks.end(), letters.begin() + std::ptrdiff_t(start),
            [](std::uint8_t allowed, char letter) {
                const std::uint8_t mask = iupacMask(letter);
                return mask != 0 && (mask & ~allowed) == 0;
            });
        if (matches)
            hits.push_back({{std::int64_t(start), std::int64_t(start + masks.size())}, reverseStrand});
    }
    return hits;
}

// std::regex recurses per letter for unbounded repeats and would overflow the stack on a long transcript, so the text
// is searched in overlapping windows: a match of up to half a window is always found whole.
constexpr std::size_t kWindowNt = 4096;
constexpr std::size_t kMaxPattern = 200;
// std::regex backtracks; a pattern like (A*)*C can take for ever, so the letters it looks at are counted.
constexpr std::int64_t kMinReads = 20'000'000;
constexpr std::int64_t kReadsPerLetter = 200;

struct TooMuchWork {};

/// A letter's place that counts how often letters are read, and stops the search when it is too often.
class CountingIterator {
public:
    using iterator_category = std::bidirectional_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    CountingIterator() = default;
    CountingIterator(const char* letter, std::int64_t* readsLeft) : m_letter(letter), m_readsLeft(readsLeft) {}

    reference operator*() const
    {
        if (--*m_readsLeft < 0)
            throw TooMuchWork();
        return *m_letter;
    }
    CountingIterator& operator++() { ++m_letter; return *this; }
    CountingIterator operator++(int) { CountingIterator old = *this; ++m_letter; return old; }
    CountingIterator& operator--() { --m_letter; return *this; }
    CountingIterator operator--(int) { CountingIterator old = *this; --m_letter; return old; }
    bool operator==(const CountingIterator& other) const { return m_letter == other.m_letter; }

private:
    const char* m_letter = nullptr;
    std::int64_t* m_readsLeft = nullptr;
};

// The first non-empty match at or after `from` that starts in the text; std::nullopt when there is none.
std::optional<Interval> nextMatch(std::string_view letters, const std::regex& regex, std::size_t from,
                                  std::int64_t& readsLeft)
{
    while (from < letters.size()) {
        const std::string_view window = letters.substr(from, kWindowNt);
        const bool atEnd = from + window.size() == letters.size();
        auto flags = std::regex_constants::match_not_null;
        if (from > 0)
            flags |= std::regex_constants::match_prev_avail;
        if (!atEnd)
            flags |= std::regex_constants::match_not_eol;
        std::match_results<CountingIterator> match;
        const CountingIterator begin(window.data(), &readsLeft);
        const CountingIterator end(window.data() + window.size(), &readsLeft);
        const bool found = std::regex_search(begin, end, match, regex, flags);
        const std::size_t start = found ? std::size_t(match.position()) : window.size();
        if (!atEnd && start > kWindowNt / 2) {
            from += kWindowNt / 2;
            continue;
        }
        if (!found)
            return std::nullopt;
        const auto first = std::int64_t(from + start);
        return Interval{first, first + std::int64_t(match.length())};
    }
    return std::nullopt;
}

std::string upperWithT(std::string_view pattern)
{
    std::string out;
    bool escaped = false;
    for (const char c : pattern) {
        const char upper = char(std::toupper(static_cast<unsigned char>(c)));
        out += escaped ? c : upper == 'U' ? 'T' : upper;
        escaped = !escaped && c == '\\';
    }
    return out;
}

}  // namespace

Result<std::vector<SearchHit>> searchIupac(std::string_view canonicalLetters, std::string_view motif, bool bothStrands)
{
    if (motif.empty())
        return fail(ErrorCode::InvalidArgument, "Type a motif to search for, such as AUG or GCCRCCAUGG.");
    for (std::size_t i = 0; i < motif.size(); ++i) {
        if (!isIupac(motif[i]))
            return fail(ErrorCode::InvalidArgument, std::string("The motif's letter '") + motif[i]
                            + "' is not an IUPAC nucleotide code (ACGTU RYSWKM BDHV N).", {.position = std::int64_t(i) + 1});
    }
    std::vector<SearchHit> hits = scan(canonicalLetters, motif, false);
    const std::string reversed = reverseComplement(motif);
    if (bothStrands && reversed != canonical(motif)) {
        const std::vector<SearchHit> reverseHits = scan(canonicalLetters, reversed, true);
        hits.insert(hits.end(), reverseHits.begin(), reverseHits.end());
        std::ranges::stable_sort(hits, {}, [](const SearchHit& hit) { return hit.span.startNt; });
    }
    return hits;
}

Result<std::vector<SearchHit>> searchRegex(std::string_view canonicalLetters, std::string_view pattern,
                                           std::size_t maxHits)
{
    if (pattern.empty())
        return fail(ErrorCode::InvalidArgument, "Type a regular expression to search for, such as ATG(...)*?TGA.");
    if (pattern.size() > kMaxPattern)
        return fail(ErrorCode::InvalidArgument, "The regular expression is longer than "
                        + std::to_string(kMaxPattern) + " characters.");
    try {
        const std::regex regex(upperWithT(pattern), std::regex::ECMAScript | std::regex::icase);
        std::vector<SearchHit> hits;
        std::int64_t readsLeft = std::max(kMinReads, kReadsPerLetter * std::int64_t(canonicalLetters.size()));
        std::size_t from = 0;
        while (hits.size() < maxHits) {
            const auto match = nextMatch(canonicalLetters, regex, from, readsLeft);
            if (!match)
                break;
            hits.push_back({*match, false});
            from = std::size_t(match->endNt);
        }
        return hits;
    } catch (const TooMuchWork&) {
        return fail(ErrorCode::InvalidArgument, "The regular expression needs too much work; make it simpler.");
    } catch (const std::regex_error& error) {
        if (error.code() == std::regex_constants::error_complexity || error.code() == std::regex_constants::error_stack)
            return fail(ErrorCode::InvalidArgument, "The regular expression needs too much work; make it simpler.");
        return fail(ErrorCode::InvalidArgument,
                    "\"" + std::string(pattern) + "\" is not a regular expression; check its brackets and backslashes.");
    }
}

}  // namespace nscope::data
