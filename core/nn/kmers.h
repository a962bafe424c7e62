// Purpose: counts of k-mers as a differentiable function of one-hot bases: a k-mer is the product of its letters'
// channels, so mixtures of letters count in parts and k-mers with padding (all channels 0) not at all.
// Axes: N sequences, L positions, K = 4^k k-mers in the order of the channels, the first letter most significant.
// Thread: any.
#pragma once

#include "core/nn/torch_prelude.h"

namespace nscope::nn {

/// The k-mer that starts at each position, [N,L−k+1,K] from bases [N,L,4]. Precondition: L ≥ k.
torch::Tensor kmers_NLK(const torch::Tensor& bases_NLC, int k);

/// [N,K] from bases [N,L,4]; sequences shorter than k give 0.
torch::Tensor kmerCounts_NK(const torch::Tensor& bases_NLC, int k);

}  // namespace nscope::nn
