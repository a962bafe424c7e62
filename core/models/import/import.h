// Purpose: weights of others (io::WeightFile) under the names of one of our architectures. Names of PyTorch and
// safetensors files are taken as they are, with what the network itself knows of older names (adoptState); Keras' layers
// are mapped by a plan per architecture, with their axes turned. Thread: one thread at a time.
#pragma once

#include "core/models/weights.h"

#include "core/data/option_value.h"
#include "core/io/weight_file.h"

namespace nscope::models {

struct ImportedState {
    std::string architecture;
    data::OptionMap options;  ///< as given, with what the shapes tell
    StateDict state;
    std::vector<std::string> notes;      ///< sentences
    std::vector<std::string> missing;    ///< weights of the network that the file lacks
    std::vector<std::string> surplus;    ///< weights of the file that the network has no place for
    std::vector<std::string> misshapen;  ///< "name: 64 × 4 in the file, 32 × 4 in the network"
};

/// Reader settings with which architectures of ours can take Keras models whose Lambda layers they compute themselves.
io::WeightOptions importWeightOptions();

/// Architecture "" is guessed from the names. Errors: InvalidArgument (no architecture can be guessed, options),
/// NotFound, ModelMismatch, Unsupported (no plan for this architecture's Keras form).
Result<ImportedState> importWeights(const io::WeightFile& file, std::string_view architecture,
                                    const data::OptionMap& options);

}  // namespace nscope::models
