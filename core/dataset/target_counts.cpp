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
            for (std::size_t b = 0; b < perName; ++b)
                count(counts.names[k], dataset.task.kind == TaskKind::Profile ? example.target[k * perName + b]
                                                                              : targetOf(dataset.task, example, k));
        }
    }
    return counts;
}

}  // namespace nscope::dataset
