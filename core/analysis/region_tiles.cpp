#include "core/analysis/region_tiles.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nscope::analysis {

std::vector<data::Interval> tileWindows(data::Interval region, data::Interval bounds, std::int64_t windowNt,
                                        std::int64_t stepNt)
{
    return tileWindows(region, bounds, windowNt, stepNt, bounds);
}

std::vector<data::Interval> tileWindows(data::Interval region, data::Interval bounds, std::int64_t windowNt,
                                        std::int64_t stepNt, data::Interval part)
{
    if (bounds.length() <= windowNt)
        return {bounds};
    const std::int64_t last = bounds.endNt - windowNt, overlap = (windowNt - stepNt) / 2,
                       first = region.startNt - overlap;
    // At the start of the bounds a window is moved to the right by less than the overlap.
    const std::int64_t skipped = std::max<std::int64_t>(0, (part.startNt - overlap - windowNt - first) / stepNt);
    std::vector<data::Interval> windows;
    for (std::int64_t start = first + skipped * stepNt;; start += stepNt) {
        const std::int64_t inside = std::clamp(start, bounds.startNt, last);
        const data::Interval window{inside, inside + windowNt};
        const bool isNew = windows.empty() || windows.back().startNt != inside;
        if (isNew && window.startNt < part.endNt && window.endNt > part.startNt)
            windows.push_back(window);
        if (window.endNt >= region.endNt + std::min(overlap, bounds.endNt - region.endNt) || inside == last
            || inside >= part.endNt)
            return windows;
    }
}

Result<void> RegionStitcher::add(data::Interval window, bool isReverse, const data::Track& profile)
{
    const std::int64_t bins = profile.binCount();
    if (m_rows.empty()) {
        m_rows = profile.rows;
        m_binNt = profile.binNt;
        const data::Interval grid = m_gridWindow.value_or(window);
        const std::int64_t first =
            isReverse ? grid.endNt - profile.startNt - bins * m_binNt : grid.startNt + profile.startNt;
        m_startNt = binStart(m_region.startNt, first, m_binNt);
        m_bins = (m_region.endNt - m_startNt + m_binNt - 1) / m_binNt;
        m_sums_RB.assign(m_rows.size() * std::size_t(m_bins), 0.0);
        m_weights_RB.assign(m_sums_RB.size(), 0.0);
    }
    if (profile.rows != m_rows || profile.binNt != m_binNt)
        return fail(ErrorCode::InvalidArgument,
                    "The windows' profiles differ in their tasks or in the size of their bins.");
    for (std::int64_t bin = 0; bin < bins; ++bin) {
        const std::int64_t along = profile.startNt + bin * m_binNt;
        const std::int64_t start = isReverse ? window.endNt - along - m_binNt : window.startNt + along;
        const double weight = double(std::min(bin + 1, bins - bin));
        for (std::size_t row = 0; row < m_rows.size(); ++row)
            addBin(start, weight, row, profile.at(row, bin));
    }
    return {};
}

/// A bin that stands between two of the region's gives each its share.
void RegionStitcher::addBin(std::int64_t startNt, double weight, std::size_t row, double value)
{
    if (std::isnan(value))
        return;
    // Whole numbers: the shares do not depend on where the region begins.
    const std::int64_t leftNt = binStart(startNt, m_startNt, m_binNt), bin = (leftNt - m_startNt) / m_binNt;
    const double share = double(startNt - leftNt) / double(m_binNt);
    const auto give = [&](std::int64_t to, double part) {
        if (part <= 0.0 || to < 0 || to >= m_bins)
            return;
        const std::size_t place = row * std::size_t(m_bins) + std::size_t(to);
        m_sums_RB[place] += value * weight * part;
        m_weights_RB[place] += weight * part;
    };
    give(bin, 1.0 - share);
    give(bin + 1, share);
}

std::optional<data::Track> RegionStitcher::result() const
{
    if (m_rows.empty())
        return std::nullopt;
    data::Track track{m_startNt, m_binNt, m_rows, {}};
    track.values_RB.reserve(m_sums_RB.size());
    for (std::size_t i = 0; i < m_sums_RB.size(); ++i)
        track.values_RB.push_back(m_weights_RB[i] > 0.0 ? float(m_sums_RB[i] / m_weights_RB[i])
                                                        : std::numeric_limits<float>::quiet_NaN());
    return track;
}

}  // namespace nscope::analysis
