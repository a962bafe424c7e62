// Purpose: a parser of GenBank's locations.
#include "core/io/genbank_location.h"

#include "core/io/annotation_lines.h"

#include <algorithm>

namespace nscope::io {
namespace {

constexpr int kDeepest = 16;  // real locations nest twice or three times

struct StrandedPart {
    data::Interval interval;
    bool isReverse = false;
};

class LocationParser {
public:
    explicit LocationParser(std::string_view text) : m_rest(text) {}

    /// In reading direction.
    std::string parse(std::vector<StrandedPart>& parts)
    {
        std::string problem = location(parts, 0);
        if (problem.empty() && !m_rest.empty())
            problem = "its end " + quoted(m_rest) + " is not understood";
        return problem;
    }

private:
    bool take(std::string_view word)
    {
        if (!m_rest.starts_with(word))
            return false;
        m_rest.remove_prefix(word.size());
        return true;
    }

    std::string location(std::vector<StrandedPart>& parts, int depth)
    {
        if (depth > kDeepest)
            return "it is nested too deeply";
        if (take("complement(")) {
            std::vector<StrandedPart> inner;
            if (std::string problem = location(inner, depth + 1); !problem.empty())
                return problem;
            std::ranges::reverse(inner);
            for (StrandedPart& part : inner)
                part.isReverse = !part.isReverse;
            parts.insert(parts.end(), inner.begin(), inner.end());
            return take(")") ? "" : "a closing bracket is missing";
        }
        if (!take("join(") && !take("order("))
            return range(parts);
        do {
            if (std::string problem = location(parts, depth + 1); !problem.empty())
                return problem;
        } while (take(","));
        return take(")") ? "" : "a closing bracket is missing";
    }

    std::string range(std::vector<StrandedPart>& parts)
    {
        const std::string_view text = m_rest.substr(0, m_rest.find_first_of(",()"));
        if (text.find(':') != std::string_view::npos)
            return "a part of it, " + quoted(text) + ", lies in another record";
        const auto first = position();
        const auto last = take("..") ? position() : first;
        if (!first || !last || *first < 1)
            return quoted(text) + " is no range of positions from 1";
        if (*last < *first)
            return "the start " + std::to_string(*first) + " lies after the end " + std::to_string(*last);
        parts.push_back({{*first - 1, *last}});
        return {};
    }

    std::optional<std::int64_t> position()
    {
        if (!take("<"))
            take(">");
        const std::size_t end = std::min(m_rest.find_first_not_of("0123456789"), m_rest.size());
        const auto value = wholeNumber(m_rest.substr(0, end));
        m_rest.remove_prefix(end);
        return value;
    }

    std::string_view m_rest;
};

}  // namespace

std::string readGenbankLocation(std::string_view text, GenbankLocation& location)
{
    std::vector<StrandedPart> parts;
    if (std::string problem = LocationParser(text).parse(parts); !problem.empty())
        return problem;
    location.strand = parts.front().isReverse ? data::Strand::Reverse : data::Strand::Forward;
    if (std::ranges::any_of(parts, [&](const StrandedPart& part) { return part.isReverse != parts.front().isReverse; }))
        return "its parts lie on both strands";
    if (parts.front().isReverse)
        std::ranges::reverse(parts);
    for (const StrandedPart& part : parts) {
        if (!location.parts.empty() && part.interval.startNt < location.parts.back().startNt)
            return "its parts go back, as through the origin of a circle or by trans-splicing";
        // Parts overlap by a base where a ribosome slips back.
        if (!location.parts.empty() && part.interval.startNt <= location.parts.back().endNt)
            location.parts.back().endNt = std::max(location.parts.back().endNt, part.interval.endNt);
        else
            location.parts.push_back(part.interval);
    }
    return {};
}

}  // namespace nscope::io
