// Purpose: values of a sequence as values of its reverse complement, to draw what was computed on one strand in a view
// that is read along the other. Thread: any.
#pragma once

#include "core/data/attention.h"
#include "core/data/attribution.h"

#include <cstdint>

namespace nscope::data {

/// Rows from the end to the start, each base's value at its complement.
Attribution onOtherStrand(const Attribution& attribution);
/// Keys, and the places of queries, from the end of a sequence of this length to its start.
AttentionMap onOtherStrand(const AttentionMap& map, std::int64_t lengthNt);

}  // namespace nscope::data
