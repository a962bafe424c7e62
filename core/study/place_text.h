// Purpose: places as people write them, 1-based with both ends included, as values that count from
// 0.
// Errors: InvalidArgument with what was expected.
#pragma once

#include "core/data/interval.h"
#include "core/experiment/gia.h"

#include <string>

namespace nscope::study {

/// "101-200" or "101".
Result<data::Interval> parseRange(const std::string& text);
/// "TGACTCA" or "TGACTCA@101"; IUPAC codes, "." for any base.
Result<experiment::PlacedMotif> parsePlacedMotif(const std::string& text);
/// "TGACTCA@101", or the pattern alone.
std::string placedText(const experiment::PlacedMotif& motif);

}  // namespace nscope::study
