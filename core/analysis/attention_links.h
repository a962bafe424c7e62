// Purpose: the places of a sequence that look at each other most, from the attention of tokens, to be drawn as arcs.
// Thread: any.
#pragma once

#include "core/data/attention.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace nscope::analysis {

/// `queryNt` looks at `keyNt` with this weight, the mean over the heads of all maps.
struct AttentionLink {
    std::int64_t queryNt = 0;
    std::int64_t keyNt = 0;
    double weight = 0.0;
    bool operator==(const AttentionLink&) const = default;
};

/// The `most` strongest links between places at least `leastNt` apart, strongest first; of equal ones the first query
/// and key. Maps whose queries have no places, or other ones than the first map's, are left out.
std::vector<AttentionLink> strongestLinks(std::span<const std::shared_ptr<const data::AttentionMap>> maps,
                                          std::int64_t leastNt, std::size_t most);

}  // namespace nscope::analysis
