// Purpose: band layers that bring several chains of layers together: residual blocks and branches side by side.
// Thread: as band.h.
#pragma once

#include "core/nn/band.h"

namespace nscope::nn {

/// x + body(x).
template <class Scalar>
BandLayerPtr<Scalar> makeBandResidual(BandLayers<Scalar> body, std::int64_t channels);

/// The outputs of the branches on the same input, channels side by side.
template <class Scalar>
BandLayerPtr<Scalar> makeBandBranches(std::vector<BandLayers<Scalar>> branches, std::int64_t inChannels);

}  // namespace nscope::nn
