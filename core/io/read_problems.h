// Purpose: records of a file that were left out while the good ones were kept: how many, and the first of them with
// line and reason. Thread: one at a time.
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <vector>

namespace nscope::io {

struct ReadProblems {
    static constexpr std::size_t kKept = 100;

    std::int64_t count = 0;
    std::vector<Error> first;  ///< at most kKept of them

    void add(Error error)
    {
        ++count;
        if (first.size() < kKept)
            first.push_back(std::move(error));
    }
};

}  // namespace nscope::io
