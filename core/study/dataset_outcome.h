// Purpose: a dataset that was read, as plots and tables for the window: how many examples each part has, and what stands
// in the way of a training or is doubtful. Thread: any; checking is work (seconds for 60,000 sequences).
#pragma once

#include "core/dataset/dataset_checks.h"
#include "core/study/study.h"

#include <stop_token>
#include <string>

namespace nscope::study {

struct DatasetCheck {
    Outcome outcome;
    bool canTrain = true;
    std::string sentence;  ///< the whole in one
};

/// Errors: Cancelled; those of CD-HIT, if the settings name it.
Result<DatasetCheck> checkedDataset(const dataset::Dataset& data, const dataset::CheckSettings& settings,
                                    std::stop_token stop, Progress* progress = nullptr);

}  // namespace nscope::study
