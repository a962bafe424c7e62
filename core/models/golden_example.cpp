#include "core/models/golden_example.h"

#include <algorithm>
#include <numeric>

namespace nscope::models {

namespace {

std::string numberText(double value) { return data::toText(data::OptionValue(value)); }

/// Fixed values for inputs that the network cannot do without: an example that lacks them would check nothing.
data::FeatureMap requiredFeatures(const engine::ModelSpec& spec, std::size_t letters)
{
    data::FeatureMap features;
    for (const engine::InputSpec& input : spec.input.further) {
        if (!input.required)
            continue;
        std::vector<float>& values = features[input.id];
        const std::size_t count = input.width > 0 ? std::size_t(input.width) : letters;
        for (std::size_t i = 0; i < count; ++i)
            values.push_back(input.width > 0 ? 0.1f * float(i * 7 % 13) - 0.5f : float(i / 3 % 6));
    }
    return features;
}

data::Prediction predicted(nn::SequenceNet& net, std::string_view letters)
{
    const c10::InferenceMode inference;
    return net.prediction(net.forward(net.encode(letters, requiredFeatures(net.spec(), letters.size())), {}), 0);
}

}  // namespace

std::vector<data::NamedValue> goldenValues(const data::Prediction& prediction)
{
    std::vector<data::NamedValue> values = prediction.scalars;
    values.insert(values.end(), prediction.classProbabilities.begin(), prediction.classProbabilities.end());
    for (const data::Track& track : prediction.profiles) {
        for (std::size_t row = 0; row < track.rows.size(); ++row) {
            const auto first = track.values_RB.begin() + std::int64_t(row) * track.binCount();
            const double sum = std::accumulate(first, first + track.binCount(), 0.0);
            values.push_back({"mean " + track.rows[row], sum / double(track.binCount())});
        }
    }
    return values;
}

data::GoldenExample makeGolden(nn::SequenceNet& net, std::string letters, double tolerance)
{
    data::GoldenExample golden;
    golden.scalars = goldenValues(predicted(net, letters));
    golden.letters = std::move(letters);
    golden.tolerance = tolerance;
    return golden;
}

Result<void> checkGolden(nn::SequenceNet& net, const data::GoldenExample& golden)
{
    if (golden.letters.empty() || golden.scalars.empty())
        return fail(ErrorCode::ModelMismatch, "The model's card has no golden example, so the model cannot be checked.");
    const std::vector<data::NamedValue> values = goldenValues(predicted(net, golden.letters));
    for (const data::NamedValue& expected : golden.scalars) {
        const auto found = std::ranges::find(values, expected.name, &data::NamedValue::name);
        if (found == values.end())
            return fail(ErrorCode::ModelMismatch, "The card's golden example names “" + expected.name
                                                      + "”, which this architecture does not compute.");
        if (!(std::abs(found->value - expected.value) <= golden.tolerance))
            return fail(ErrorCode::ModelMismatch,
                        "The model does not compute its card's golden example: " + expected.name + " is "
                            + numberText(found->value) + " instead of " + numberText(expected.value)
                            + ". Weights and card do not belong together.");
    }
    return {};
}

}  // namespace nscope::models
