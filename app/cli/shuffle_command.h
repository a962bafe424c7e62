// Purpose: `shuffle`: seeded shuffles of sequences, as controls.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addShuffle(CLI::App& app);

}  // namespace nscope::cli
