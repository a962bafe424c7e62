// Purpose: features as columns.
#include "core/data/feature_set.h"

namespace nscope::data {

void FeatureSet::add(const Feature& feature)
{
    const std::size_t index = size();
    m_intervals.push_back(feature.locus.interval);
    m_chromosomes.push_back(m_texts.intern(feature.locus.chromosome));
    m_kinds.push_back(m_texts.intern(feature.kind));
    m_strands.push_back(feature.locus.strand);
    m_names += feature.name;
    m_nameEnds.push_back(m_names.size());
    if (!std::isnan(feature.score)) {
        m_scores.resize(index, std::nan(""));
        m_scores.push_back(feature.score);
    }
    const Peak peak{feature.signal, feature.pValueLog10, feature.qValueLog10, feature.summitNt.value_or(-1)};
    if (!std::isnan(peak.signal) || !std::isnan(peak.pValueLog10) || !std::isnan(peak.qValueLog10)
        || peak.summitNt >= 0) {
        m_peaks.resize(index, Peak{std::nan(""), std::nan(""), std::nan(""), -1});
        m_peaks.push_back(peak);
    }
}

std::string_view FeatureSet::name(std::size_t index) const
{
    const std::uint64_t start = index == 0 ? 0 : m_nameEnds[index - 1];
    return std::string_view(m_names).substr(start, m_nameEnds[index] - start);
}

Feature FeatureSet::at(std::size_t index) const
{
    Feature feature;
    feature.locus = {chromosome(index), m_intervals[index], m_strands[index]};
    feature.name = name(index);
    feature.kind = m_texts.text(m_kinds[index]);
    if (index < m_scores.size())
        feature.score = m_scores[index];
    if (index < m_peaks.size()) {
        const Peak& peak = m_peaks[index];
        feature.signal = peak.signal;
        feature.pValueLog10 = peak.pValueLog10;
        feature.qValueLog10 = peak.qValueLog10;
        if (peak.summitNt >= 0)
            feature.summitNt = peak.summitNt;
    }
    return feature;
}

}  // namespace nscope::data
