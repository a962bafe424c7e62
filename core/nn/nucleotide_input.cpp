#include "core/nn/nucleotide_input.h"

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

torch::Tensor fitted_NLC(const torch::Tensor& x_NLC, const NetInput& input, const FitRule& rule)
{
    const auto fitRow = [&](const torch::Tensor& rows, std::int64_t lengthNt) {
        const std::int64_t start = fittedStart(lengthNt, rule);
        const std::int64_t from = std::max<std::int64_t>(0, start);
        const std::int64_t count = std::min(lengthNt - from, rule.lengthNt + std::min<std::int64_t>(0, start));
        const std::int64_t before = std::max<std::int64_t>(0, -start);
        const torch::Tensor part = rows.narrow(1, from, count);
        const std::int64_t after = rule.lengthNt - before - count;
        return before == 0 && after == 0 ? part : at::constant_pad_nd(part, {0, 0, before, after});
    };
    if (input.lengths.empty())
        return fitRow(x_NLC, x_NLC.size(1));
    std::vector<torch::Tensor> rows;
    for (std::int64_t n = 0; n < x_NLC.size(0); ++n)
        rows.push_back(fitRow(x_NLC.narrow(0, n, 1), input.lengthOf(n)));
    return at::cat(rows, 0);
}

}  // namespace nscope::nn
