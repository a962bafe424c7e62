#include "core/nn/sequence_net.h"

#include "core/nn/blocks.h"

namespace nscope::nn {

std::unique_ptr<TranslationRun> SequenceNet::startTranslation(const NamedTensors&, std::string_view,
                                                              const TranslateOptions&)
{
    return nullptr;
}

std::pair<torch::Tensor, std::vector<std::string>> SequenceNet::decodedQueries(const NamedTensors&, int,
                                                                               const PassOptions&)
{
    return {};
}

std::vector<data::FilterLayer> SequenceNet::filters() const { return {}; }

std::unique_ptr<MutantScorer> SequenceNet::mutantScorer(std::string_view, const Target&, std::int64_t,
                                                        const PassOptions&)
{
    return nullptr;
}

NetInput SequenceNet::encode(std::span<const std::string_view> letters) const
{
    NetInput input;
    std::int64_t longest = 0;
    bool padded = false;
    for (const std::string_view sequence : letters) {
        padded |= !input.lengths.empty() && std::int64_t(sequence.size()) != input.lengths.front();
        input.lengths.push_back(std::int64_t(sequence.size()));
        longest = std::max(longest, input.lengths.back());
    }
    input.ids_NL = torch::full({std::int64_t(letters.size()), longest}, padId(), torch::kInt64);
    auto ids = input.ids_NL.accessor<std::int64_t, 2>();
    for (std::size_t n = 0; n < letters.size(); ++n) {
        for (std::size_t i = 0; i < letters[n].size(); ++i)
            ids[std::int64_t(n)][std::int64_t(i)] = idOf(letters[n][i]);
    }
    if (!padded)
        input.lengths.clear();
    input.ids_NL = input.ids_NL.to(device());
    return input;
}

NetInput SequenceNet::onehot(const NetInput& input) const
{
    NetInput result;
    result.lengths = input.lengths;
    result.onehot_NLC = input.onehot_NLC.defined()
                            ? input.onehot_NLC
                            : torch::one_hot(input.ids_NL, channelCount()).to(scalarType());
    return result;
}

torch::Device SequenceNet::device() const { return parameters().front().device(); }
torch::ScalarType SequenceNet::scalarType() const { return parameters().front().scalar_type(); }

std::pair<std::int64_t, std::int64_t> parameterCounts(const torch::nn::Module& module)
{
    std::int64_t complexOnce = 0;
    std::int64_t reals = 0;
    for (const auto& item : module.named_parameters()) {
        const std::int64_t count = item.value().numel();
        reals += count;
        if (!item.key().ends_with("global_filter.imag"))
            complexOnce += count;
    }
    return {complexOnce, reals};
}

}  // namespace nscope::nn
