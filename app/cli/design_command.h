// Purpose: `design`: changes one record step by step towards a higher or lower score.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addDesign(CLI::App& app);

}  // namespace nscope::cli
