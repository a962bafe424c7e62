// Purpose: power spectra of signals along a sequence, sampled once per base.
// Source: Welch (1967); conventions of scipy.signal.welch (density, one-sided, periodic Hann window, segment means
// subtracted, half overlap; the median of segments is divided by its bias), as the authors of spec 1.9 used it.
// Frequencies are cycles per base, 0 to 1/2. Thread: any.
#pragma once

#include "core/base/result.h"

#include <span>
#include <vector>

namespace nscope::analysis {

enum class SegmentAverage { Mean, Median };

struct WelchSettings {
    int segmentNt = 256;  ///< the whole signal if it is shorter
    SegmentAverage average = SegmentAverage::Median;
};

struct PowerSpectrum {
    std::vector<double> frequencies;  ///< k / segment
    std::vector<double> density;      ///< signal units squared per cycle per base
    int segments = 0;                 ///< averaged over
};

/// Errors: InvalidArgument for a signal or segment shorter than 8, or one with NaN.
Result<PowerSpectrum> welchSpectrum(std::span<const double> signal, const WelchSettings& settings = {});

/// Share of the signal's variance that a wave of this period explains, 0 to 1: 2·|Σ(x−x̄)e^{2πit/p}|² / (N·Σ(x−x̄)²).
/// 0 for a constant signal. A wave that fits a whole number of times gives 1; noise about 2/N.
double periodShare(std::span<const double> signal, double periodNt);

}  // namespace nscope::analysis
