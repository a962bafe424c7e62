// Purpose: Basset as GOPHER trains it: three convolutions and two dense layers, yes/no labels. Source: spec/models.md
// 4.2; Kelley, Snoek & Rinn 2016. Submodules: conv0–2, bn0–2, dense0–1, out. Input, output: stack_net.h.
#pragma once

#include "core/models/stack_net.h"

namespace nscope::models {

engine::ModelSpec bassetSpec();
Result<std::shared_ptr<nn::SequenceNet>> createBasset(std::string_view architecture, const data::OptionMap& options);

}  // namespace nscope::models
