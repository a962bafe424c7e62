// Purpose: `agreement`: how well two files of explanations agree.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addAgreement(CLI::App& app);

}  // namespace nscope::cli
