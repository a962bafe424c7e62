#include "core/dataset/target_counts.h"

#include <algorithm>
#include <cmath>

namespace nscope::dataset {
namespace {

void count(NameCounts& name, float value)
{
    if (std::isnan(value))
        return;
    ++name.known;
    name.positive += value > 0.5F ? 1 : 0;
    name.sum += double(value);
    name.lowest = std::min(name.lowest, double(value));
    name.highest = std::max(name.highest, double(value));
}

}  // namespace

TargetCounts countTargets(const Dataset& dataset, Part part)
{
    TargetCounts counts;
    counts.names.resize(dataset.task.names.size());
    const std::size_t perName = dataset.task.kind == TaskKind::Profile ? std::size_t(dataset.task.bins) : 1;
    for (const Example& example : dataset.examples) {
        if (example.part != part)
            continue;
        counts.valuesPerName += std::int64_t(perName);
        for (std::size_t k = 0; k < counts.names.size(); ++k) {
            if (dataset.task.kind == TaskKind::Classes) {
                count(counts.names[k], example.target[0] == float(k) ? 1.0F : 0.0F);
                continue;
            }
            for (std::size_t b = 0; b < perName; ++b)
                count(counts.names[k], example.target[k * perName + b]);
        }
    }
    return counts;
}

}  // namespace nscope::dataset
