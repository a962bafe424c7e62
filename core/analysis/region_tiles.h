// Purpose: predictions along a region that is longer than a model's window: where the windows stand, and how their
// profiles become one signal. Windows overlap; where they do, the signal is their weighted mean, a value counting less
// the nearer it is to its window's edge (weight: bins to the nearer edge of the profile), because a network knows least
// there. Positions are genomic, 0-based, forward strand. Thread: values; any.
#pragma once

#include "core/base/result.h"
#include "core/data/interval.h"
#include "core/data/track.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nscope::analysis {

/// Where the bin that holds a position begins, of bins of `binNt` of which one begins at `originNt`.
constexpr std::int64_t binStart(std::int64_t positionNt, std::int64_t originNt, std::int64_t binNt)
{
    const std::int64_t rest = (positionNt - originNt) % binNt;
    return positionNt - (rest < 0 ? rest + binNt : rest);
}

/// Windows of `windowNt` that cover the region, each `stepNt` (at most windowNt) after the one before, inside `bounds`
/// (the chromosome): the outer ones stand so that the region's ends are as far inside as half the overlap, if there is
/// room. Where the bounds are shorter than a window, there is one window, the bounds. Ascending, at least one.
/// Precondition: the region is not empty and within the bounds.
std::vector<data::Interval> tileWindows(data::Interval region, data::Interval bounds, std::int64_t windowNt,
                                        std::int64_t stepNt);
/// Those of the same windows that overlap `part`, in a time that does not grow with the region.
std::vector<data::Interval> tileWindows(data::Interval region, data::Interval bounds, std::int64_t windowNt,
                                        std::int64_t stepNt, data::Interval part);

class RegionStitcher {
public:
    /// Bins of the region stand where those of the first window's profile do, or of a profile like that at
    /// `gridWindow`: parts of a region that are stitched for themselves with the region's first window have bit for bit
    /// the whole region's values, if they get the windows that overlap them in the same order.
    explicit RegionStitcher(data::Interval region, std::optional<data::Interval> gridWindow = std::nullopt)
        : m_region(region), m_gridWindow(gridWindow)
    {
    }

    /// The profile of one window, of which bins outside of the region are left out. `isReverse`: it was made of the
    /// window's reverse complement. Errors: InvalidArgument for another bin size or other tasks than the first
    /// profile's.
    Result<void> add(data::Interval window, bool isReverse, const data::Track& profile);

    /// A row per task over the region, of the profiles' bin size; NaN where no window gave a value. startNt may lie
    /// before the region by less than a bin. Nothing was added: std::nullopt.
    std::optional<data::Track> result() const;

private:
    void addBin(std::int64_t startNt, double weight, std::size_t row, double value);

    data::Interval m_region;
    std::optional<data::Interval> m_gridWindow;
    std::int64_t m_binNt = 0, m_startNt = 0, m_bins = 0;
    std::vector<std::string> m_rows;
    std::vector<double> m_sums_RB, m_weights_RB;
};

}  // namespace nscope::analysis
