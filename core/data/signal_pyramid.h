// Purpose: a long signal that is drawn at any zoom: mean, least and largest value of ever larger groups of bins, so
// that the columns of a screen cost the same however many bins they cover. Bins without a value are NaN and count
// nowhere. Memory: 4 bytes a bin and 4/3 of 12 bytes per group of four. Immutable once made. Thread: any.
#pragma once

#include "core/data/interval.h"

#include <cstdint>
#include <span>
#include <vector>

namespace nscope::data {

/// What one column of the screen covers; NaN where there is no value.
struct SignalColumn {
    float mean = 0.0F;
    float least = 0.0F;
    float most = 0.0F;
};

class SignalPyramid {
public:
    SignalPyramid() = default;
    /// Bin i covers [startNt + i·binNt, startNt + (i + 1)·binNt).
    SignalPyramid(std::int64_t startNt, double binNt, std::vector<float> values);
    /// Bins that are summaries themselves: mean, least and most of each, of one size.
    SignalPyramid(std::int64_t startNt, double binNt, std::vector<float> means, std::vector<float> least,
                  std::vector<float> most);

    std::int64_t binCount() const { return std::int64_t(m_values.size()); }
    std::int64_t startNt() const { return m_startNt; }
    double binNt() const { return m_binNt; }
    /// Genomic interval of all bins, outwards to whole positions.
    Interval span() const;

    /// `count` columns of equal width over [fromNt, toNt). A column without a bin, or with NaN alone, is NaN; one
    /// narrower than a bin has the bin in its middle.
    std::vector<SignalColumn> columns(double fromNt, double toNt, int count) const;
    /// Over [fromNt, toNt).
    SignalColumn summary(double fromNt, double toNt) const;

private:
    static constexpr int kGroup = 4;
    struct Level {
        std::vector<SignalColumn> groups;
        std::vector<float> counts;  ///< bins with a value in each
    };
    class Sum;

    void build();
    SignalColumn bin(std::int64_t i) const;
    void add(Sum& sum, std::int64_t first, std::int64_t end) const;
    SignalColumn ofBins(std::int64_t first, std::int64_t end) const;

    std::int64_t m_startNt = 0;
    double m_binNt = 1.0;
    std::vector<float> m_values;
    std::vector<float> m_least, m_most;  ///< empty: the value itself
    std::vector<Level> m_levels;         ///< of 4, 16, 64 … bins
};

}  // namespace nscope::data
