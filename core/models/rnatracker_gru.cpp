#include "core/models/rnatracker_gru.h"

#include "core/models/conv_mutants.h"
#include "core/models/option_list.h"
#include "core/nn/conv_blocks.h"
#include "core/nn/step_track.h"

namespace nscope::models {

namespace {

using torch::Tensor;

constexpr nn::FitRule kFit{4000, nn::Keep::First, nn::PadAt::Start};
constexpr nn::NucleotideCoding kCoding{"GATC", 0.25};
constexpr std::int64_t kFilters = 32, kKernelNt = 10, kPool = 3, kStepNt = kPool * kPool, kUnits = 32, kAttention = 50;
/// Letters before the nine in the middle of the 45 that a step sees.
constexpr std::int64_t kBeforeStepNt = 18;

torch::nn::ModuleList convBlock(std::int64_t channels)
{
    torch::nn::ModuleList block;  // the authors' Sequential, of which only the convolution (0) has weights
    block->push_back(nn::makeConv({.in = channels, .out = kFilters, .kernelNt = kKernelNt, .bias = false}));
    nn::glorotUniform(*block[0]);
    return block;
}

std::vector<engine::OptionSpec> optionSpecs()
{
    return {textOption("tasks", "Fractions", "Names of the fractions, separated by commas",
                        "cytosol,insoluble,membrane,nuclear"),
            dropoutOption("dropout", "Dropout", "After every pooling, in training only", 0.25)};
}

}  // namespace

RnaTrackerGruImpl::RnaTrackerGruImpl(std::vector<std::string> fractions, double dropout)
    : ZooNet(rnaTrackerGruSpec(), {HeadKind::Fractions, fractions}), m_dropout(dropout)
{
    conv_block1 = register_module("conv_block1", convBlock(4));
    conv_block2 = register_module("conv_block2", convBlock(kFilters));
    gru = register_module(
        "gru", torch::nn::GRU(torch::nn::GRUOptions(kFilters, kUnits).batch_first(true).bidirectional(true)));
    attention = register_module("attention", nn::AdditiveAttention(2 * kUnits, kAttention));
    output = register_module("output", torch::nn::Linear(2 * kUnits, std::int64_t(fractions.size())));
}

nn::NamedTensors RnaTrackerGruImpl::forward(const nn::NetInput& input, const nn::PassOptions& options)
{
    Tensor x = nn::fitted_NLC(nn::nucleotideChannels_NLC(input, kCoding, output->weight.options()), input, kFit);
    options.note("One-hot letters, order G A T C", x);
    x = x.transpose(1, 2);
    for (const torch::nn::ModuleList& block : {conv_block1, conv_block2}) {
        x = nn::convolved(x, block->ptr<torch::nn::Conv1dImpl>(0), nn::Padding::Valid);
        x = at::dropout(at::max_pool1d(at::relu(x), kPool, kPool), m_dropout, is_training());
        options.note("Conv 32, k 10, ReLU, max-pool 3", x.transpose(1, 2));
    }
    const Tensor h = at::relu(std::get<0>(gru->forward(x.transpose(1, 2))));
    options.note("Bidirectional GRU 32, ReLU", h);
    const Tensor weights_NT = attention->weights_NT(h, {});
    nn::NamedTensors outputs;
    if (options.keepAttention)
        outputs["attention.0"] = nn::lettersOfSteps_NHQL(
            weights_NT.unsqueeze(1), input, kStepNt, [](std::int64_t lengthNt, std::int64_t positionNt) {
                const std::int64_t inSteps = positionNt - nn::fittedStart(lengthNt, kFit) - kBeforeStepNt;
                return inSteps < 0 ? -1 : inSteps / kStepNt;
            });
    const Tensor seen = at::relu(nn::weightedSum_ND(weights_NT, h));
    options.note("Attention, ReLU", seen);
    outputs["logits_NK"] = at::linear(seen, output->weight, output->bias);
    options.note("Softmax over the fractions", outputs["logits_NK"]);
    return outputs;
}

std::vector<nn::FilterBank> RnaTrackerGruImpl::firstFilters(const nn::NetInput& input, const nn::PassOptions&)
{
    const Tensor window_NLC =
        nn::fitted_NLC(nn::nucleotideChannels_NLC(input, kCoding, output->weight.options()), input, kFit);
    const Tensor activation_NFP = at::relu(
        nn::convolved(window_NLC.transpose(1, 2), conv_block1->ptr<torch::nn::Conv1dImpl>(0), nn::Padding::Valid));
    const std::int64_t startNt = nn::fittedStart(input.length(), kFit);
    const data::Interval letters{startNt, startNt + window_NLC.size(1)};
    return {{kKernelNt, {{activation_NFP[0].t(), startNt, letters.intersected({0, input.length()})}}}};
}

std::unique_ptr<nn::MutantScorer> RnaTrackerGruImpl::mutantScorer(std::string_view letters, const nn::Target& target,
                                                                  std::int64_t budgetBytes,
                                                                  const nn::PassOptions& options)
{
    const c10::InferenceMode inference;
    if (letters.empty() || is_training())
        return nullptr;
    const nn::NetInput input = encode(letters);
    const Tensor window_NLC =
        nn::fitted_NLC(nn::nucleotideChannels_NLC(input, kCoding, output->weight.options()), input, kFit);
    ConvMutants net;
    net.input = {window_NLC[0], nn::fittedStart(input.length(), kFit), nn::channelsOfBases(kCoding.order)};
    net.padding = nn::Padding::Valid;
    for (const torch::nn::ModuleList& block : {conv_block1, conv_block2})
        net.steps.push_back({torch::nn::Conv1d(block->ptr<torch::nn::Conv1dImpl>(0)), kPool});
    net.recurrent = nn::recurrentWeights(*gru, true);
    net.rectifiesStates = true;
    net.attention = attentionWeights(*attention);
    net.score_M = [this, target](const Tensor& seen, const nn::PassOptions&) {
        return score_N({{"logits_NK", output->forward(at::relu(seen))}}, target);
    };
    return makeConvMutants(std::move(net), budgetBytes, options);
}

double RnaTrackerGruImpl::activations(std::int64_t) const
{
    return double(kFit.lengthNt) * (3.0 * kFilters + 8.0) + double(kFit.lengthNt / kStepNt) * 16.0 * kUnits;
}

engine::ModelSpec rnaTrackerGruSpec()
{
    engine::ModelSpec spec;
    spec.architecture = "rnatracker-gru";
    spec.name = "RNATracker (GRU)";
    spec.help = "Shares of an mRNA in subcellular fractions: the PyTorch port of RNATracker with public weights";
    spec.citation = "Network after Yan, Lécuyer & Blanchette 2019, Bioinformatics; port and weights: "
                    "brianchiu123/RNATracker";
    spec.options = optionSpecs();
    spec.input.channelOrder = std::string(kCoding.order);
    spec.input.lengthNt = kFit.lengthNt;
    spec.input.padding = "The first 4,000 nt are kept; a shorter transcript is padded with zeros in front.";
    describeHead(spec, {HeadKind::Fractions, {"cytosol", "insoluble", "membrane", "nuclear"}});
    spec.outputs.selfAttention = true;
    return spec;
}

Result<std::shared_ptr<nn::SequenceNet>> createRnaTrackerGru(std::string_view, const data::OptionMap& options)
{
    const auto read = OptionReader::read(options, optionSpecs());
    if (!read)
        return fail(read.error());
    auto fractions = readNames(*read, "tasks", 2);
    if (!fractions)
        return fail(fractions.error());
    return std::make_shared<RnaTrackerGruImpl>(std::move(*fractions), read->number("dropout"));
}

}  // namespace nscope::models
