// Purpose: a profile along a sequence: one row of binned values per named task.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nscope::data {

struct Track {
    std::int64_t startNt = 0;
    std::int64_t binNt = 1;
    std::vector<std::string> rows;  ///< task names
    std::vector<float> values_RB;   ///< rows × bins, row-major

    std::int64_t binCount() const { return rows.empty() ? 0 : std::int64_t(values_RB.size() / rows.size()); }
    bool operator==(const Track&) const = default;
};

}  // namespace nscope::data
