// Purpose: `gia`: global importance analysis of motifs, their flanks, distances and cooperation; occlusion of their instances.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addGia(CLI::App& app);

}  // namespace nscope::cli
