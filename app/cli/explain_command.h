// Purpose: `explain`: how much every base of a sequence matters to a prediction.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addExplain(CLI::App& app);

}  // namespace nscope::cli
