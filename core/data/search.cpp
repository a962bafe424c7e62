// Purpose: IUPAC and regular-expression search.
#include "core/data/search.h"

#include "core/data/alphabet.h"

#include <pthread.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
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

// std::regex recurses for every letter of an unbounded repeat, about 1 kB deep, so it runs on a stack of its own, in
// overlapping windows (a match of up to half a window is always found whole), and the depth is watched at every letter.
// Between two letters it is bounded by the size of the expression, repeats written out.
constexpr std::size_t kWindowNt = 16'384;
constexpr std::size_t kMaxPattern = 200;
constexpr std::size_t kMaxWrittenOut = 10'000;
constexpr std::size_t kStackBytes = 256 << 20;
constexpr std::ptrdiff_t kMaxDepthBytes = 192 << 20;
// std::regex backtracks; a pattern like (A*)*C can take for ever, so the letters it looks at are counted.
constexpr std::int64_t kMinReads = 4'000'000;
constexpr std::int64_t kReadsPerLetter = 200;

struct TooMuchWork {};

/// What one search may use.
struct Budget {
    std::int64_t readsLeft = 0;
    const char* stackStart = nullptr;

    void countRead()
    {
        const char* here = static_cast<const char*>(__builtin_frame_address(0));
        if (--readsLeft < 0 || std::abs(here - stackStart) > kMaxDepthBytes)
            throw TooMuchWork();
    }
};

/// A letter's place that stops the search when its budget is used up.
class CountingIterator {
public:
    using iterator_category = std::bidirectional_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    CountingIterator() = default;
    CountingIterator(const char* letter, Budget* budget) : m_letter(letter), m_budget(budget) {}

    reference operator*() const
    {
        m_budget->countRead();
        return *m_letter;
    }
    CountingIterator& operator++() { ++m_letter; return *this; }
    CountingIterator operator++(int) { CountingIterator old = *this; ++m_letter; return old; }
    CountingIterator& operator--() { --m_letter; return *this; }
    CountingIterator operator--(int) { CountingIterator old = *this; --m_letter; return old; }
    bool operator==(const CountingIterator& other) const { return m_letter == other.m_letter; }

private:
    const char* m_letter = nullptr;
    Budget* m_budget = nullptr;
};

/// Length of the pattern if every counted repeat were written out, at most: the product of the counts.
std::size_t writtenOut(std::string_view pattern)
{
    std::size_t length = pattern.size();
    for (std::size_t i = pattern.find('{'); i != std::string_view::npos; i = pattern.find('{', i + 1)) {
        std::size_t largest = 1;
        for (std::size_t k = i + 1; k < pattern.size() && pattern[k] != '}'; ++k) {
            std::size_t count = 0;
            for (; k < pattern.size() && std::isdigit(static_cast<unsigned char>(pattern[k])) != 0; ++k)
                count = std::min<std::size_t>(count * 10 + std::size_t(pattern[k] - '0'), kMaxWrittenOut);
            largest = std::max(largest, count);
            if (k < pattern.size() && pattern[k] == '}')
                break;
        }
        length = std::min(length * largest, kMaxWrittenOut + 1);
    }
    return length;
}

// The first non-empty match at or after `from` that starts in the text; std::nullopt when there is none.
std::optional<Interval> nextMatch(std::string_view letters, const std::regex& regex, std::size_t from,
                                  Budget& budget)
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
        const CountingIterator begin(window.data(), &budget);
        const CountingIterator end(window.data() + window.size(), &budget);
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

std::vector<SearchHit> allMatches(std::string_view letters, std::string_view pattern, std::size_t maxHits)
{
    const std::regex regex(upperWithT(pattern), std::regex::ECMAScript | std::regex::icase);
    std::vector<SearchHit> hits;
    Budget budget{std::max(kMinReads, kReadsPerLetter * std::int64_t(letters.size())),
                  static_cast<const char*>(__builtin_frame_address(0))};
    std::size_t from = 0;
    while (hits.size() < maxHits) {
        const auto match = nextMatch(letters, regex, from, budget);
        if (!match)
            break;
        hits.push_back({*match, false});
        from = std::size_t(match->endNt);
    }
    return hits;
}

struct RegexJob {
    std::string_view letters;
    std::string_view pattern;
    std::size_t maxHits;
    Result<std::vector<SearchHit>> result;

    void run()
    {
        constexpr const char* kTooMuch = "The regular expression needs too much work; make it simpler.";
        try {
            result = allMatches(letters, pattern, maxHits);
        } catch (const TooMuchWork&) {
            result = fail(ErrorCode::InvalidArgument, kTooMuch);
        } catch (const std::regex_error& error) {
            const bool tooMuch = error.code() == std::regex_constants::error_complexity
                || error.code() == std::regex_constants::error_stack || error.code() == std::regex_constants::error_space;
            result = fail(ErrorCode::InvalidArgument, tooMuch ? std::string(kTooMuch) : "\"" + std::string(pattern)
                              + "\" is not a regular expression; check its brackets and backslashes.");
        } catch (const std::exception&) {
            result = fail(ErrorCode::OutOfMemory, "There is not enough memory for this search.");
        }
    }

    /// False when there is no memory for the stack. Blocks until the search has ended.
    bool runOnOwnStack()
    {
        pthread_attr_t attributes;
        pthread_attr_init(&attributes);
        pthread_attr_setstacksize(&attributes, kStackBytes);
        pthread_t thread{};
        const auto body = [](void* job) -> void* {
            static_cast<RegexJob*>(job)->run();
            return nullptr;
        };
        const bool started = pthread_create(&thread, &attributes, body, this) == 0;
        pthread_attr_destroy(&attributes);
        if (started)
            pthread_join(thread, nullptr);
        return started;
    }
};

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
    if (writtenOut(pattern) > kMaxWrittenOut)
        return fail(ErrorCode::InvalidArgument, "The regular expression repeats too much; use smaller numbers in braces, or + and *.");
    RegexJob job{canonicalLetters, pattern, maxHits, {}};
    if (!job.runOnOwnStack())
        return fail(ErrorCode::OutOfMemory, "There is not enough memory for this search.");
    return std::move(job.result);
}

}  // namespace nscope::data
