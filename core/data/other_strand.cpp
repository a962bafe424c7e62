#include "core/data/other_strand.h"

#include <algorithm>

namespace nscope::data {

Attribution onOtherStrand(const Attribution& attribution)
{
    Attribution other = attribution;
    std::ranges::reverse(other.values_LC);  // A, C, G, T backwards is T, G, C, A
    std::ranges::reverse(other.exact_L);
    return other;
}

AttentionMap onOtherStrand(const AttentionMap& map, std::int64_t lengthNt)
{
    AttentionMap other = map;
    other.keyStartNt = lengthNt - map.keyStartNt - map.keyCount;
    for (auto row = other.weights_HQK.begin(); row != other.weights_HQK.end(); row += map.keyCount)
        std::reverse(row, row + map.keyCount);
    for (std::int64_t& query : other.queryNt)
        query = lengthNt - 1 - query;
    return other;
}

}  // namespace nscope::data
