// Purpose: what the targets of a part amount to, name by name; for checks and pictures. Inside core/dataset only.
#pragma once

#include "core/dataset/dataset.h"

#include <cstdint>
#include <limits>
#include <vector>

namespace nscope::dataset {

/// Of one class, label, compartment, number or signal.
struct NameCounts {
    std::int64_t known = 0;     ///< values; of a profile one per bin; of classes one per example of any class
    std::int64_t positive = 0;  ///< values above 0.5; of classes the examples of this one
    double sum = 0.0;
    double lowest = std::numeric_limits<double>::infinity();
    double highest = -std::numeric_limits<double>::infinity();
};

struct TargetCounts {
    std::vector<NameCounts> names;
    std::int64_t valuesPerName = 0;  ///< known or not
};

TargetCounts countTargets(const Dataset& dataset, Part part);

}  // namespace nscope::dataset
