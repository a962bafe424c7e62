#include "core/torch_module/prediction_spread.h"

#include "core/data/interval.h"

#include <algorithm>
#include <cmath>

namespace nscope::torch_module {

namespace {

using data::NamedValue;
using data::Prediction;

struct Moments {
    double mean = 0.0;
    double deviation = 0.0;  ///< of a sample
};

template <class Value>
Moments moments(std::size_t count, const Value& value)
{
    Moments result;
    for (std::size_t i = 0; i < count; ++i)
        result.mean += value(i) / double(count);
    double square = 0.0;
    for (std::size_t i = 0; i < count; ++i)
        square += (value(i) - result.mean) * (value(i) - result.mean);
    result.deviation = count > 1 ? std::sqrt(square / double(count - 1)) : 0.0;
    return result;
}

using Values = std::vector<NamedValue> Prediction::*;

Moments momentsOf(std::span<const Prediction> predictions, Values values, std::size_t which)
{
    return moments(predictions.size(), [&](std::size_t i) { return (predictions[i].*values)[which].value; });
}

/// Bases that the profiles of all predictions cover.
data::Interval commonBases(std::span<const Prediction> predictions)
{
    data::Interval common{0, 0};
    for (std::size_t i = 0; i < predictions.size(); ++i) {
        const data::Track& track = predictions[i].profiles.front();
        const data::Interval covered{track.startNt, track.startNt + track.binCount() * track.binNt};
        common = i == 0 ? covered : common.intersected(covered);
    }
    return common;
}

Moments momentsAt(std::span<const Prediction> predictions, std::size_t row, std::int64_t positionNt)
{
    return moments(predictions.size(), [&](std::size_t i) {
        const data::Track& track = predictions[i].profiles.front();
        return double(track.at(row, track.binOf(positionNt)));
    });
}

}  // namespace

Prediction meanPrediction(std::span<const Prediction> predictions)
{
    Prediction result = predictions.front();
    for (const Values values : {&Prediction::classProbabilities, &Prediction::scalars}) {
        for (std::size_t i = 0; i < (result.*values).size(); ++i)
            (result.*values)[i].value = momentsOf(predictions, values, i).mean;
    }
    if (!result.predictedClass.empty()) {
        const auto& shares = result.classProbabilities.empty() ? result.scalars : result.classProbabilities;
        const std::string& name = std::ranges::max_element(shares, {}, &NamedValue::value)->name;
        result.predictedClass = name.starts_with("p_") ? name.substr(2) : name;
    }
    if (!result.profiles.empty()) {
        const data::Interval common = commonBases(predictions);
        data::Track& track = result.profiles.front();
        track = {common.startNt, 1, track.rows, {}};
        for (std::size_t row = 0; row < track.rows.size(); ++row) {
            for (std::int64_t i = common.startNt; i < common.endNt; ++i)
                track.values_RB.push_back(float(momentsAt(predictions, row, i).mean));
        }
    }
    return result;
}

std::vector<NamedValue> spread(std::span<const Prediction> predictions, const std::string& prefix)
{
    std::vector<NamedValue> result;
    const Prediction& first = predictions.front();
    for (const Values values : {&Prediction::classProbabilities, &Prediction::scalars}) {
        for (std::size_t i = 0; i < (first.*values).size(); ++i)
            result.push_back({(first.*values)[i].name + "_sd", momentsOf(predictions, values, i).deviation});
    }
    if (first.profiles.empty())
        return result;
    const data::Interval common = commonBases(predictions);
    for (std::size_t row = 0; row < first.profiles.front().rows.size(); ++row) {
        double mean = 0.0, deviation = 0.0;
        for (std::int64_t i = common.startNt; i < common.endNt; ++i) {
            const Moments here = momentsAt(predictions, row, i);
            mean += here.mean;
            deviation += here.deviation;
        }
        result.push_back({prefix + "variation_" + first.profiles.front().rows[row],
                          mean != 0.0 ? deviation / mean : 0.0});
    }
    return result;
}

}  // namespace nscope::torch_module
