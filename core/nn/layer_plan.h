// Purpose: what a list of layers makes of its input, before anything is built: shapes, number of parameters, memory,
// and where the output's positions lie on the sequence. Every mistake in a list is found here, with the layer's number.
// Errors: InvalidArgument, "Layer 3 (conv): …". Thread: any.
#pragma once

#include "core/nn/layers.h"

#include "core/base/result.h"

namespace nscope::nn {

struct LayerShape {
    std::int64_t channels = 4;
    std::int64_t positions = 0;  ///< 0: any number
    bool flat = false;           ///< a plain vector; no positions

    bool operator==(const LayerShape&) const = default;
};

struct LayerPlan {
    LayerShape output;
    std::int64_t parameters = 0;        ///< trainable ones
    std::int64_t startNt = 0;           ///< first base that the first output position stands for
    std::int64_t stepNt = 1;            ///< bases per output position; 0: positions no longer lie along the sequence
    std::int64_t receptiveFieldNt = 1;  ///< bases that can change one output value; 0: all
    double peakNumbers = 0.0;           ///< alive at once without gradients, workspace included; known positions only
    double totalNumbers = 0.0;          ///< kept for a backward pass
};

/// Names are unique inside a list and hold letters, digits and '_' only; layers with weights have one.
Result<LayerPlan> planLayers(const Layers& layers, const LayerShape& input);

}  // namespace nscope::nn
