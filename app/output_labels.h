// Purpose: what the prediction panel calls the outputs of a model, from the model's description. Thread: any.
#pragma once

#include "core/engine/specs.h"
#include "widgets/prediction_gauge.h"

namespace nscope::app {

widgets::OutputLabels outputLabels(const engine::ModelOutputs& outputs);

}  // namespace nscope::app
