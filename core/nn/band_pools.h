// Purpose: the band layer of pooling in steps of its width: the cells that a band touches are pooled anew.
// Thread: as band.h.
#pragma once

#include "core/nn/band.h"
#include "core/nn/layers.h"

namespace nscope::nn {

struct PoolRule {
    Pooling pooling = Pooling::Maximum;
    std::int64_t width = 2;
    std::int64_t before = 0;  ///< padding in front; it never wins a maximum nor enters an average
    std::int64_t outPositions = 0;
};

/// reference_PC: the layer's input, contiguous.
template <class Scalar>
BandLayerPtr<Scalar> makeBandPool(const PoolRule& rule, const torch::Tensor& reference_PC);

}  // namespace nscope::nn
