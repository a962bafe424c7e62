// Purpose: `methods`: the explanations there are, with their options, defaults and ranges.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addMethods(CLI::App& app);

}  // namespace nscope::cli
