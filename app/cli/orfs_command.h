// Purpose: `orfs`: open reading frames of every record of a file.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addOrfs(CLI::App& app);

}  // namespace nscope::cli
