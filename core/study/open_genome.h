// Purpose: an open genome (core/io/open_genome.h), under this room's name.
#pragma once

#include "core/io/open_genome.h"

namespace nscope::study {

using io::HeldStretch;
using io::OpenGenome;
using io::windowRecord;

}  // namespace nscope::study
