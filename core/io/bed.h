// Purpose: BED with 3 to 12 columns, separated by tabs or blanks. Lines of 12 columns and more are transcripts: blocks
// are exons, thickStart and thickEnd the coding region (none when they are equal); lines of fewer are features.
// Lines that begin with #, "track" or "browser" are no records. All records have as many columns as the first; others
// are problems, as are blocks that do not fit. BED says nothing of reading frames: cdsPhase is 0.
// Errors and problems: annotation_file.h.
#pragma once

#include "core/io/annotation_file.h"

namespace nscope::io {

Result<Annotation> readBed(const std::string& path, const ReadControl& control = {});

/// For BED and its relatives: chromosome, start and end (0-based), name, score and strand of a line that has them.
/// Returns what is wrong, empty when nothing is.
std::string readBedColumns(std::span<const std::string_view> cells, data::Feature& feature);

/// Whether a line of BED or its relatives is no record: empty, a comment, "track …" or "browser …".
bool isBedComment(std::string_view line);

}  // namespace nscope::io
