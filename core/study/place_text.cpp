#include "core/study/place_text.h"

#include "core/experiment/motif_pattern.h"

#include <charconv>
#include <optional>

namespace nscope::study {

namespace {

std::optional<std::int64_t> positionOf(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 1)
        return std::nullopt;
    return value;
}

}  // namespace

Result<data::Interval> parseRange(const std::string& text)
{
    const std::size_t dash = text.find('-');
    const auto first = positionOf(std::string_view(text).substr(0, dash));
    const auto last = dash == std::string::npos ? first : positionOf(std::string_view(text).substr(dash + 1));
    if (!first || !last || *last < *first)
        return fail(ErrorCode::InvalidArgument, "'" + text
                                                    + "' is no range; write it as 101-200, counted from 1 with both "
                                                      "ends included.");
    return data::Interval{*first - 1, *last};
}

Result<experiment::PlacedMotif> parsePlacedMotif(const std::string& text)
{
    const std::size_t at = text.find('@');
    Result<std::string> pattern = experiment::parsePattern(text.substr(0, at));
    if (!pattern)
        return fail(pattern.error());
    experiment::PlacedMotif motif{*std::move(pattern), std::nullopt};
    if (at == std::string::npos)
        return motif;
    const auto position = positionOf(std::string_view(text).substr(at + 1));
    if (!position)
        return fail(ErrorCode::InvalidArgument, "'" + text
                                                    + "' is no motif with its place; write it as MOTIF@101, counted "
                                                      "from 1.");
    motif.startNt = *position - 1;
    return motif;
}

std::string placedText(const experiment::PlacedMotif& motif)
{
    return motif.startNt ? motif.pattern + "@" + std::to_string(*motif.startNt + 1) : motif.pattern;
}

}  // namespace nscope::study
