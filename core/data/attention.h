// Purpose: attention weights of one decoder layer for one sequence.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nscope::data {

struct AttentionMap {
    std::string modelHash;
    int layer = 0;                       ///< 0-based decoder layer
    std::vector<int> heads;              ///< 0-based heads, in the order of the values
    std::vector<std::string> queries;    ///< token each query row decodes from: "<s>", "<PC>", "M" …
    std::int64_t keyStartNt = 0;         ///< first source position covered
    std::int64_t keyCount = 0;           ///< source positions covered
    std::vector<float> weights_HQK;      ///< heads × queries × keys; each (head, query) row sums to 1 over all keys

    float at(std::size_t head, std::size_t query, std::int64_t key) const
    {
        return weights_HQK[(head * queries.size() + query) * std::size_t(keyCount) + std::size_t(key)];
    }
    bool operator==(const AttentionMap&) const = default;
};

}  // namespace nscope::data
