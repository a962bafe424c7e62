// Purpose: one value per base of a sequence for the population analyses: from an explanation, or from attention.
// Thread: any; perSequence on the study's thread. Errors: stated there.
#pragma once

#include "core/data/attention.h"
#include "core/data/sequence.h"
#include "core/study/study.h"

#include <functional>
#include <vector>

namespace nscope::study {

/// The weights of the first query, which decodes the class, at every position; NaN where the map has no key. `head`
/// < 0: the mean of all. Errors: InvalidArgument for a head that there is not, or a map that does not fit the sequence.
Result<std::vector<double>> attentionValues(const data::AttentionMap& map, int head, const data::Sequence& sequence);

/// The option that chooses a position score (analysis::positionScoreOf).
engine::OptionSpec positionScoreOption();

using TakeValues = std::function<Result<void>(const data::TranscriptPtr&, std::vector<double> values_L)>;
/// Explains every sequence by the chosen method and hands on its values by the option "score". Errors: those of the
/// tools and of `take`; Cancelled.
Result<void> explainEach(const Order& order, const Tools& tools, const TakeValues& take);
/// Reads the attention of every sequence, by the options "layer" and "head".
Result<void> attendEach(const Order& order, const Tools& tools, const TakeValues& take);

}  // namespace nscope::study
