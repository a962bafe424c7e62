// Purpose: networks of short windows: ChIP-seq and CLIP-seq peaks (peak-cnn), binding of 120 RBPs (rbp-net), and the
// effect of inserts on transcription (insert-cnn). Source: spec/models.md 4.8, Tang thesis ch. 3 and its code. The
// thesis gives the last convolution of the RBP block 196 filters; the residual sum needs 96, which its code has.
// Submodules: conv<i>, bn<i>, rb.{conv<i>,bn<i>}, dense, dense_bn, out. Input, output: stack_net.h.
#pragma once

#include "core/models/stack_net.h"

namespace nscope::models {

/// `architecture`: peak-cnn, insert-cnn or rbp-net.
engine::ModelSpec bindingSpec(std::string_view architecture);
Result<std::shared_ptr<nn::SequenceNet>> createBindingNet(std::string_view architecture,
                                                          const data::OptionMap& options);

}  // namespace nscope::models
