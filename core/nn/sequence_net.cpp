#include "core/nn/sequence_net.h"

#include "core/nn/blocks.h"

#include <stdexcept>

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

torch::Tensor SequenceNet::maskedLetters_P4(std::string_view, std::span<const std::int64_t>, const PassOptions&)
{
    return {};
}

Result<std::vector<std::string>> SequenceNet::adoptState(NamedTensors&) const { return std::vector<std::string>(); }

int SequenceNet::attentionLayerCount() const
{
    const engine::ModelOutputs& outputs = spec().outputs;
    return outputs.encoderDecoderAttention ? decoderLayerCount() : outputs.selfAttention ? encoderLayerCount() : 0;
}

std::string SequenceNet::attentionQuery() const
{
    return spec().outputs.encoderDecoderAttention ? "<s>" : "sequence";
}

std::vector<Stage> SequenceNet::stages(std::int64_t lengthNt)
{
    const c10::InferenceMode inference;
    std::vector<Stage> result;
    PassOptions options;
    options.stages = &result;
    NetInput input = encode(std::string(std::size_t(lengthNt), 'A'));
    for (const engine::InputSpec& further : spec().input.further) {
        if (further.required)
            input.features[further.id] = torch::zeros({1, further.width > 0 ? further.width : lengthNt},
                                                      torch::TensorOptions().device(device()).dtype(scalarType()));
    }
    forward(input, options);
    return result;
}

NetInput repeated(const NetInput& input, std::int64_t count)
{
    NetInput result;
    const auto expand = [count](const torch::Tensor& tensor) {
        std::vector<std::int64_t> sizes(std::size_t(tensor.dim()), -1);
        sizes.front() = count;
        return tensor.defined() ? tensor.narrow(0, 0, 1).expand(sizes) : tensor;
    };
    if (input.ids_NL.defined())
        result.ids_NL = expand(input.ids_NL);
    if (input.onehot_NLC.defined())
        result.onehot_NLC = expand(input.onehot_NLC);
    if (!input.lengths.empty())
        result.lengths.assign(std::size_t(count), input.lengths.front());
    for (const auto& [id, tensor] : input.features)
        result.features[id] = expand(tensor);
    return result;
}

NetInput SequenceNet::encode(std::string_view letters, const data::FeatureMap& features) const
{
    NetInput input = encode(letters);
    for (const engine::InputSpec& further : spec().input.further) {
        const auto found = features.find(further.id);
        if (found == features.end()) {
            if (further.required)
                throw std::invalid_argument("The model needs the input “" + further.name + "”, which this sequence has not.");
            continue;
        }
        const std::int64_t width = further.width > 0 ? further.width : std::int64_t(letters.size());
        if (std::int64_t(found->second.size()) != width)
            throw std::invalid_argument("The input “" + further.name + "” takes " + std::to_string(width)
                                        + " values, but this sequence has " + std::to_string(found->second.size()) + ".");
        input.features[further.id] = torch::tensor(found->second, torch::kFloat32).unsqueeze(0).to(device(), scalarType());
    }
    return input;
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
    result.features = input.features;
    result.onehot_NLC = input.onehot_NLC.defined()
                            ? input.onehot_NLC
                            : torch::one_hot(input.ids_NL, channelCount()).to(scalarType());
    return result;
}

// A network that computes in another process has no parameters here: float32 on the CPU.
torch::Device SequenceNet::device() const
{
    const auto all = parameters();
    return all.empty() ? torch::Device(torch::kCPU) : all.front().device();
}

torch::ScalarType SequenceNet::scalarType() const
{
    const auto all = parameters();
    return all.empty() ? torch::kFloat32 : all.front().scalar_type();
}

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
