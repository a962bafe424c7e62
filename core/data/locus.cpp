// Purpose: places as text.
#include "core/data/locus.h"

#include "core/data/number_text.h"

#include <charconv>
#include <system_error>

namespace nscope::data {
namespace {

constexpr std::int64_t kLargestPosition = 1'000'000'000'000;  // no chromosome is longer

/// A position as people type it, with or without commas; std::nullopt if it is none. "01" is part of a name such as
/// HLA-A*01:01, not a position.
std::optional<std::int64_t> positionOf(std::string_view text)
{
    std::string digits;
    for (const char c : text) {
        if (c == ',' && !digits.empty())
            continue;
        if (c < '0' || c > '9')
            return std::nullopt;
        digits += c;
    }
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || (digits.size() > 1 && digits.front() == '0') || error != std::errc()
        || end != digits.data() + digits.size() || value > kLargestPosition)
        return std::nullopt;
    return value;
}

struct Range {
    std::int64_t first = 0;
    std::int64_t last = 0;
};

std::optional<Range> rangeOf(std::string_view text)
{
    const std::size_t dash = text.find('-');
    const auto first = positionOf(text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : positionOf(text.substr(dash + 1));
    if (!first || !last)
        return std::nullopt;
    return Range{*first, *last};
}

/// Takes ":+", ":-", "(+)" or "(-)" off the end.
Strand takeStrand(std::string_view& text)
{
    const auto ends = [&text](std::string_view end) {
        const bool yes = text.ends_with(end) && text.size() > end.size();
        if (yes)
            text.remove_suffix(end.size());
        return yes;
    };
    if (ends(":+") || ends("(+)"))
        return Strand::Forward;
    if (ends(":-") || ends("(-)"))
        return Strand::Reverse;
    return Strand::None;
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kBlanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kBlanks);
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

Result<Locus> parseLocus(std::string_view text)
{
    const std::string shown(trimmed(text).substr(0, 80));
    const auto bad = [&shown](const std::string& what) {
        return fail(ErrorCode::InvalidArgument, "\"" + shown + "\" is not a place: " + what);
    };
    text = trimmed(text);
    Locus locus;
    locus.strand = takeStrand(text);
    const std::size_t colon = text.rfind(':');
    const std::string_view after = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
    const bool isNamePart =
        after.size() > 1 && after.front() == '0' && after.find_first_not_of("0123456789") == std::string_view::npos;
    if (colon == std::string_view::npos || isNamePart) {
        locus.chromosome = text;
        if (text.empty() || text.find_first_of(" \t") != std::string_view::npos)
            return bad("it begins with the name of a chromosome, as in chr5:1,200-1,400.");
        return locus;
    }
    locus.chromosome = text.substr(0, colon);
    if (locus.chromosome.empty())
        return bad("it begins with the name of a chromosome, as in chr5:1,200-1,400.");
    const auto range = rangeOf(after);
    if (!range)
        return bad("after the chromosome stands a range such as 1,200-1,400.");
    if (range->first < 1)
        return bad("positions on a chromosome are counted from 1.");
    if (range->last < range->first)
        return bad("its end lies before its start.");
    locus.interval = {range->first - 1, range->last};
    return locus;
}

std::string locusText(const Locus& locus)
{
    std::string text = locus.chromosome;
    if (locus.interval != Interval{})
        text += ":" + groupedText(locus.interval.startNt + 1) + "-" + groupedText(locus.interval.endNt);
    if (locus.strand != Strand::None)
        text += std::string(":") + char(locus.strand);
    return text;
}

std::optional<Locus> locusOfRecord(std::string_view recordId, std::int64_t lengthNt)
{
    Locus locus;
    locus.strand = takeStrand(recordId);
    const std::size_t colon = recordId.rfind(':');
    if (colon == std::string_view::npos || colon == 0)
        return std::nullopt;
    const auto range = rangeOf(recordId.substr(colon + 1));
    if (!range)
        return std::nullopt;
    locus.chromosome = recordId.substr(0, colon);
    if (range->last - range->first == lengthNt)
        locus.interval = {range->first, range->last};
    else if (range->first >= 1 && range->last - range->first + 1 == lengthNt)
        locus.interval = {range->first - 1, range->last};
    else
        return std::nullopt;
    return locus;
}

}  // namespace nscope::data
