#include "core/models/length_groups.h"

#include "core/models/zoo_net.h"

namespace nscope::models {

namespace {

/// Rows of several passes in one tensor, each at its place; shorter ones padded with zeros along axis 1.
torch::Tensor joined(const std::vector<torch::Tensor>& parts, const torch::Tensor& rows_N)
{
    std::int64_t longest = 0;
    for (const torch::Tensor& part : parts)
        longest = std::max(longest, part.dim() > 1 ? part.size(1) : 0);
    std::vector<torch::Tensor> padded;
    for (const torch::Tensor& part : parts) {
        std::vector<std::int64_t> margins(std::size_t(2 * std::max<std::int64_t>(part.dim() - 1, 0)), 0);
        if (!margins.empty())
            margins.back() = longest - part.size(1);
        padded.push_back(margins.empty() ? part : at::constant_pad_nd(part, margins));
    }
    return at::cat(padded, 0).index_select(0, at::argsort(rows_N));
}

}  // namespace

nn::NamedTensors passByLength(const nn::NetInput& input, torch::Device device,
                              const std::function<nn::NamedTensors(const nn::NetInput&)>& pass)
{
    std::map<std::int64_t, std::vector<std::int64_t>> rowsOfLength;
    for (std::int64_t row = 0; row < input.batch(); ++row)
        rowsOfLength[input.lengthOf(row)].push_back(row);
    std::map<std::string, std::vector<torch::Tensor>> parts;
    std::vector<std::int64_t> order, bins(std::size_t(input.batch()), 0);
    bool isProfile = false;
    for (const auto& [length, rows] : rowsOfLength) {
        const torch::Tensor index = torch::tensor(rows, torch::kInt64).to(device);
        nn::NetInput group;
        (input.ids_NL.defined() ? group.ids_NL : group.onehot_NLC) =
            (input.ids_NL.defined() ? input.ids_NL : input.onehot_NLC).index_select(0, index).narrow(1, 0, length);
        nn::NamedTensors outputs = pass(group);
        for (auto& [name, tensor] : outputs)
            parts[name].push_back(tensor);
        const auto profile = outputs.find("profile_NBT");
        isProfile = profile != outputs.end();
        for (const std::int64_t row : rows) {
            order.push_back(row);
            bins[std::size_t(row)] = isProfile ? profile->second.size(1) : 0;
        }
    }
    nn::NamedTensors outputs;
    for (const auto& [name, tensors] : parts)
        outputs[name] = joined(tensors, torch::tensor(order, torch::kInt64).to(device));
    if (isProfile)
        rememberBins(outputs, bins);
    return outputs;
}

}  // namespace nscope::models
