// Purpose: the subcommands of `motifs`: each adds its options and gives what runs with them.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addMotifDiscover(CLI::App& app);
Runner addMotifCompare(CLI::App& app);
Runner addMotifEnrich(CLI::App& app);
Runner addMotifScan(CLI::App& app);
Runner addMotifFilters(CLI::App& app);

}  // namespace nscope::cli
