// Purpose: narrowPeak of ENCODE (BED6+4): peaks with enrichment, −log10 of p and q, and the summit. −1 in one of the
// last three columns means that it is not known.
// Errors and problems: annotation_file.h.
#pragma once

#include "core/io/annotation_file.h"

namespace nscope::io {

Result<Annotation> readNarrowPeak(const std::string& path, const ReadControl& control = {});

}  // namespace nscope::io
