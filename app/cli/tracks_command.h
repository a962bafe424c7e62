// Purpose: `tracks`: what a file with a signal along a genome holds in a region, or in all of it.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addTracks(CLI::App& app);

}  // namespace nscope::cli
