// Purpose: the nine columns that GTF and GFF3 share, checked: chromosome, source, type, start and end (1-based, both
// included), score, strand, phase, attributes.
#pragma once

#include "core/data/locus.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

namespace nscope::io {

struct GffRow {
    std::string_view chromosome;
    std::string_view type;
    std::string_view attributes;  ///< empty when the row has fewer than nine columns
    data::Interval interval;
    data::Strand strand = data::Strand::None;
    int phase = -1;  ///< −1: none
    double score = std::nan("");  ///< NaN: none
};

/// Reads a row that is no comment; returns what is wrong with it, empty when nothing is. Type and attributes are filled
/// as far as they are there even then, so that the row's transcript can be named.
std::string readGffRow(std::string_view line, GffRow& row);

}  // namespace nscope::io
