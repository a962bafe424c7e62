// Purpose: GOPHER's Basenji networks: the one of the paper (activation before every convolution, 11 dilated residual
// blocks), its fine-tuned form with a convolution tower (mod), the one that goes down to bins and up to bases again
// (w1_b64), and the one for yes/no labels (binary). Source: spec/models.md 4.2; Kelley et al. 2018.
// The published w1_b64 has two-dimensional kernels over a second axis of width 1, of which the middle column alone
// meets data; here it is that column. Submodules: b1_conv, b1_bn, t<i>_{conv,bn} (tower), r<i>.{conv1,bn1,conv2,bn2},
// final_{conv,bn}, up<i>, up_conv, head. Input, output: stack_net.h.
#pragma once

#include "core/models/stack_net.h"

namespace nscope::models {

engine::ModelSpec basenjiSpec();
Result<std::shared_ptr<nn::SequenceNet>> createBasenji(std::string_view architecture, const data::OptionMap& options);

}  // namespace nscope::models
