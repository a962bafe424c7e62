// Purpose: SmoothGrad: the gradient averaged over noisy copies of the one-hot letters.
// Source: Smilkov et al. 2017; spec/models.md 4.5 (50 copies, σ = .1). Noise is added to the four bases' channels.
#pragma once

#include "core/interpret/method_list.h"

namespace nscope::interpret {

Method smoothGradientMethod();

}  // namespace nscope::interpret
