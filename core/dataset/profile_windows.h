// Purpose: what both readers of profiles share: how windows, targets and bins lie, and which windows are kept.
// Inside core/dataset only. Axes: K signals, B bins. Pure functions.
#pragma once

#include "core/data/interval.h"
#include "core/dataset/data_settings.h"
#include "core/dataset/reading.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace nscope::dataset {

struct WindowShape {
    std::int64_t windowNt = 0, targetNt = 0, binNt = 1, strideNt = 0;

    std::int64_t bins() const { return targetNt / binNt; }
    /// From the start of the window to its first bin.
    std::int64_t targetOffsetNt() const { return (windowNt - targetNt) / 2; }
    data::Interval windowOf(std::int64_t targetStartNt) const
    {
        return {targetStartNt - targetOffsetNt(), targetStartNt - targetOffsetNt() + windowNt};
    }
    std::int64_t exampleBytes(std::size_t signalCount) const
    {
        return windowNt + std::int64_t(sizeof(float)) * std::int64_t(signalCount) * bins()
               + std::int64_t(sizeof(Example));
    }
};

/// The shape that the settings ask for. Precondition: windowNt > 0.
WindowShape shapeOf(const ProfileSettings& settings);

/// Where targets begin that tile `region`, their windows inside `bounds`.
std::vector<std::int64_t> tiles(const WindowShape& shape, data::Interval region, data::Interval bounds);

/// Counts what is passed over on purpose, and says so in the end.
class WindowFilter {
public:
    WindowFilter(const ProfileSettings& settings, std::size_t signalCount)
        : m_settings(settings), m_signalCount(signalCount)
    {
    }

    /// Whether a bin (or the mean of the bins) of a signal is above the threshold.
    bool isCovered(std::span<const float> values_KB);
    /// Empty, or why the window is left out.
    std::string problem(std::string_view letters, std::span<const float> values_KB) const;
    void addNotes(std::vector<std::string>& notes) const;

private:
    const ProfileSettings& m_settings;
    std::size_t m_signalCount;
    std::int64_t m_seen = 0, m_belowThreshold = 0;
};

}  // namespace nscope::dataset
