#include "core/engine/result_cache.h"

#include <type_traits>
#include <utility>

namespace nscope::engine {

namespace {

template <class T>
std::int64_t arrayBytes(const std::vector<T>& values)
{
    return std::int64_t(values.capacity() * sizeof(T));
}

std::int64_t heldBytes(const data::Prediction& prediction)
{
    std::int64_t bytes = arrayBytes(prediction.classProbabilities) + arrayBytes(prediction.scalars)
        + arrayBytes(prediction.translations);
    for (const data::Track& track : prediction.profiles)
        bytes += std::int64_t(sizeof track) + arrayBytes(track.values_RB);
    for (const data::Translation& translation : prediction.translations)
        bytes += std::int64_t(translation.peptide.capacity());
    return bytes;
}

std::int64_t heldBytes(const data::Attribution& attribution)
{
    return arrayBytes(attribution.values_LC) + arrayBytes(attribution.exact_L) + arrayBytes(attribution.diagnostics);
}

std::int64_t heldBytes(const data::AttentionMap& map)
{
    return arrayBytes(map.weights_HQK) + arrayBytes(map.queries) + arrayBytes(map.heads);
}

std::int64_t heldBytes(const data::FilterSpectrum& spectrum)
{
    std::int64_t bytes = arrayBytes(spectrum.layers);
    for (const data::FilterLayer& layer : spectrum.layers)
        bytes += arrayBytes(layer.magnitude_FD) + arrayBytes(layer.phase_FD);
    return bytes;
}

std::int64_t heldBytes(const MetricsLine& line)
{
    return std::int64_t(line.json.capacity());
}

std::int64_t heldBytes(const data::TargetScore&) { return 0; }

}  // namespace

std::int64_t payloadBytes(const Payload& payload)
{
    return std::visit(
        [](const auto& pointer) -> std::int64_t {
            return pointer ? std::int64_t(sizeof *pointer) + heldBytes(*pointer) : 0;
        },
        payload);
}

const std::vector<Delivery>* ResultCache::find(std::string_view key)
{
    const auto found = m_byKey.find(key);
    if (found == m_byKey.end()) {
        ++m_counts.misses;
        return nullptr;
    }
    ++m_counts.hits;
    m_entries.splice(m_entries.begin(), m_entries, found->second);
    return &found->second->deliveries;
}

void ResultCache::insert(std::string key, std::vector<Delivery> deliveries)
{
    if (const auto old = m_byKey.find(key); old != m_byKey.end()) {
        m_counts.bytes -= old->second->bytes;
        const auto entry = old->second;
        m_byKey.erase(old);
        m_entries.erase(entry);
    }

    std::int64_t bytes = std::int64_t(sizeof(Entry) + key.size());
    for (const Delivery& delivery : deliveries)
        bytes += std::int64_t(sizeof delivery) + payloadBytes(delivery.payload);
    if (bytes > m_capacityBytes)
        return;

    while (m_counts.bytes + bytes > m_capacityBytes)
        dropLast();
    m_entries.push_front({std::move(key), std::move(deliveries), bytes});
    m_byKey.emplace(m_entries.front().key, m_entries.begin());
    m_counts.bytes += bytes;
    ++m_counts.insertions;
}

void ResultCache::dropLast()
{
    m_counts.bytes -= m_entries.back().bytes;
    m_byKey.erase(m_entries.back().key);
    m_entries.pop_back();
    ++m_counts.evictions;
}

void ResultCache::clear()
{
    m_byKey.clear();
    m_entries.clear();
    m_counts.bytes = 0;
}

CacheStatistics ResultCache::statistics() const
{
    CacheStatistics statistics = m_counts;
    statistics.entries = std::int64_t(m_entries.size());
    statistics.capacityBytes = m_capacityBytes;
    return statistics;
}

}  // namespace nscope::engine
