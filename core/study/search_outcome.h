// Purpose: what a search for good settings found (search.json, docs/training.md) as a plot of parallel coordinates and a
// table: one line per trial through the settings that were drawn, to the value that they gave. Thread: any.
#pragma once

#include "core/base/result.h"
#include "core/study/study.h"

#include <string>

namespace nscope::study {

/// Errors: NotFound, Io, Parse with the file.
Result<Outcome> searchOutcome(const std::string& path);

}  // namespace nscope::study
