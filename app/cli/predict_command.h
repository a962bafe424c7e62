// Purpose: `predict`: what a model says about every record of a file, or along regions of a genome.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addPredict(CLI::App& app);

}  // namespace nscope::cli
