// Purpose: how sure a masked language model is of every letter: each is hidden in turn, and the value is the entropy it
// lacks, H_max − H of the predicted distribution, in bits; with "times_gradient" multiplied by the L2 norm of the
// target's gradient over the four bases. Source: spec/models.md 4.8; Tang, Somia, Yu & Koo 2025. H_max: the largest
// entropy of the sequence (the thesis), or 2 bits.
#pragma once

#include "core/interpret/method_list.h"

namespace nscope::interpret {

/// Entropy in bits of each row of probabilities [P,4].
std::vector<double> entropyBits(const torch::Tensor& probability_P4);

Method maskedEntropyMethod();

}  // namespace nscope::interpret
