#include "core/models/rnatracker.h"

#include "core/models/conv_mutants.h"
#include "core/nn/step_track.h"

namespace nscope::models {

namespace {

using torch::Tensor;

constexpr std::int64_t kStates = std::int64_t(kStructureStates.size());

/// [N,L,6]; padding is 0.
Tensor structureChannels_NLC(const nn::NetInput& input, const torch::TensorOptions& like)
{
    const auto found = input.features.find("structure");
    const Tensor id_NL = found != input.features.end()
                             ? found->second
                             : torch::full({input.batch(), input.length()}, -1.0, like.requires_grad(false));
    const Tensor states = torch::arange(kStates, id_NL.options());
    Tensor channels = id_NL.unsqueeze(2).eq(states).to(like.dtype());
    const Tensor unknown = torch::full({}, 1.0 / double(kStates), channels.options());
    channels = at::where(channels.sum(2, true) > 0, channels, unknown);
    if (input.lengths.empty())
        return channels;
    const Tensor position = torch::arange(input.length(), torch::kInt64).unsqueeze(0);
    const Tensor there = position < torch::tensor(input.lengths, torch::kInt64).unsqueeze(1);
    return channels * there.unsqueeze(2).to(channels.device(), channels.scalar_type());
}

/// True at the first `lengths` of `count` steps.
Tensor firstSteps_NT(const std::vector<std::int64_t>& lengths, std::int64_t count, torch::Device device)
{
    const Tensor step = torch::arange(count, torch::kInt64).unsqueeze(0);
    return (step < torch::tensor(lengths, torch::kInt64).unsqueeze(1)).to(device);
}

/// Keras' random_normal().
void smallNormal(torch::nn::Linear& layer)
{
    for (Tensor parameter : layer->parameters())
        torch::nn::init::normal_(parameter, 0.0, 0.05);
}

}  // namespace

RnaTrackerImpl::RnaTrackerImpl(std::string_view architecture, const RnaTrackerOptions& options)
    : ZooNet(rnaTrackerSpec(architecture), {HeadKind::Fractions, options.fractions}), m_options(options)
{
    const bool separate = options.structure == StructureUse::Separate;
    m_convs = register_module("conv", makeStack(options.structure == StructureUse::Joint ? 4 * kStates : 4));
    if (separate)
        m_structureConvs = register_module("structure_conv", makeStack(kStates));
    std::int64_t width = options.filters * (separate ? 2 : 1);
    if (options.lstm) {
        m_lstm = register_module(
            "lstm", nn::BidirectionalLstm(nn::LstmShape{width, options.lstmUnits, options.gates, options.lstmDropout,
                                                        separate ? options.lstmDropout : 0.0}));
        width = 2 * options.lstmUnits;
    }
    if (options.attention)
        m_attention = register_module("attention", nn::AdditiveAttention(width, options.attentionUnits));
    else
        width *= options.steps(options.lengthNt);
    m_output = register_module("output", torch::nn::Linear(width, std::int64_t(options.fractions.size())));
    initialize();

    if (!options.fullLength)
        describeFixedLength(m_spec, options.lengthNt);
    m_spec.outputs.selfAttention = options.attention;
    if (options.structure != StructureUse::None)
        m_spec.input.further = {{"structure", "Secondary structure",
                                 "A state per base: 0 dangling start, 1 dangling end, 2 internal loop, 3 hairpin, "
                                 "4 multiloop, 5 stem; other values: unknown",
                                 0, true}};
}

torch::nn::ModuleList RnaTrackerImpl::makeStack(std::int64_t channels)
{
    torch::nn::ModuleList stack;
    for (std::int64_t i = 0; i < m_options.convLayers; ++i)
        stack->push_back(nn::makeConv({.in = i == 0 ? channels : m_options.filters,
                                       .out = m_options.filters,
                                       .kernelNt = m_options.kernelNt,
                                       .bias = m_options.convBias()}));
    return stack;
}

void RnaTrackerImpl::initialize()
{
    const at::NoGradGuard noGrad;
    for (const auto& module : modules(/*include_self=*/false)) {
        if (module->as<torch::nn::Conv1d>() || module->as<torch::nn::Linear>())
            nn::glorotUniform(*module);
    }
    if (m_attention && (m_options.fullLength || m_options.structure == StructureUse::Separate)) {
        smallNormal(m_attention->attention_w);
        if (m_attention->attention_w2)
            smallNormal(m_attention->attention_w2);
    }
}

RnaTrackerImpl::Seen RnaTrackerImpl::seen(const Tensor& channels_NLC, const nn::NetInput& input) const
{
    if (!m_options.fullLength) {
        const nn::FitRule fit{m_options.lengthNt, nn::Keep::Last, nn::PadAt::Start};
        return {nn::fitted_NLC(channels_NLC, input, fit), nn::fittedStart(input.length(), fit)};
    }
    // What is shorter than one step is padded in front to be one.
    const auto startNt = [least = m_options.stepNt()](std::int64_t lengthNt) {
        return std::min<std::int64_t>(0, lengthNt - least);
    };
    return {nn::windowed_NLC(channels_NLC, input, std::max(m_options.stepNt(), channels_NLC.size(1)), startNt),
            startNt(input.length())};
}

RnaTrackerImpl::Steps RnaTrackerImpl::convolve(const Tensor& channels_NLC, const nn::NetInput& input,
                                               const torch::nn::ModuleList& stack, std::string_view what,
                                               const nn::PassOptions& options) const
{
    Tensor x = seen(channels_NLC, input).x_NLC.transpose(1, 2);
    std::vector<std::int64_t> lengths;
    for (std::size_t row = 0; m_options.fullLength && row < input.lengths.size(); ++row)
        lengths.push_back(std::max(m_options.stepNt(), input.lengths[row]));
    Tensor there;
    for (std::size_t i = 0; i < stack->size(); ++i) {
        x = at::max_pool1d(at::relu(nn::convolved(x, stack->ptr<torch::nn::Conv1dImpl>(i), padding())), m_options.pool,
                           m_options.pool);
        if (!lengths.empty()) {
            // Steps beyond a row's own end are 0, as the padding is that a convolution sees of the row alone.
            for (std::int64_t& length : lengths)
                length /= m_options.pool;
            there = firstSteps_NT(lengths, x.size(2), x.device());
            x = x * there.unsqueeze(1).to(x.scalar_type());
        }
        x = at::dropout(x, m_options.dropout, is_training());
        options.note(std::string(what) + " " + std::to_string(m_options.filters) + ", k "
                         + std::to_string(m_options.kernelNt) + ", ReLU, max-pool " + std::to_string(m_options.pool),
                     x.transpose(1, 2));
    }
    return {x.transpose(1, 2), there};
}

RnaTrackerImpl::Steps RnaTrackerImpl::pooledSteps(const nn::NetInput& input, const nn::PassOptions& options)
{
    const torch::TensorOptions like = m_output->weight.options();
    const Tensor bases = nn::nucleotideChannels_NLC(input, {}, like);
    options.note("One-hot letters", bases);
    switch (m_options.structure) {
    case StructureUse::None: break;
    case StructureUse::Joint: {
        const Tensor pairs = (bases.unsqueeze(3) * structureChannels_NLC(input, like).unsqueeze(2)).flatten(2);
        options.note("Letter × structure", pairs);
        return convolve(pairs, input, m_convs, "Conv", options);
    }
    case StructureUse::Separate: {
        Steps steps = convolve(bases, input, m_convs, "Letters: conv", options);
        const Tensor states = structureChannels_NLC(input, like);
        options.note("Structure states", states);
        const Steps beside = convolve(states, input, m_structureConvs, "Structure: conv", options);
        steps.x_NTC = at::cat({steps.x_NTC, beside.x_NTC}, 2);
        return steps;
    }
    }
    return convolve(bases, input, m_convs, "Conv", options);
}

Tensor RnaTrackerImpl::summary(const Steps& steps, const nn::NetInput& input, const nn::PassOptions& options,
                               nn::NamedTensors& outputs)
{
    Tensor h = steps.x_NTC;
    if (m_lstm) {
        // The fixed-length form skips silent steps, most of them padding, but its attention sees them all.
        h = m_lstm->forward(h, m_options.fullLength ? steps.there_NT : nn::nonZeroSteps_NT(h));
        options.note("Bidirectional LSTM " + std::to_string(m_options.lstmUnits), h);
    }
    if (!m_attention)
        return h.flatten(1);
    const Tensor weights_NT = m_attention->weights_NT(h, steps.there_NT);
    if (options.keepAttention)
        outputs["attention.0"] = nn::lettersOfSteps_NHQL(
            weights_NT.unsqueeze(1), input, m_options.stepNt(),
            [this](std::int64_t lengthNt, std::int64_t positionNt) { return stepOfLetter(lengthNt, positionNt); });
    return nn::weightedSum_ND(weights_NT, h);
}

std::int64_t RnaTrackerImpl::stepOfLetter(std::int64_t lengthNt, std::int64_t positionNt) const
{
    const std::int64_t step = m_options.stepNt();
    if (m_options.fullLength)
        return (positionNt - std::min<std::int64_t>(0, lengthNt - step)) / step;
    // Without padding a step sees more than the letters it stands for: these lie in the middle of what it sees.
    std::int64_t seen = 1;
    for (std::int64_t i = 0; i < m_options.convLayers; ++i)
        seen = seen * m_options.pool + m_options.kernelNt - 1;
    const std::int64_t inWindow = positionNt - (lengthNt - m_options.lengthNt) - (seen - step) / 2;
    return inWindow < 0 ? -1 : inWindow / step;
}

nn::NamedTensors RnaTrackerImpl::forward(const nn::NetInput& input, const nn::PassOptions& options)
{
    nn::NamedTensors outputs;
    const Steps steps = pooledSteps(input, options);
    const Tensor seen = summary(steps, input, options, outputs);
    options.note(m_attention ? "Attention" : "Flatten", seen);
    outputs["logits_NK"] = at::linear(seen, m_output->weight, m_output->bias);
    options.note("Softmax over the fractions", outputs["logits_NK"]);
    return outputs;
}

std::unique_ptr<nn::MutantScorer> RnaTrackerImpl::mutantScorer(std::string_view letters, const nn::Target& target,
                                                               std::int64_t budgetBytes,
                                                               const nn::PassOptions& options)
{
    const c10::InferenceMode inference;
    if (m_options.structure != StructureUse::None || letters.empty() || is_training())
        return nullptr;
    const nn::NetInput input = encode(letters);
    const Seen window = seen(nn::nucleotideChannels_NLC(input, {}, m_output->weight.options()), input);
    ConvMutants net;
    net.input = {window.x_NLC[0], window.startNt, nn::channelsOfBases("ACGT")};
    net.padding = padding();
    for (std::size_t i = 0; i < m_convs->size(); ++i)
        net.steps.push_back({torch::nn::Conv1d(m_convs->ptr<torch::nn::Conv1dImpl>(i)), m_options.pool});
    if (m_lstm) {
        const auto weights = m_lstm->named_parameters();
        const auto direction = [&weights](const std::string& name) {
            return nn::RecurrentDirection{weights[name + ".weight_ih"], weights[name + ".weight_hh"],
                                          weights[name + ".bias"], {}};
        };
        net.recurrent = nn::RecurrentWeights{.gates = m_options.gates,
                                             .skipsZeroSteps = !m_options.fullLength,
                                             .forward = direction("forward"),
                                             .backward = direction("backward")};
    }
    if (m_attention) {
        net.attention = attentionWeights(*m_attention);
    } else {
        net.dense_FX = m_output->weight;
        net.bias_F = m_output->bias;
    }
    net.score_M = [this, target](const Tensor& numbers_MF, const nn::PassOptions&) {
        return score_N({{"logits_NK", m_attention ? m_output->forward(numbers_MF) : numbers_MF}}, target);
    };
    return makeConvMutants(std::move(net), budgetBytes, options);
}

std::vector<nn::FilterBank> RnaTrackerImpl::firstFilters(const nn::NetInput& input, const nn::PassOptions&)
{
    if (m_options.structure == StructureUse::Joint)
        return {};
    const Seen window = seen(nn::nucleotideChannels_NLC(input, {}, m_output->weight.options()), input);
    const Tensor activation_NFP =
        at::relu(nn::convolved(window.x_NLC.transpose(1, 2), m_convs->ptr<torch::nn::Conv1dImpl>(0), padding()));
    const std::int64_t padded = m_options.fullLength ? (m_options.kernelNt - 1) / 2 : 0;
    const data::Interval letters{window.startNt, window.startNt + window.x_NLC.size(1)};
    return {{m_options.kernelNt,
             {{activation_NFP[0].t(), window.startNt - padded, letters.intersected({0, input.length()})}}}};
}

double RnaTrackerImpl::activations(std::int64_t lengthNt) const
{
    const double seen = double(m_options.fullLength ? std::max(lengthNt, m_options.stepNt()) : m_options.lengthNt);
    const double filters = double(m_options.filters), units = double(m_options.lstmUnits);
    return seen * (3.0 * filters + 40.0) + seen / double(m_options.pool) * (4.0 * filters + 14.0 * units);
}

Result<std::shared_ptr<nn::SequenceNet>> createRnaTracker(std::string_view architecture, const data::OptionMap& options)
{
    const auto parsed = RnaTrackerOptions::fromMap(architecture, options);
    if (!parsed)
        return fail(parsed.error());
    return std::make_shared<RnaTrackerImpl>(architecture, *parsed);
}

}  // namespace nscope::models
