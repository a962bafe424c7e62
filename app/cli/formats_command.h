// Purpose: `formats`: the file formats this program reads and writes.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addFormats(CLI::App& app);

}  // namespace nscope::cli
