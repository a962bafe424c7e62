// Purpose: the golden example of a model card: which numbers of a prediction it holds, computed and compared.
// Thread: one thread at a time (it runs the network).
#pragma once

#include "core/nn/sequence_net.h"

#include "core/data/model_card.h"

namespace nscope::models {

/// The numbers of a prediction: scalars, class probabilities, and "mean <task>" of every profile row.
std::vector<data::NamedValue> goldenValues(const data::Prediction& prediction);

/// What the network says about these letters; further inputs that it requires have fixed made-up values, others none.
data::GoldenExample makeGolden(nn::SequenceNet& net, std::string letters, double tolerance);

/// Recomputes the card's example. Errors: ModelMismatch, with the first number that differs and by how much.
Result<void> checkGolden(nn::SequenceNet& net, const data::GoldenExample& golden);

}  // namespace nscope::models
