// Purpose: several predictions of one sequence, from shifted windows or with dropout left on, as one prediction and how
// far they lie apart. Source: spec/models.md 4.5 "Robustness": the variation of a profile is the mean over positions of
// the standard deviation across windows, divided by the mean. Plain values; thread: any.
#pragma once

#include "core/data/prediction.h"

#include <span>

namespace nscope::torch_module {

/// The mean of predictions with the same outputs. Profiles become one value per base where all of them reach, and are
/// averaged there. The class is that of the highest mean probability.
data::Prediction meanPrediction(std::span<const data::Prediction> predictions);

/// "<name>_sd" of every probability and scalar and "<prefix>variation_<task>" of every profile row, across at least two
/// predictions. A variation is 0 where nothing is predicted or the profiles have no base in common.
std::vector<data::NamedValue> spread(std::span<const data::Prediction> predictions, const std::string& prefix);

}  // namespace nscope::torch_module
