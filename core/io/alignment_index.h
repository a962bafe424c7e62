// Purpose: the index of a sorted BAM or CRAM file: found, or built with progress and stop. Inside core/io only
// (alignment_coverage.h).
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"

#include <stop_token>
#include <string>
#include <vector>

namespace nscope::io {

/// Path of an index that is not older than the file; `notices` says what was done for it.
Result<std::string> alignmentIndex(const std::string& path, bool isCram, std::stop_token stop, Progress* progress,
                                   std::vector<std::string>& notices);

}  // namespace nscope::io
