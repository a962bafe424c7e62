#include "core/nn/first_filters.h"

#include <algorithm>

namespace nscope::nn {

torch::Tensor windowActivations_PF(const FilterBank& bank, std::int64_t lengthNt)
{
    const std::int64_t filters = bank.stretches.front().activation_PF.size(1);
    torch::Tensor result = torch::zeros({std::max<std::int64_t>(0, lengthNt - bank.kernelNt + 1), filters});
    for (const FilterStretch& stretch : bank.stretches) {
        const data::Interval there{stretch.startNt, stretch.startNt + stretch.activation_PF.size(0)};
        const data::Interval whole{stretch.letters.startNt, stretch.letters.endNt - bank.kernelNt + 1};
        const data::Interval windows = whole.intersected(there).intersected({0, result.size(0)});
        if (!windows.isEmpty())
            result.narrow(0, windows.startNt, windows.length())
                .copy_(stretch.activation_PF.narrow(0, windows.startNt - stretch.startNt, windows.length()));
    }
    return result;
}

}  // namespace nscope::nn
