// Purpose: spikes, their controls, masks and high regions.
#include "core/analysis/importance_windows.h"

#include "core/data/alphabet.h"
#include "core/data/genetic_code.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace nscope::analysis {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Box average of |value| over what is known around every position of the region; NaN where the position is NaN.
std::vector<double> smoothed(std::span<const double> values_L, data::Interval region, std::int64_t widthNt)
{
    std::vector<double> result;
    for (std::int64_t i = region.startNt; i < region.endNt; ++i) {
        const std::int64_t first = std::max(region.startNt, i - widthNt / 2);
        const std::int64_t end = std::min(region.endNt, i + widthNt / 2 + 1);
        double sum = 0.0;
        int count = 0;
        for (std::int64_t k = first; k < end; ++k) {
            if (const double value = values_L[std::size_t(k)]; !std::isnan(value)) {
                sum += std::abs(value);
                ++count;
            }
        }
        result.push_back(std::isnan(values_L[std::size_t(i)]) ? kNaN : sum / count);
    }
    return result;
}

data::Interval windowAround(std::int64_t centreNt, data::Interval region, std::int64_t windowNt)
{
    const std::int64_t half = windowNt / 2;
    const std::int64_t centre = std::clamp(centreNt, region.startNt + half, region.endNt - 1 - half);
    return {centre - half, centre + half + 1};
}

}  // namespace

std::optional<data::Interval> spikeWindow(std::span<const double> importance_L, data::Interval region,
                                          const SpikeSettings& settings)
{
    if (region.length() < std::max(settings.minRegionNt, settings.windowNt))
        return std::nullopt;
    const std::vector<double> values = smoothed(importance_L, region, settings.smoothNt);
    std::int64_t best = -1;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!std::isnan(values[i]) && (best < 0 || values[i] > values[std::size_t(best)]))
            best = std::int64_t(i);
    if (best < 0)
        return std::nullopt;
    return windowAround(region.startNt + best, region, settings.windowNt);
}

std::optional<data::Interval> controlWindow(data::Interval region, data::Interval spike, const SpikeSettings& settings,
                                            data::Random& random)
{
    const std::int64_t half = settings.windowNt / 2;
    const std::int64_t spikeCentre = spike.startNt + half;
    std::vector<std::int64_t> centres;
    for (std::int64_t centre = region.startNt + half; centre + half < region.endNt; ++centre)
        if (std::abs(centre - spikeCentre) >= settings.windowNt)
            centres.push_back(centre);
    if (centres.empty())
        return std::nullopt;
    return windowAround(centres[std::size_t(random.below(centres.size()))], region, settings.windowNt);
}

std::vector<bool> nonsenseMask(std::string_view canonicalLetters, data::Interval cds)
{
    std::vector<bool> mask(canonicalLetters.size(), false);
    for (std::int64_t start = cds.startNt; start + 3 <= cds.endNt; start += 3) {
        const bool isEnd = start == cds.startNt || start + 6 > cds.endNt;
        const std::string codon(canonicalLetters.substr(std::size_t(start), 3));
        for (std::size_t place = 0; place < 3; ++place) {
            bool masked = isEnd;
            for (const char base : data::kBases) {
                std::string changed = codon;
                changed[place] = base;
                masked |= base != codon[place] && data::isStopCodon(changed);
            }
            mask[std::size_t(start) + place] = masked;
        }
    }
    return mask;
}

std::vector<data::Interval> highRegions(std::span<const double> scores_L, std::int64_t minLengthNt)
{
    double sum = 0.0, lowest = std::numeric_limits<double>::infinity();
    std::int64_t known = 0;
    for (const double score : scores_L) {
        if (std::isnan(score))
            continue;
        sum += score;
        lowest = std::min(lowest, score);
        ++known;
    }
    std::vector<data::Interval> regions;
    const auto length = std::int64_t(scores_L.size());
    const double mean = known > 0 ? sum / double(known) : 0.0;
    const auto isHigh = [&](std::int64_t i) {
        const double score = scores_L[std::size_t(i)];
        return !std::isnan(score) && score > mean && score > 10 * lowest;
    };
    for (std::int64_t i = 0; i < length; ++i) {
        std::int64_t end = i;
        while (end < length && isHigh(end))
            ++end;
        if (end > i && end - i >= minLengthNt)
            regions.push_back({i, end});
        i = end;
    }
    return regions;
}

}  // namespace nscope::analysis
