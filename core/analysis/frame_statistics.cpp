// Purpose: frame bars and circular statistics of period three.
#include "core/analysis/frame_statistics.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace nscope::analysis {
namespace {

std::complex<double> resultant(const std::array<double, 3>& weights)
{
    std::complex<double> sum = 0.0;
    for (std::size_t frame = 0; frame < 3; ++frame)
        sum += std::polar(weights[frame], 2 * std::numbers::pi * double(frame) / 3);
    return sum;
}

}  // namespace

void FrameStatisticsBuilder::add(std::span<const double> values_L, data::Interval cds)
{
    std::array<MeanAccumulator, 3> signedMeans, sizes;
    for (std::int64_t i = cds.startNt + 3; i < cds.endNt - 3; ++i) {
        const double value = values_L[std::size_t(i)];
        if (std::isnan(value))
            continue;
        const auto frame = std::size_t((i - cds.startNt) % 3);
        signedMeans[frame].add(value);
        sizes[frame].add(std::abs(value));
    }
    if (std::ranges::any_of(sizes, [](const MeanAccumulator& frame) { return frame.count() == 0; })) {
        ++m_without;
        return;
    }
    std::array<double, 3> weights{};
    for (std::size_t frame = 0; frame < 3; ++frame) {
        m_frames[frame].add(signedMeans[frame].mean());
        weights[frame] = sizes[frame].mean();
    }
    ++m_preferred[std::size_t(std::ranges::max_element(weights) - weights.begin())];
    const double total = weights[0] + weights[1] + weights[2];
    m_vectorLength.add(total > 0 ? std::abs(resultant(weights)) / total : 0.0);
}

FrameStatistics FrameStatisticsBuilder::result() const
{
    FrameStatistics statistics;
    for (std::size_t frame = 0; frame < 3; ++frame)
        statistics.frames[frame] = m_frames[frame].estimate();
    statistics.preferred = m_preferred;
    statistics.vectorLength = m_vectorLength.estimate();
    statistics.used = m_vectorLength.count();
    statistics.without = m_without;
    if (statistics.used == 0)
        return statistics;
    const std::complex<double> sum =
        resultant({double(m_preferred[0]), double(m_preferred[1]), double(m_preferred[2])});
    const auto n = double(statistics.used);
    statistics.resultantLength = std::abs(sum) / n;
    const double turns = std::arg(sum) / (2 * std::numbers::pi);
    statistics.meanDirection = 3 * (turns < 0 ? turns + 1 : turns);
    statistics.rayleighP = std::exp(-n * statistics.resultantLength * statistics.resultantLength);
    return statistics;
}

}  // namespace nscope::analysis
