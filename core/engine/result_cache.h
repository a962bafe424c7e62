// Purpose: complete results by cacheKey (request.h), least recently used ones dropped when a bound in bytes is
// reached; it makes undo free (DESIGN §4). Thread: not synchronised; the engine guards it.
#pragma once

#include "core/engine/request.h"

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nscope::engine {

/// Memory held by what a payload points to.
std::int64_t payloadBytes(const Payload& payload);

struct CacheStatistics {
    std::int64_t hits = 0;
    std::int64_t misses = 0;
    std::int64_t insertions = 0;
    std::int64_t evictions = 0;
    std::int64_t entries = 0;
    std::int64_t bytes = 0;
    std::int64_t capacityBytes = 0;
};

class ResultCache {
public:
    explicit ResultCache(std::int64_t capacityBytes) : m_capacityBytes(capacityBytes) {}

    /// The deliveries stored under `key`, or nullptr; a hit becomes the most recently used entry. The pointer holds
    /// until the next insert or clear.
    const std::vector<Delivery>* find(std::string_view key);
    /// Whether find would hit; neither counted nor a use.
    bool contains(std::string_view key) const { return m_byKey.contains(key); }

    /// Stores complete deliveries (partial ones are left out by the caller); a result larger than the whole cache is
    /// not stored.
    void insert(std::string key, std::vector<Delivery> deliveries);
    void clear();

    CacheStatistics statistics() const;

private:
    struct Entry {
        std::string key;
        std::vector<Delivery> deliveries;
        std::int64_t bytes = 0;
    };

    void dropLast();

    std::int64_t m_capacityBytes;
    CacheStatistics m_counts;
    std::list<Entry> m_entries;  ///< most recently used first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> m_byKey;  ///< views into m_entries
};

}  // namespace nscope::engine
