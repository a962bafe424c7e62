// Purpose: GOPHER's convolutional profile networks: the CNN baseline, ResidualBind-base and ResidualBind-32, with one
// head for all tasks or one per task, and the binary forms of the first two (conv_binary, residual_binary).
// Source: spec/models.md 4.2. Submodules: conv0–2, bn0–2, rb0–3 (residual blocks, inside them conv<i> and bn<i>),
// dense, dense_bn, rescale, rescale_bn, pre, pre_bn, out or task<i>.{conv,bn,out}. Input, output: stack_net.h.
#pragma once

#include "core/models/stack_net.h"

namespace nscope::models {

/// `architecture`: cnn-profile, residualbind or residualbind-32.
engine::ModelSpec profileCnnSpec(std::string_view architecture);
Result<std::shared_ptr<nn::SequenceNet>> createProfileCnn(std::string_view architecture,
                                                          const data::OptionMap& options);

}  // namespace nscope::models
