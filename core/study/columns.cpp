#include "core/study/columns.h"

#include <cstdint>

namespace nscope::study {

void addEstimateColumns(data::ResultTable& table, std::span<const analysis::MeanEstimate> estimates)
{
    using analysis::MeanEstimate;
    table.columns.push_back(columnOf("mean", estimates, [](const MeanEstimate& e) { return e.mean; }));
    table.columns.push_back(columnOf("low", estimates, [](const MeanEstimate& e) { return e.low; }));
    table.columns.push_back(columnOf("high", estimates, [](const MeanEstimate& e) { return e.high; }));
    table.columns.push_back(columnOf("count", estimates, [](const MeanEstimate& e) { return e.count; }));
}

}  // namespace nscope::study
