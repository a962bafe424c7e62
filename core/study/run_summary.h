// Purpose: the folder of several runs (docs/training.md) as plots and tables: replicates and folds with the spread of
// every metric (series.json), a search with its trials (search.json). Thread: any.
#pragma once

#include "core/base/result.h"
#include "core/study/study.h"

#include <string>

namespace nscope::study {

/// Whether several runs ended in this folder.
bool hasSummary(const std::string& folder);
/// Errors: NotFound for a folder without one; Io, Parse with the file.
Result<Outcome> summaryOutcome(const std::string& folder);

}  // namespace nscope::study
