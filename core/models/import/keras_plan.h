// Purpose: which layer of a Keras model is which module of ours. A layer is found by its kind and its place among the
// layers of this kind, since the names differ from run to run ("conv1d_1", "conv1d_7"). Inside core/models/import only.
#pragma once

#include "core/models/import/import.h"

#include <span>

namespace nscope::models {

enum class KerasKind {
    Conv,           ///< kernel [k,in,out], bias
    Dense,          ///< kernel [in,out], bias
    HeadAttention,  ///< DM3Loc's own: W1 [in,units], W2 [units,heads]
    LetterTable,    ///< frozen one-hot embedding [symbols,4], which our input replaces
};

struct KerasStep {
    KerasKind kind;
    std::string module;  ///< ours; HeadAttention: prefix of _w1 and _w2
};

/// The plan of an architecture; empty if there is none.
std::span<const KerasStep> kerasPlan(std::string_view architecture);

/// Fills `imported.state` with the file's weights under our names. Errors: ModelMismatch for a letter table that is no
/// one-hot. Layers without a place in the plan are surplus.
Result<void> takeKerasLayers(const io::WeightFile& file, std::span<const KerasStep> plan, ImportedState& imported);

}  // namespace nscope::models
