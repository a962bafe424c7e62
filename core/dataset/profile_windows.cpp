#include "core/dataset/profile_windows.h"

#include "core/data/number_text.h"

#include <algorithm>
#include <cmath>

namespace nscope::dataset {

WindowShape shapeOf(const ProfileSettings& settings)
{
    WindowShape shape{.windowNt = settings.windowNt, .targetNt = settings.targetNt, .binNt = settings.binNt};
    if (shape.targetNt == 0)
        shape.targetNt = shape.windowNt;
    shape.strideNt = settings.strideNt > 0 ? settings.strideNt : shape.targetNt;
    return shape;
}

std::vector<std::int64_t> tiles(const WindowShape& shape, data::Interval region, data::Interval bounds)
{
    std::vector<std::int64_t> starts;
    for (std::int64_t start = region.startNt; start + shape.targetNt <= region.endNt; start += shape.strideNt) {
        const data::Interval window = shape.windowOf(start);
        if (window.startNt >= bounds.startNt && window.endNt <= bounds.endNt)
            starts.push_back(start);
    }
    return starts;
}

bool WindowFilter::isCovered(std::span<const float> values_KB)
{
    ++m_seen;
    if (m_settings.minCoverage <= 0.0)
        return true;
    const std::size_t bins = values_KB.size() / m_signalCount;
    double highest = 0.0;
    for (std::size_t k = 0; k < m_signalCount; ++k) {
        double sum = 0.0;
        for (const float value : values_KB.subspan(k * bins, bins)) {
            const double known = std::isnan(value) ? 0.0 : double(value);
            sum += known;
            if (m_settings.minCoverageBy == "max")
                highest = std::max(highest, known);
        }
        highest = std::max(highest, sum / double(bins));
    }
    const bool isCovered = highest > m_settings.minCoverage;
    m_belowThreshold += isCovered ? 0 : 1;
    return isCovered;
}

std::string WindowFilter::problem(std::string_view letters, std::span<const float> values_KB) const
{
    const double unknown = double(unknownLetters(letters)) / double(letters.size());
    if (unknown > m_settings.unknownShare)
        return data::shortNumber(100.0 * unknown) + " % of the window's letters are not known, more than "
               + data::shortNumber(100.0 * m_settings.unknownShare) + " % (data.unknown_share).";
    if (std::ranges::all_of(values_KB, [](float value) { return std::isnan(value); }))
        return "No bin of the window has a value.";
    return {};
}

void WindowFilter::addNotes(std::vector<std::string>& notes) const
{
    if (m_belowThreshold > 0)
        notes.push_back(data::groupedText(m_belowThreshold) + " of " + data::groupedText(m_seen)
                        + " windows were passed over: "
                        + (m_settings.minCoverageBy == "max" ? "no bin" : "the mean of no signal") + " is above "
                        + data::shortNumber(m_settings.minCoverage) + " (data.min_coverage).");
}

}  // namespace nscope::dataset
