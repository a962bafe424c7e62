// Purpose: a motif written as letters: fixed bases, IUPAC codes, and "." or N for any base.
// Put into a sequence, a letter that already satisfies the pattern stays (so "." keeps the background), and any other
// is drawn at random from the bases that the code allows; with a fixed base there is nothing to draw. Thread: any.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::experiment {

/// Canonical letters with "." as N. Errors: InvalidArgument for an empty pattern or a letter that is no IUPAC code.
Result<std::string> parsePattern(std::string_view text);

/// All words that satisfy a pattern, in alphabetical order. Errors: InvalidArgument if there are more than `most`.
Result<std::vector<std::string>> expanded(const std::string& pattern, std::size_t most);

/// `letters` with the pattern at `startNt`; the same seed gives the same drawn letters. Precondition: it fits.
std::string embedded(std::string letters, const std::string& pattern, std::int64_t startNt, std::uint64_t seed);

bool matchesAt(std::string_view letters, const std::string& pattern, std::int64_t startNt);
/// Starts of instances that do not overlap, from the 5' end. Letters other than A, C, G, T/U match no code but N.
std::vector<std::int64_t> instances(std::string_view letters, const std::string& pattern);

}  // namespace nscope::experiment
