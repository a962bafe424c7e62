// Purpose: exact in-silico mutagenesis: S(mutant) − S(sequence) for every single-base variant (spec/models.md 1.9).
// The Taylor preview is delivered at once; exact rows replace it, the visible region first, then outwards.
#pragma once

#include "core/interpret/method_list.h"

namespace nscope::interpret {

/// Every mutant through the whole network, unpadded, batched: the definition that faster scorers are held against.
std::unique_ptr<nn::MutantScorer> fullMutantScorer(std::shared_ptr<nn::SequenceNet> net, std::string_view letters,
                                                   const nn::Target& target, std::int64_t budgetBytes,
                                                   const nn::PassOptions& options,
                                                   const data::FeatureMap& features = {});

/// Rows of `wanted` in the order in which they are computed: `region` first, then by distance from it.
std::vector<std::int64_t> rowOrder(data::Interval wanted, std::optional<data::Interval> region);

Method ismMethod();

}  // namespace nscope::interpret
