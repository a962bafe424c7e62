// Purpose: `dataset`: reads the data of a settings file as `train` would, and says what is in each part and what to
// look at before training.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addDataset(CLI::App& app);

}  // namespace nscope::cli
