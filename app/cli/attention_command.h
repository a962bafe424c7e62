// Purpose: `attention`: where a decoder looks while it predicts.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addAttention(CLI::App& app);

}  // namespace nscope::cli
