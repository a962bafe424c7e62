// Purpose: `variants`: REF, ALT and their difference for every variant of a VCF or a table.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addVariants(CLI::App& app);

}  // namespace nscope::cli
