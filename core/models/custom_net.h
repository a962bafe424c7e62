// Purpose: the user's own network, described as JSON: a list of layers from a whitelist (nn/layers.h), input and head.
// The format is documented in docs/custom_models.md. Errors: InvalidArgument or Parse, one sentence with the number of
// the layer. Nothing in the text is run; sizes are checked before anything is built. Input, output: stack_net.h.
#pragma once

#include "core/models/stack_net.h"

namespace nscope::models {

/// The text as a recipe. What its layers make of each other is checked by describeStack.
Result<StackRecipe> parseCustomNetwork(std::string_view json);

engine::ModelSpec customSpec();
Result<std::shared_ptr<nn::SequenceNet>> createCustomNet(std::string_view architecture, const data::OptionMap& options);

}  // namespace nscope::models
