// Purpose: `models`: the models there are, or one model's card and size.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addModels(CLI::App& app);

}  // namespace nscope::cli
