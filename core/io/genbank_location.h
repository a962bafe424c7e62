// Purpose: locations of GenBank's feature table: 5..90, complement(join(5..90,<100..>120)), order(…) and the like.
#pragma once

#include "core/data/locus.h"

#include <string>
#include <string_view>
#include <vector>

namespace nscope::io {

struct GenbankLocation {
    std::vector<data::Interval> parts;  ///< ascending; parts that touch are one
    data::Strand strand = data::Strand::Forward;
};

/// Reads a location without blanks; partial marks (< and >) are passed over. Returns what is wrong, empty when nothing
/// is: no location, parts on both strands or in another record, parts that go back (through the origin of a circle).
std::string readGenbankLocation(std::string_view text, GenbankLocation& location);

}  // namespace nscope::io
