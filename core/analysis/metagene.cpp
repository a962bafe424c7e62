// Purpose: binned and aligned metagenes.
#include "core/analysis/metagene.h"

#include "core/data/orf.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nscope::analysis {

std::optional<data::Interval> codingRegion(std::optional<data::Interval> cds, std::string_view letters, bool orfWithoutCds)
{
    if (cds || !orfWithoutCds)
        return cds;
    const std::optional<data::Orf> orf = data::longestOrf(letters);
    return orf ? std::optional(orf->span) : std::nullopt;
}

data::Interval regionOf(int region, data::Interval cds, std::int64_t lengthNt)
{
    return region == 0 ? data::Interval{0, cds.startNt} : region == 1 ? cds : data::Interval{cds.endNt, lengthNt};
}

BinnedMetageneBuilder::BinnedMetageneBuilder(const BinnedSettings& settings)
    : m_settings(settings), m_values(std::size_t(kRegionCount * settings.binsPerRegion))
{
    m_settings.minRegionNt = std::max<std::int64_t>(settings.minRegionNt, settings.binsPerRegion);
}

void BinnedMetageneBuilder::add(std::span<const double> values_L, data::Interval cds)
{
    const auto length = std::int64_t(values_L.size());
    for (int region = 0; region < kRegionCount; ++region) {
        if (regionOf(region, cds, length).length() < m_settings.minRegionNt) {
            ++m_tooShort;
            return;
        }
    }
    ++m_used;
    for (int region = 0; region < kRegionCount; ++region) {
        const data::Interval span = regionOf(region, cds, length);
        std::vector<MeanAccumulator> bins(std::size_t(m_settings.binsPerRegion));
        for (std::int64_t i = 0; i < span.length(); ++i) {
            const double value = values_L[std::size_t(span.startNt + i)];
            if (!std::isnan(value))
                bins[std::size_t(i * m_settings.binsPerRegion / span.length())].add(value);
        }
        for (std::size_t bin = 0; bin < bins.size(); ++bin)
            if (bins[bin].count() > 0)
                m_values[std::size_t(region * m_settings.binsPerRegion) + bin].push_back(bins[bin].mean());
    }
}

BinnedMetagene BinnedMetageneBuilder::result() const
{
    BinnedMetagene metagene{{}, m_used, m_tooShort};
    for (std::size_t i = 0; i < m_values.size(); ++i) {
        MeanAccumulator all;
        for (const double value : m_values[i])
            all.add(value);
        const double trimmed = m_values[i].empty() ? std::numeric_limits<double>::quiet_NaN()
                                                   : trimmedMean(m_values[i], m_settings.trim);
        const int index = int(i);
        metagene.bins.push_back({index / m_settings.binsPerRegion, index % m_settings.binsPerRegion, all.estimate(), trimmed});
    }
    return metagene;
}

void AlignedMetageneBuilder::add(std::span<const double> values_L, data::Interval cds)
{
    const std::int64_t anchorNt = m_settings.anchor == Anchor::Start ? cds.startNt : cds.endNt - 3;
    const auto length = std::int64_t(values_L.size());
    ++m_used;
    const std::int64_t first = std::max<std::int64_t>(0, anchorNt - m_settings.maxOffsetNt);
    const std::int64_t end = std::min(length, anchorNt + m_settings.maxOffsetNt + 1);
    if (first >= end)
        return;
    if (m_offsets.empty())
        m_firstOffsetNt = first - anchorNt;
    for (; m_firstOffsetNt > first - anchorNt; --m_firstOffsetNt)
        m_offsets.emplace_front();
    if (const auto needed = std::size_t(end - anchorNt - m_firstOffsetNt); m_offsets.size() < needed)
        m_offsets.resize(needed);
    for (std::int64_t i = first; i < end; ++i)
        if (const double value = values_L[std::size_t(i)]; !std::isnan(value))
            m_offsets[std::size_t(i - anchorNt - m_firstOffsetNt)].add(value);
}

AlignedMetagene AlignedMetageneBuilder::result() const
{
    const auto isEnough = [this](const MeanAccumulator& offset) {
        return offset.count() > 0 && double(offset.count()) >= m_settings.minShare * double(m_used);
    };
    // Values thin out away from the anchor, so what is enough is one run; ambiguous letters may still cut it.
    std::size_t bestStart = 0, bestLength = 0;
    for (std::size_t i = 0; i < m_offsets.size();) {
        std::size_t end = i;
        while (end < m_offsets.size() && isEnough(m_offsets[end]))
            ++end;
        if (end - i > bestLength) {
            bestStart = i;
            bestLength = end - i;
        }
        i = end + 1;
    }
    AlignedMetagene metagene{m_firstOffsetNt + std::int64_t(bestStart), {}, m_used};
    for (std::size_t i = 0; i < bestLength; ++i)
        metagene.values.push_back(m_offsets[bestStart + i].estimate());
    return metagene;
}

std::vector<double> AlignedMetagene::means() const
{
    std::vector<double> result;
    for (const MeanEstimate& value : values)
        result.push_back(value.mean);
    return result;
}

}  // namespace nscope::analysis
