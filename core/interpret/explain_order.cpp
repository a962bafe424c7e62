#include "core/interpret/explain_order.h"

#include "core/data/alphabet.h"

#include <algorithm>

namespace nscope::interpret {

data::Attribution emptyAttribution(const ExplainOrder& order, std::string_view method)
{
    data::Attribution attribution;
    attribution.method = std::string(method);
    attribution.target = order.target.id;
    for (const auto& [id, value] : order.options)
        attribution.options[id] = data::toText(value);
    attribution.modelHash = order.modelHash;
    attribution.values_LC.assign(order.letters.size() * 4, 0.0f);
    return attribution;
}

void setWantedRows(data::Attribution& attribution, const ExplainOrder& order, std::vector<float> values_LC)
{
    const data::Interval wanted = order.wanted();
    attribution.values_LC = std::move(values_LC);
    attribution.exact_L.clear();
    if (wanted.length() == order.length())
        return;
    attribution.exact_L.assign(order.letters.size(), 0);
    std::fill(attribution.exact_L.begin() + wanted.startNt, attribution.exact_L.begin() + wanted.endNt,
              std::uint8_t(1));
    std::fill(attribution.values_LC.begin(), attribution.values_LC.begin() + wanted.startNt * 4, 0.0f);
    std::fill(attribution.values_LC.begin() + wanted.endNt * 4, attribution.values_LC.end(), 0.0f);
}

std::vector<float> baseValues(const nn::SequenceNet& net, const torch::Tensor& values_LC)
{
    std::vector<float> result(std::size_t(values_LC.size(0)) * 4);
    const auto values = values_LC.accessor<double, 2>();
    for (std::int64_t i = 0; i < values_LC.size(0); ++i) {
        for (std::size_t base = 0; base < 4; ++base)
            result[std::size_t(i) * 4 + base] = float(values[i][net.baseChannels()[base]]);
    }
    return result;
}

std::vector<float> ownBaseValues(std::string_view letters, std::span<const double> value_L)
{
    std::vector<float> result(letters.size() * 4, 0.0f);
    for (std::size_t i = 0; i < letters.size(); ++i) {
        if (const int base = data::baseIndex(letters[i]); base >= 0)
            result[i * 4 + std::size_t(base)] = float(value_L[i]);
    }
    return result;
}

std::vector<float> ownBasesOnly(std::string_view letters, std::vector<float> values_LC)
{
    for (std::size_t i = 0; i < values_LC.size(); ++i) {
        if (int(i % 4) != data::baseIndex(letters[i / 4]))
            values_LC[i] = 0.0f;
    }
    return values_LC;
}

PassCost passCost(const ExplainOrder& order, bool gradient)
{
    const std::int64_t first = order.net->passBytes(1, order.length(), gradient);
    return {first, std::max<std::int64_t>(1, order.net->passBytes(2, order.length(), gradient) - first)};
}

}  // namespace nscope::interpret
