// Purpose: `experiment`: shuffles, lost starts, early stops and saturation, record by record.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addExperiment(CLI::App& app);

}  // namespace nscope::cli
