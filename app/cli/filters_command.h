// Purpose: `filters`: the frequency filters that a model has learned.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addFilters(CLI::App& app);

}  // namespace nscope::cli
