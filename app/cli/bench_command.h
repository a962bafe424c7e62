// Purpose: `nucleoscope-cli bench`: the table of speeds of this machine.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addBench(CLI::App& app);

}  // namespace nscope::cli
