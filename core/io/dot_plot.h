// Purpose: base-pair probabilities from the dot plot that ViennaRNA's programs write (…_dp.ps): lines
// "i j sqrt(p) ubox" with 1-based positions; everything else in the file is drawing and is passed over.
// Errors: NotFound, Io, Parse with file and line: positions outside the length or in the wrong order, a root of a
// probability outside 0..1, a file that is no dot plot.
#pragma once

#include "core/base/result.h"
#include "core/data/rna_structure.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nscope::io {

Result<std::vector<data::PairProbability>> readDotPlot(const std::string& path, std::int64_t lengthNt);

}  // namespace nscope::io
