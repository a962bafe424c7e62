// Purpose: attention of one layer on the letters of one sequence.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nscope::data {

struct AttentionMap {
    std::string modelHash;
    int layer = 0;                       ///< 0-based: of the decoder, or of self-attention
    std::vector<int> heads;              ///< 0-based heads, in the order of the values
    std::vector<std::string> queries;    ///< token each query row decodes from: "<s>", "<PC>", "M" …;
                                         ///< "CLS", the summary token, for self-attention
    std::int64_t keyStartNt = 0;         ///< first source position covered
    std::int64_t keyCount = 0;           ///< source positions covered
    std::vector<std::int64_t> queryNt{}; ///< position of each query, if queries are places of the sequence; else empty
    std::vector<float> weights_HQK{};    ///< heads × queries × keys; a decoder's rows sum to 1 over all keys

    float at(std::size_t head, std::size_t query, std::int64_t key) const
    {
        return weights_HQK[(head * queries.size() + query) * std::size_t(keyCount) + std::size_t(key)];
    }
    bool operator==(const AttentionMap&) const = default;
};

}  // namespace nscope::data
