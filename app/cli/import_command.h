// Purpose: `import`: weights of others (PyTorch, Keras, safetensors) become a model of ours.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addImport(CLI::App& app);

}  // namespace nscope::cli
