#include "core/analysis/attention_links.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace nscope::analysis {

namespace {

using MapPtr = std::shared_ptr<const data::AttentionMap>;

constexpr std::size_t kMostHeld = 100'000;  ///< links before the weaker ones are forgotten

bool isStronger(const AttentionLink& a, const AttentionLink& b)
{
    return std::tuple(-a.weight, a.queryNt, a.keyNt) < std::tuple(-b.weight, b.queryNt, b.keyNt);
}

}  // namespace

std::vector<AttentionLink> strongestLinks(std::span<const MapPtr> maps, std::int64_t leastNt, std::size_t most)
{
    std::vector<MapPtr> used;
    std::size_t heads = 0;
    for (const MapPtr& map : maps) {
        const bool hasPlaces = map && !map->queryNt.empty() && map->queryNt.size() == map->queries.size();
        if (!hasPlaces || (!used.empty() && (map->queryNt != used.front()->queryNt
                                             || map->keyStartNt != used.front()->keyStartNt
                                             || map->keyCount != used.front()->keyCount)))
            continue;
        used.push_back(map);
        heads += map->heads.size();
    }
    std::vector<AttentionLink> links;
    if (heads == 0)
        return links;
    const data::AttentionMap& like = *used.front();
    for (std::size_t query = 0; query < like.queryNt.size(); ++query) {
        std::vector<double> sums(std::size_t(like.keyCount), 0.0);
        for (const MapPtr& map : used)
            for (std::size_t head = 0; head < map->heads.size(); ++head)
                for (std::int64_t key = 0; key < like.keyCount; ++key)
                    sums[std::size_t(key)] += double(map->at(head, query, key));
        const std::int64_t queryNt = like.queryNt[query];
        for (std::int64_t key = 0; key < like.keyCount; ++key) {
            const std::int64_t keyNt = like.keyStartNt + key;
            if (sums[std::size_t(key)] > 0.0 && std::abs(keyNt - queryNt) >= leastNt)
                links.push_back({queryNt, keyNt, sums[std::size_t(key)] / double(heads)});
        }
        if (links.size() > kMostHeld + most) {
            std::ranges::nth_element(links, links.begin() + std::ptrdiff_t(most), isStronger);
            links.resize(most);
        }
    }
    std::ranges::sort(links, isStronger);
    if (links.size() > most)
        links.resize(most);
    return links;
}

}  // namespace nscope::analysis
