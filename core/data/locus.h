// Purpose: a place on a chromosome and the side of the double helix it is read from. 0-based half-open inside, 1-based
// inclusive as text.
#pragma once

#include "core/data/interval.h"

#include <string>

namespace nscope::data {

enum class Strand : char { Forward = '+', Reverse = '-', None = '.' };

struct Locus {
    std::string chromosome;
    Interval interval;
    Strand strand = Strand::None;

    bool operator==(const Locus&) const = default;
};

}  // namespace nscope::data
