// Purpose: the learned frequency filters of the LFNet layers (spec/models.md 1.3, Fig. 3A–D of the paper).
#pragma once

#include <string>
#include <vector>

namespace nscope::data {

struct FilterLayer {
    int layer = 0;                     ///< 0-based encoder layer
    int windowNt = 0;                  ///< STFT window W; bin f has the period W / f nt
    int bins = 0;                      ///< F = floor(W/2) + 1
    int channels = 0;                  ///< model dimension d
    std::vector<float> magnitude_FD;   ///< bins × channels
    std::vector<float> phase_FD;       ///< radians, −π..π

    bool operator==(const FilterLayer&) const = default;
};

struct FilterSpectrum {
    std::string modelHash;
    std::vector<FilterLayer> layers;
    bool operator==(const FilterSpectrum&) const = default;
};

/// Periods marked on the frequency axis, in nt, and the bin index int(2·F/p) at which the paper draws each.
inline constexpr int kPeriodTicksNt[] = {18, 12, 9, 6, 5, 4, 3, 2};
inline int periodTickBin(int bins, int periodNt) { return 2 * bins / periodNt; }

}  // namespace nscope::data
