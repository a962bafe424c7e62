// Purpose: a half-open 0-based interval of nucleotides; the screen shows it 1-based and inclusive.
#pragma once

#include <algorithm>
#include <cstdint>

namespace nscope::data {

struct Interval {
    std::int64_t startNt = 0;
    std::int64_t endNt = 0;  ///< exclusive

    std::int64_t length() const { return endNt - startNt; }
    bool isEmpty() const { return endNt <= startNt; }
    bool contains(std::int64_t positionNt) const { return positionNt >= startNt && positionNt < endNt; }
    Interval intersected(Interval other) const
    {
        const Interval both{std::max(startNt, other.startNt), std::min(endNt, other.endNt)};
        return both.isEmpty() ? Interval{both.startNt, both.startNt} : both;
    }
    bool operator==(const Interval&) const = default;
};

}  // namespace nscope::data
