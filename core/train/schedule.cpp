#include "core/train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nscope::train {
namespace {

/// The first steps of a warm-up by fraction run at this part of the peak.
constexpr double kFirstRate = 0.02;

double warmup(const ScheduleConfig& config, double fraction)
{
    return config.warmupFraction > 0.0 ? std::min(1.0, fraction / config.warmupFraction + kFirstRate) : 1.0;
}

}  // namespace

double learningRate(const ScheduleConfig& config, std::int64_t modelDim, std::int64_t step, double fraction)
{
    if (config.kind == "noam") {
        const double s = double(std::max<std::int64_t>(1, step));
        return config.rate * std::pow(double(modelDim), -0.5)
            * std::min(std::pow(s, -0.5), s * std::pow(config.warmupSteps, -1.5));
    }
    if (config.kind == "constant" || config.kind == "plateau")
        return config.rate * warmup(config, fraction);
    const double span = std::max(1e-9, 1.0 - config.warmupFraction);
    const double after = std::clamp((fraction - config.warmupFraction) / span, 0.0, 1.0);
    const double fall =
        config.kind == "warmup-linear" ? 1.0 - after : 0.5 * (1.0 + std::cos(std::numbers::pi * after));
    return warmup(config, fraction) * (config.finalRate + (config.rate - config.finalRate) * fall);
}

}  // namespace nscope::train
