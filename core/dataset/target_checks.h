// Purpose: the checks of parts, labels, letters and lengths, and the pictures that go with them. Inside core/dataset
// only; dataset_checks.h says what findings are.
#pragma once

#include "core/dataset/dataset_checks.h"

namespace nscope::dataset {

void checkParts(const Dataset& dataset, bool isWatched, std::vector<Finding>& findings);
/// Classes and labels that a part lacks, numbers that do not vary, targets that are not known.
void checkTargets(const Dataset& dataset, std::vector<Finding>& findings);
void checkLetters(const Dataset& dataset, const CheckSettings& settings, std::vector<Finding>& findings);
/// How much of the targets the length alone tells.
void checkLengths(const Dataset& dataset, const CheckSettings& settings, std::vector<Finding>& findings);
/// What the readers met.
void checkReading(const Dataset& dataset, std::vector<Finding>& findings);

data::ResultTable partSummary(const Dataset& dataset);
/// "balance" (or "values" of numbers) and "lengths".
std::vector<data::Plot> datasetPlots(const Dataset& dataset);

}  // namespace nscope::dataset
