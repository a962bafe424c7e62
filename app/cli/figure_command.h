// Purpose: `figure`: draws a saved session with the desktop application's own code, offscreen.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addFigure(CLI::App& app);

}  // namespace nscope::cli
