// Purpose: which records go together in which order during one epoch: class-balanced, bucketed by length, limited by
// padded nucleotides. A pure function of the records' lengths, the settings, the seed and the epoch's number.
#pragma once

#include "core/train/train_config.h"

#include <cstdint>
#include <span>
#include <vector>

namespace nscope::train {

using Batch = std::vector<std::int32_t>;  ///< record indices

struct PlanInput {
    std::span<const std::int32_t> coding;     ///< record indices of the coding class
    std::span<const std::int32_t> noncoding;
    std::span<const std::int64_t> lengthsNt;  ///< by record index, of all records
    std::int64_t capNt = 0;                   ///< 0: not cut
    std::uint64_t seed = 0;
    std::int64_t epoch = 0;
};

/// Every coding record once, and `noncodingPerEpoch` of the noncoding ones drawn anew. A batch holds at most
/// `maxTokens` padded nucleotides, or one single record; and at most `mostRecords` records.
std::vector<Batch> planEpoch(const PlanInput& input, const BatchConfig& config);

/// Records in batches of similar length, without shuffling: for validation.
std::vector<Batch> planByLength(std::span<const std::int32_t> records, std::span<const std::int64_t> lengthsNt,
                                std::int64_t maxTokens, std::int64_t mostRecords = 0, bool equalLengths = false);

/// The cap that holds at this fraction of the run; 0: none.
std::int64_t capAt(const std::vector<LengthCap>& caps, double fraction);

}  // namespace nscope::train
