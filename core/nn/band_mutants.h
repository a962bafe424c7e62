// Purpose: the scorer of mutants whose bands run through a chain of band layers: which mutants can matter, in what
// batches they run and on how many threads. Batches hold mutants of neighbouring positions and stay in the caches;
// threads take a batch each. A band as wide as its layer costs what the layer costs, so nothing is gained by leaving
// the bands where they saturate. On the CPU only; exact up to the rounding of the network's number type.
// Memory: the references of all layers, and per mutant what `BandTail::bytesPerMutant` says. Thread: one at a time.
#pragma once

#include "core/nn/band.h"
#include "core/nn/sequence_net.h"

namespace nscope::nn {

/// How a mutation stands in the network's input.
struct MutantInput {
    torch::Tensor input_PC;        ///< of the reference
    std::int64_t startNt = 0;      ///< letter of the sequence at position 0; what lies outside cannot matter
    std::array<int, 4> channels{}; ///< of A, C, G, T/U; one is 1 and the others are 0
};

/// What follows on the numbers of the end.
struct BandTail {
    /// S from the end's numbers, [M,F] → [M].
    std::function<torch::Tensor(const torch::Tensor& numbers_MF, const PassOptions& options)> score_M;
    std::int64_t bytesPerMutant = 0;
};

template <class Scalar>
std::unique_ptr<MutantScorer> makeBandMutants(MutantInput input, BandLayers<Scalar> layers,
                                              std::unique_ptr<BandEnd<Scalar>> end, BandTail tail,
                                              std::int64_t budgetBytes, const PassOptions& options);

}  // namespace nscope::nn
