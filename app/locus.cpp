#include "app/locus.h"

#include "core/data/alphabet.h"

#include <charconv>
#include <regex>

namespace nscope::app {

namespace {

std::optional<std::int64_t> readNumber(const std::string& digits)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc() && end == digits.data() + digits.size() ? std::optional(value) : std::nullopt;
}

std::unexpected<Error> badVariant(std::string_view text)
{
    return fail(ErrorCode::InvalidArgument, "'" + std::string(text) + "' is not understood: type a variant such as "
                                            "20A>T, c.20A>T, c.118_120del, c.20_21insACG or c.20dup.");
}

/// 0-based position of "20", "-21" or "*110".
Result<std::int64_t> position(const std::string& text, bool coding, const data::Transcript& transcript)
{
    const char mark = text.front();
    const bool marked = mark == '-' || mark == '*';
    const auto number = readNumber(marked ? text.substr(1) : text);
    if (!number || *number < 1 || (marked && !coding))
        return fail(ErrorCode::InvalidArgument, "'" + text + "' is not a position of this sequence.");
    std::int64_t start = 0;
    if (coding) {
        if (!transcript.cds)
            return fail(ErrorCode::InvalidArgument, "c. counts from the start codon, and this sequence has no coding "
                                                    "region: leave c. out to count from the first base.");
        start = mark == '*' ? transcript.cds->endNt : transcript.cds->startNt;
    }
    const std::int64_t at = mark == '-' ? start - *number : start + *number - 1;
    if (at < 0 || at >= transcript.sequence.length())
        return fail(ErrorCode::InvalidArgument, "Position " + text + " lies outside the sequence.");
    return at;
}

Result<data::Edit> substitution(std::int64_t at, const std::string& from, const std::string& to, const std::string& label,
                                const data::Transcript& transcript)
{
    const std::string there = transcript.sequence.letters.substr(std::size_t(at), from.size());
    if (there != data::canonical(from))
        return fail(ErrorCode::InvalidArgument, "The variant " + label + " expects " + from + " at position "
                                                    + std::to_string(at + 1) + ", but there is " + there + ".");
    return data::Edit{at, there, data::canonical(to), label};
}

}  // namespace

std::optional<data::Interval> parseRange(std::string_view text)
{
    std::string plain;
    for (const char letter : text)
        if (letter != ',' && letter != ' ')
            plain += letter;
    static const std::regex kRange(R"((\d{1,12})(?:(?:-|\.\.)(\d{1,12}))?)");
    std::smatch match;
    if (!std::regex_match(plain, match, kRange))
        return std::nullopt;
    const auto first = readNumber(match[1]);
    const auto last = match[2].matched ? readNumber(match[2]) : first;
    if (!first || !last || *first < 1 || *last < *first)
        return std::nullopt;
    return data::Interval{*first - 1, *last};
}

Result<data::Edit> parseVariant(std::string_view text, const data::Transcript& transcript)
{
    static const std::regex kVariant(
        R"(\s*(?:([cn])\.)?([-*]?\d{1,12})(?:_([-*]?\d{1,12}))?(?:([A-Za-z])>([A-Za-z])|(delins|del|dup|ins)([A-Za-z]*))\s*)");
    std::cmatch match;
    if (!std::regex_match(text.begin(), text.end(), match, kVariant))
        return badVariant(text);
    const bool coding = match[1].matched && match[1] == "c";
    const Result<std::int64_t> first = position(match[2], coding, transcript);
    if (!first)
        return fail(first.error());
    const Result<std::int64_t> last = match[3].matched ? position(match[3], coding, transcript) : first;
    if (!last)
        return fail(last.error());
    std::string label(text);
    label.erase(0, label.find_first_not_of(' '));
    label.erase(label.find_last_not_of(' ') + 1);
    if (match[4].matched)
        return substitution(*first, match[4], match[5], label, transcript);

    const std::string kind = match[6];
    const std::string letters = data::canonical(std::string(match[7]));
    if (*last < *first || (kind == "ins" && *last != *first + 1) || (kind != "del" && kind != "dup" && letters.empty()))
        return badVariant(text);
    const std::string there =
        transcript.sequence.letters.substr(std::size_t(*first), std::size_t(*last - *first + 1));
    if (kind == "ins")
        return data::Edit{*last, {}, letters, label};
    if (kind == "dup")
        return data::Edit{*last + 1, {}, there, label};
    if (kind == "delins")
        return data::Edit{*first, there, letters, label};
    if (!letters.empty() && letters != there)
        return fail(ErrorCode::InvalidArgument, "The variant " + label + " deletes " + letters + ", but there is "
                                                    + there + ".");
    return data::Edit{*first, there, {}, label};
}

}  // namespace nscope::app
