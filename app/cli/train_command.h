// Purpose: `train`: starts or resumes a training run described by a settings file (docs/training.md).
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addTrain(CLI::App& app);

}  // namespace nscope::cli
