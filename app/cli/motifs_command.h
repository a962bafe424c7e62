// Purpose: `motifs`: finds, compares and tests sequence motifs.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addMotifs(CLI::App& app);

}  // namespace nscope::cli
