// Purpose: `compare-tracks`: the study of measured against predicted signals, for one or several pairs of files.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addCompareTracks(CLI::App& app);

}  // namespace nscope::cli
