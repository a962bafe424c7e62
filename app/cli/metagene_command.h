// Purpose: `metagene`: averages of an explanation or of attention over the regions and reading frames of many transcripts.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addMetagene(CLI::App& app);

}  // namespace nscope::cli
