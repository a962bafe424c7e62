// Purpose: sums values along a genome up in bins (signal_file.h says how bins lie), for those that visit the intervals
// themselves.
#pragma once

#include "core/io/signal_file.h"

#include <limits>

namespace nscope::io {

class SignalBins {
public:
    SignalBins(data::Interval interval, std::int64_t count)
        : m_interval(interval), m_count(count), m_bins(std::size_t(count))
    {
    }

    data::Interval bin(std::int64_t index) const;

    /// A value that holds for all of `where`.
    void add(data::Interval where, double value) { add(where, 1.0, value, value, value); }
    /// A stretch of which a share `covered` has values, with their mean and extremes.
    void add(data::Interval where, double covered, double mean, double low, double high);

    /// `uncovered` counts for the positions without a value unless it is NaN.
    std::vector<float> finish(Summary summary, float uncovered) const;

private:
    struct Bin {
        double sum = 0.0;
        double coveredNt = 0.0;
        double low = std::numeric_limits<double>::infinity();
        double high = -std::numeric_limits<double>::infinity();
    };

    std::int64_t firstBinOf(std::int64_t positionNt) const;

    data::Interval m_interval;
    std::int64_t m_count;
    std::vector<Bin> m_bins;
};

}  // namespace nscope::io
