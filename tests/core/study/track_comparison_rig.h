// Purpose: comparisons of signals in tests: those that must end well, and the errors of those that must not.
#pragma once

#include "core/study/track_comparison.h"
#include "tests/core/study/study_rig.h"

#include <cmath>
#include <optional>

namespace nscope::tests {

inline bool near(std::optional<double> value, double wanted, double tolerance = 1e-6)
{
    return value && std::abs(*value - wanted) <= tolerance;
}

/// Of a run that must end well.
inline study::TrackComparison compared(const study::TrackComparisonSettings& settings)
{
    const Result<study::TrackComparison> result = study::compareTracks(settings, plainTools());
    if (!result)
        qFatal("%s", result.error().sentence().c_str());
    return *result;
}

inline Error errorOf(const study::TrackComparisonSettings& settings)
{
    const Result<study::TrackComparison> result = study::compareTracks(settings, plainTools());
    if (result)
        qFatal("no error");
    return result.error();
}

}  // namespace nscope::tests
