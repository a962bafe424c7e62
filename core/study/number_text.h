// Purpose: numbers as people read them (core/data/number_text.h), under this room's name.
#pragma once

#include "core/data/number_text.h"

namespace nscope::study {

using data::groupedText;
using data::shortNumber;

}  // namespace nscope::study
