// Purpose: `session`: puts sequences, coding regions and a model into a session file, as the desktop application saves
// and opens it.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addSession(CLI::App& app);

}  // namespace nscope::cli
