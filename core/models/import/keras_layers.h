// Purpose: the weights of a Keras file in the places of a plan. The file's layers and the plan's places are aligned as
// two sequences are: a layer takes a place of its kind, in order, and where there is a choice one of equal shape; so one
// layer too many or too few is named alone and does not shift the rest. A model fits only if both agree throughout.
// Conversions: spec/models.md §0. Thread: any.
#pragma once

#include "core/models/import/import.h"
#include "core/models/import/keras_plan.h"

#include <span>

namespace nscope::models {

/// What a model's configuration tells about options (gates of LSTMs, the first activation); files of weights alone tell
/// nothing. Errors: ModelMismatch for a given option that contradicts it.
Result<void> readKerasConfig(const io::WeightFile& file, ImportedState& imported);

/// Fills `imported.state`; `wanted` is the network's own state, for its shapes. Layers without a place are surplus.
/// Errors: ModelMismatch for a letter table that is no one-hot, Unsupported for a GRU of another arithmetic.
Result<void> takeKerasLayers(const io::WeightFile& file, std::span<const KerasPlace> plan, const StateDict& wanted,
                             ImportedState& imported);

}  // namespace nscope::models
