// Purpose: `evaluate`: how well a model does on labelled records, next to simple baselines, as a JSON report.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addEvaluate(CLI::App& app);

}  // namespace nscope::cli
