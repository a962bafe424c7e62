// Purpose: starting values of LFNet filters that already move information along codons: short delays in the first layer,
// combs of whole codons and a local average in the others, each as the spectrum of a real kernel plus small noise.
// A network that starts so learns reading frames within minutes, where random spectra take hours (our measurement).
#pragma once

#include "core/models/bioseq2seq.h"

namespace nscope::train {

/// Overwrites the filters of an LFNet encoder; other encoders are left as they are. Uses torch's random numbers.
void initCombFilters(models::Bioseq2Seq& net);

/// The kernel of one channel, W values, index n standing for the offset n or n − W.
std::vector<double> combKernel(int layer, int channel, int windowNt);

}  // namespace nscope::train
