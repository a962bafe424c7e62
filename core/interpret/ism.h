// Purpose: exact in-silico mutagenesis: S(mutant) − S(sequence) for every single-base variant (spec/models.md 1.9).
// The Taylor preview is delivered at once; exact rows replace it, the visible region first, then outwards.
#pragma once

#include "core/interpret/method_list.h"

#include <functional>

namespace nscope::interpret {

/// Every mutant through the whole network, unpadded, batched: the definition that faster scorers are held against.
std::unique_ptr<nn::MutantScorer> fullMutantScorer(std::shared_ptr<nn::SequenceNet> net, std::string_view letters,
                                                   const nn::Target& target, std::int64_t budgetBytes,
                                                   const nn::PassOptions& options,
                                                   const data::FeatureMap& features = {});

/// Rows of `wanted` in the order in which they are computed: `region` first, then by distance from it.
std::vector<std::int64_t> rowOrder(data::Interval wanted, std::optional<data::Interval> region);

/// What a mutagenesis job writes down of a mutant; the entry at the sequence's own base is 0.
struct MutantReading {
    std::string method;
    std::string meaning;
    /// Entry for a change of the score from that of the sequence.
    std::function<double(double change, double reference)> value;
};

/// Mutagenesis with an option "algorithm" as in ismMethod(): Taylor preview, then exact rows.
std::unique_ptr<StepJob> mutantJob(ExplainOrder order, MutantReading reading);

Method ismMethod();

}  // namespace nscope::interpret
