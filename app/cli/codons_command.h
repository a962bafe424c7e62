// Purpose: `codons`: what single-base changes do, by codon, amino acid and place in the coding region.
#pragma once

#include "app/cli/command.h"

namespace nscope::cli {

Runner addCodons(CLI::App& app);

}  // namespace nscope::cli
