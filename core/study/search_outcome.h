// Purpose: what a search for good settings found (its search.json, docs/training.md) as a plot of parallel coordinates and a
// table: one line per trial through the settings that were drawn, to the value that they gave. Thread: any.
#pragma once

#include "core/base/result.h"
#include "core/study/study.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace nscope::study {

/// `search` was read from the file at `path`. Errors: Parse with the file.
Result<Outcome> searchOutcome(const nlohmann::ordered_json& search, const std::string& path);

}  // namespace nscope::study
