// Purpose: `embed`: lays vectors out by principal components or UMAP.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addEmbed(CLI::App& app);

}  // namespace nscope::cli
