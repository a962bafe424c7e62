// Purpose: reads what people type as a place or a variant: "1,200", "300-450", "HBB", "HBB:300-450", "c.20A>T", "20A>T",
// "c.118_120del", "c.20_21insACG", "c.-21C>A", "c.*110T>C". Pure functions. Positions out are 0-based half-open.
#pragma once

#include "core/base/result.h"
#include "core/data/edit.h"
#include "core/data/transcript.h"

#include <optional>
#include <string>
#include <string_view>

namespace nscope::app {

struct Locus {
    std::string id;                      ///< empty: the selected sequence
    std::optional<data::Interval> span;  ///< none: the whole sequence
};

/// `isId` tells whether a text names a sequence. Errors name what was not understood.
template <class IsId>
Result<Locus> parseLocus(const std::string& text, IsId isId);

/// A range "start-end" or a position, 1-based, thousands separators allowed; std::nullopt if it is neither.
std::optional<data::Interval> parseRange(std::string_view text);

/// A variant in HGVS style: "c." counts from the A of the start codon (with -n before it and *n after the stop), "n."
/// or nothing from the first base. Substitution, del, dup, ins, delins. The letters given must stand there.
Result<data::Edit> parseVariant(std::string_view text, const data::Transcript& transcript);

template <class IsId>
Result<Locus> parseLocus(const std::string& text, IsId isId)
{
    if (isId(text))
        return Locus{text, std::nullopt};
    if (const auto span = parseRange(text))
        return Locus{{}, span};
    if (const std::size_t colon = text.rfind(':'); colon != std::string::npos && isId(text.substr(0, colon)))
        if (const auto span = parseRange(std::string_view(text).substr(colon + 1)))
            return Locus{text.substr(0, colon), span};
    return fail(ErrorCode::InvalidArgument, "'" + text + "' is neither a place nor the name of an open sequence: type "
                                            "a position (120), a range (300-450), a name (HBB) or both (HBB:300-450).");
}

}  // namespace nscope::app
