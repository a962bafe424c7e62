// Purpose: variants from a table with a header (plain or gzip): the CAGI5 table of saturation mutagenesis, or one's
// own. Columns: `element` or `id` (the sequence), `offset0` (0-based) or `pos` (1-based) on that sequence, `ref`,
// `alt`, and if there is one `effect`, the measured change.
// Errors: NotFound, Io; Parse with line for a missing column, a position that is no whole number, letters that are
// none.
#pragma once

#include "core/base/result.h"
#include "core/data/variant.h"

#include <string>
#include <vector>

namespace nscope::io {

struct MeasuredVariant {
    data::Variant variant;  ///< contig is the element's name as written; startNt counts along it
    double effect = 0.0;    ///< NaN where it was not measured
};

Result<std::vector<MeasuredVariant>> readVariantTable(const std::string& path);

}  // namespace nscope::io
