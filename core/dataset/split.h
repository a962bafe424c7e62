// Purpose: which part every example stands in: by a column or chromosomes, by shares, or by folds.
// Shares and folds keep a group together, and with duplicatesTogether also groups that share a sequence; an example
// without a group is one of its own. Units are dealt in the order of a hash of seed and name, so that a part does not
// depend on the order of the file. Folds: `fold` is tested; validationShare of what is left validates, or, at 0, the
// next fold, or nothing. Rule "sha1": the first byte of SHA-1 of the group (or id) mod folds.
// Where a column names no row that validates, validationShare of the training rows does.
// Errors: InvalidArgument for columns or chromosomes where the examples have none. Thread: any.
#pragma once

#include "core/base/result.h"
#include "core/dataset/data_settings.h"
#include "core/dataset/dataset.h"

#include <span>
#include <string>

namespace nscope::dataset {

/// `values_N`: what a split by column or chromosomes goes by, one text per example. Adds a note for chromosomes that no
/// example lies on, and for rows that validate though their column says that they train.
Result<void> splitExamples(const SplitSettings& settings, std::span<const std::string> values_N, Dataset& dataset);

}  // namespace nscope::dataset
