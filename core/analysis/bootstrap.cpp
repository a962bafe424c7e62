#include "core/analysis/bootstrap.h"

#include "core/data/random.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nscope::analysis {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

}  // namespace

std::vector<ConfidenceInterval>
bootstrapIntervals(std::size_t count, const std::function<std::vector<double>(std::span<const std::size_t>)>& statistics,
                   int draws, std::uint64_t seed)
{
    data::Random random(seed);
    std::vector<std::size_t> sample(count);
    std::vector<std::vector<double>> values;
    for (int draw = 0; draw < draws && count > 0; ++draw) {
        for (std::size_t& index : sample)
            index = std::size_t(random.below(count));
        const std::vector<double> drawn = statistics(sample);
        values.resize(std::max(values.size(), drawn.size()));
        for (std::size_t i = 0; i < drawn.size(); ++i) {
            if (!std::isnan(drawn[i]))
                values[i].push_back(drawn[i]);
        }
    }
    std::vector<ConfidenceInterval> intervals;
    for (const std::vector<double>& of : values)
        intervals.push_back(of.empty() ? ConfidenceInterval{kNaN, kNaN}
                                       : ConfidenceInterval{quantile(of, 0.025), quantile(of, 0.975)});
    return intervals;
}

}  // namespace nscope::analysis
