// Purpose: DeepLIFT with the rescale rule (one reference) and DeepSHAP (the mean over shuffled references): shares of the
// difference of the target between the sequence and its reference. They add up to it; the completeness gap is rounding.
// Source: Shrikumar et al. 2017; Lundberg & Lee 2017. Only for networks with nn::PairRescaling and targets that are no
// log probability.
#pragma once

#include "core/interpret/method_list.h"

namespace nscope::interpret {

Method deepLiftMethod();

}  // namespace nscope::interpret
