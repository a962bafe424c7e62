// Purpose: `transcripts`: the spliced sequences of an annotation, and their coding regions.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addTranscripts(CLI::App& app);

}  // namespace nscope::cli
