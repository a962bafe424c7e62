// Purpose: the number that a target gives for one sequence (engine::Analysis::Score), in the target's units.
#pragma once

namespace nscope::data {

struct TargetScore {
    double score = 0.0;
    bool operator==(const TargetScore&) const = default;
};

}  // namespace nscope::data
