// Purpose: occlusion: what the target loses when a window is hidden, as the mean over the windows that cover a position.
// Exact differences of predictions. Source: Zeiler & Fergus 2014; values as Captum's Occlusion gives them.
#pragma once

#include "core/interpret/method_list.h"

namespace nscope::interpret {

Method occlusionMethod();

}  // namespace nscope::interpret
