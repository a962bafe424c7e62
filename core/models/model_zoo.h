// Purpose: the list of model families: one line each. Menus, the CLI and training build from it.
#pragma once

#include "core/nn/sequence_net.h"

#include "core/data/option_value.h"

namespace nscope::models {

struct Family {
    engine::ModelSpec spec;
    /// A network with initialised weights; the error names a bad option.
    Result<std::shared_ptr<nn::SequenceNet>> (*create)(std::string_view architecture, const data::OptionMap& options);
};

const std::vector<Family>& modelZoo();

/// Creates a network of an architecture id, or says which ids there are.
Result<std::shared_ptr<nn::SequenceNet>> createNet(std::string_view architecture, const data::OptionMap& options);

}  // namespace nscope::models
