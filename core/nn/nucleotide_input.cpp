#include "core/nn/nucleotide_input.h"

#include <algorithm>

namespace nscope::nn {

std::int64_t nucleotideSymbol(char letter)
{
    switch (letter) {
    case 'A': return 0;
    case 'C': return 1;
    case 'G': return 2;
    case 'T':
    case 'U': return 3;
    default: return kUnknownNucleotide;
    }
}

std::array<int, 4> channelsOfBases(std::string_view order)
{
    std::array<int, 4> channels{};
    for (int channel = 0; channel < 4; ++channel)
        channels[std::size_t(nucleotideSymbol(order[std::size_t(channel)]))] = channel;
    return channels;
}

torch::Tensor nucleotideChannels_NLC(const NetInput& input, const NucleotideCoding& coding,
                                     const torch::TensorOptions& like)
{
    torch::Tensor table = torch::zeros({kNucleotideSymbols, 4}, torch::kFloat32);
    auto rows = table.accessor<float, 2>();
    for (int channel = 0; channel < 4; ++channel) {
        rows[nucleotideSymbol(coding.order[std::size_t(channel)])][channel] = 1.0f;
        rows[kUnknownNucleotide][channel] = float(coding.unknown);
    }
    table = table.to(like.requires_grad(false));
    return input.onehot_NLC.defined() ? at::matmul(input.onehot_NLC, table) : at::embedding(table, input.ids_NL);
}

std::int64_t fittedStart(std::int64_t lengthNt, const FitRule& rule)
{
    const std::int64_t surplus = lengthNt - rule.lengthNt;
    if (surplus >= 0)
        return rule.keep == Keep::First ? 0 : rule.keep == Keep::Last ? surplus : surplus / 2;
    return rule.pad == PadAt::End ? 0 : rule.pad == PadAt::Start ? surplus : -((-surplus) / 2);
}

torch::Tensor windowed_NLC(const torch::Tensor& x_NLC, const NetInput& input, std::int64_t lengthNt,
                           const std::function<std::int64_t(std::int64_t)>& startOf)
{
    const auto windowOf = [&](const torch::Tensor& rows, std::int64_t rowNt) {
        const std::int64_t start = startOf(rowNt);
        const std::int64_t from = std::clamp<std::int64_t>(start, 0, rowNt);
        const std::int64_t end = std::clamp<std::int64_t>(start + lengthNt, from, rowNt);
        const torch::Tensor part = rows.narrow(1, from, end - from);
        const std::int64_t before = std::clamp<std::int64_t>(-start, 0, lengthNt);
        const std::int64_t after = lengthNt - before - (end - from);
        return before == 0 && after == 0 ? part : at::constant_pad_nd(part, {0, 0, before, after});
    };
    if (input.lengths.empty())
        return windowOf(x_NLC, x_NLC.size(1));
    std::vector<torch::Tensor> rows;
    for (std::int64_t n = 0; n < x_NLC.size(0); ++n)
        rows.push_back(windowOf(x_NLC.narrow(0, n, 1), input.lengthOf(n)));
    return at::cat(rows, 0);
}

torch::Tensor fitted_NLC(const torch::Tensor& x_NLC, const NetInput& input, const FitRule& rule)
{
    return windowed_NLC(x_NLC, input, rule.lengthNt,
                        [&rule](std::int64_t lengthNt) { return fittedStart(lengthNt, rule); });
}

}  // namespace nscope::nn
