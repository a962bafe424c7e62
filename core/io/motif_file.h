// Purpose: motif files: MEME minimal (read and written), JASPAR pfm, bare matrices with '>' headers (ATtRACT) and
// TRANSFAC (read), told apart by their content; plain or gzip.
// Counts become probabilities; counts per column are kept as Motif::sites. Of a matrix without letters the four rows (or
// columns) are A, C, G, T; which way round follows from the shapes in the file.
// Errors: Parse with file, line and motif: no motif in the file, rows of unequal length, another number of columns than
// stated, negative numbers, rows that do not sum to 1 (MEME, tolerance 0.01), doubled ids; Unsupported for other alphabets.
#pragma once

#include "core/base/result.h"
#include "core/data/motif.h"

#include <string>

namespace nscope::io {

Result<data::MotifSet> readMotifs(const std::string& path);

/// MEME minimal, version 4, uniform background; the alphabet of the first motif. Errors: InvalidArgument for a motif of
/// another alphabet, Io.
Result<void> writeMeme(const std::string& path, const data::MotifSet& motifs);

}  // namespace nscope::io
