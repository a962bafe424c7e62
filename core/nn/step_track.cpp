#include "core/nn/step_track.h"

#include <algorithm>

namespace nscope::nn {

torch::Tensor lettersOfSteps_NHQL(const torch::Tensor& weights_NHT, const NetInput& input, std::int64_t lettersPerStep,
                                  const StepOfLetter& stepOf)
{
    const std::int64_t steps = weights_NHT.size(2), length = input.length();
    torch::Tensor step_NL = torch::zeros({input.batch(), length}, torch::kInt64);
    torch::Tensor share_NL = torch::zeros({input.batch(), length}, torch::kFloat64);
    auto step = step_NL.accessor<std::int64_t, 2>();
    auto share = share_NL.accessor<double, 2>();
    for (std::int64_t n = 0; n < input.batch(); ++n) {
        for (std::int64_t i = 0; i < input.lengthOf(n); ++i) {
            const std::int64_t found = stepOf(input.lengthOf(n), i);
            if (found >= 0 && found < steps) {
                step[n][i] = found;
                share[n][i] = 1.0 / double(lettersPerStep);
            }
        }
    }
    const torch::Tensor index_NHL = step_NL.to(weights_NHT.device()).unsqueeze(1).expand({-1, weights_NHT.size(1), -1});
    return (weights_NHT.gather(2, index_NHL) * share_NL.to(weights_NHT).unsqueeze(1)).unsqueeze(2);
}

}  // namespace nscope::nn
