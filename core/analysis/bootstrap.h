// Purpose: percentile bootstrap of several statistics of the same samples at once. Errors: none. Thread: any.
#pragma once

#include "core/analysis/statistics.h"

#include <functional>
#include <span>
#include <vector>

namespace nscope::analysis {

/// As bootstrapInterval (statistics.h), one interval per statistic. `statistics` gives as many numbers each time.
std::vector<ConfidenceInterval>
bootstrapIntervals(std::size_t count,
                   const std::function<std::vector<double>(std::span<const std::size_t>)>& statistics, int draws,
                   std::uint64_t seed);

}  // namespace nscope::analysis
