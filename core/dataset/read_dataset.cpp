#include "core/dataset/read_dataset.h"

#include "core/analysis/statistics.h"
#include "core/dataset/reading.h"
#include "core/dataset/split.h"

#include <cmath>
#include <limits>
#include <utility>

namespace nscope::dataset {
namespace {

Result<Reading> readExamples(const DataSettings& settings, TaskKind kind, const Control& control)
{
    switch (kind) {
    case TaskKind::Profile:
        return settings.profile.targets.empty() ? readSignalWindows(settings.profile, settings.split, control)
                                                : readTargetArray(settings.profile, settings.split, control);
    case TaskKind::MaskedLetters: return readCorpus(settings.corpus, control);
    default: return readTableExamples(settings.table, settings.split, kind, control);
    }
}

/// Standardises number `k` of what `valuesOf` gives, by the training examples; a number that does not vary keeps its
/// size.
template <class ValuesOf>
void standardise(Dataset& dataset, std::size_t k, NumberScale& scale, const ValuesOf& valuesOf)
{
    analysis::MeanAccumulator training;
    for (Example& example : dataset.examples) {
        if (const float value = valuesOf(example)[k]; example.part == Part::Train && !std::isnan(value))
            training.add(value);
    }
    if (training.count() == 0)
        return;
    scale.mean = training.mean();
    const double deviation = training.standardDeviation();
    scale.deviation = deviation > 0.0 ? deviation : 1.0;
    for (Example& example : dataset.examples) {
        float& value = valuesOf(example)[k];
        value = float((double(value) - scale.mean) / scale.deviation);
    }
}

void standardise(const TableSettings& settings, TaskKind kind, const std::vector<bool>& features_F, Dataset& dataset)
{
    if (kind == TaskKind::Numbers && settings.standardise) {
        for (std::size_t k = 0; k < dataset.task.scales.size(); ++k)
            standardise(
                dataset, k, dataset.task.scales[k], [](Example & e) -> auto& { return e.target; });
    }
    for (std::size_t column = 0; column < features_F.size(); ++column) {
        if (features_F[column])
            standardise(
                dataset, column, dataset.features[column].scale, [](Example & e) -> auto& { return e.features; });
    }
}

}  // namespace

Result<Dataset> readDataset(const DataSettings& settings, TaskKind kind, std::stop_token stop, Progress* progress)
{
    constexpr std::int64_t kMb = 1 << 20;
    const Control control{.stop = std::move(stop), .progress = progress, .memoryBytes = settings.memoryMb * kMb};
    auto reading = readExamples(settings, kind, control);
    if (!reading)
        return fail(reading.error());
    if (reading->examples.size() > std::size_t(std::numeric_limits<std::int32_t>::max()))
        return fail(ErrorCode::Unsupported, "The data hold more than two billion sequences or windows.");
    Dataset dataset{.task = std::move(reading->task),
                    .examples = std::move(reading->examples),
                    .features = std::move(reading->features),
                    .leftOut = std::move(reading->leftOut.first),
                    .leftOutCount = reading->leftOut.count,
                    .notes = std::move(reading->notes)};
    if (auto split = splitExamples(settings.split, reading->splitValues_N, dataset); !split)
        return fail(split.error());
    standardise(settings.table, kind, reading->standardised_F, dataset);
    return dataset;
}

}  // namespace nscope::dataset
