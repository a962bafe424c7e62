// Purpose: which of the metrics of a training run are looked at first. Thread: any.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace nscope::study {

inline constexpr std::array<std::string_view, 7> kMainMetrics{
    "AUROC", "pearson", "pearson_per_example", "MCC", "KL", "perplexity", "accuracy"};

/// Place among kMainMetrics; that of all others is behind them.
inline std::size_t rankOf(std::string_view metric)
{
    return std::size_t(std::ranges::find(kMainMetrics, metric) - kMainMetrics.begin());
}

}  // namespace nscope::study
