// Purpose: a user's table of chromosome names: two columns separated by a tab, names of the same chromosome, one pair
// per line; further columns are further names. Lines that begin with '#' are comments (UCSC's chromAlias.txt reads).
// Errors: NotFound, Io; Parse with the line for one with a single column.
#pragma once

#include "core/base/result.h"
#include "core/data/chromosome_names.h"

#include <string>

namespace nscope::io {

/// An empty path gives an empty table.
Result<data::ChromosomeAliases> readChromosomeAliases(const std::string& path);

}  // namespace nscope::io
