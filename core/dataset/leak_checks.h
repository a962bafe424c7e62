// Purpose: the checks of what one part of a dataset knows of another: the same sequences, nearly the same ones, groups
// in two parts, windows that overlap. Inside core/dataset only; dataset_checks.h says how.
#pragma once

#include "core/dataset/dataset_checks.h"

namespace nscope::dataset {

void checkDuplicates(const Dataset& dataset, const CheckSettings& settings, std::vector<Finding>& findings);
/// Progress counts sequences. Errors: Cancelled.
Result<void> checkNearDuplicates(const Dataset& dataset, const CheckSettings& settings, const std::stop_token& stop,
                                 Progress* progress, std::vector<Finding>& findings);
void checkGroups(const Dataset& dataset, const CheckSettings& settings, std::vector<Finding>& findings);
void checkOverlaps(const Dataset& dataset, const CheckSettings& settings, std::vector<Finding>& findings);

}  // namespace nscope::dataset
