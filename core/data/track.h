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
    float at(std::size_t row, std::int64_t bin) const
    {
        return values_RB[row * std::size_t(binCount()) + std::size_t(bin)];
    }
    /// Bin of a position; -1 outside.
    std::int64_t binOf(std::int64_t positionNt) const
    {
        const std::int64_t bin = positionNt < startNt ? -1 : (positionNt - startNt) / binNt;
        return bin < binCount() ? bin : -1;
    }
    /// Mean of a row over its bins; 0 without bins.
    double mean(std::size_t row) const
    {
        double sum = 0.0;
        for (std::int64_t bin = 0; bin < binCount(); ++bin)
            sum += at(row, bin);
        return binCount() > 0 ? sum / double(binCount()) : 0.0;
    }
    bool operator==(const Track&) const = default;
};

}  // namespace nscope::data
