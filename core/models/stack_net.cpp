#include "core/models/stack_net.h"

#include "core/models/length_groups.h"

#include <set>
#include <stdexcept>

namespace nscope::models {

namespace {

/// Numbers per position or per sequence that a head of this kind reads.
bool isProfile(const HeadSpec& head) { return head.kind == HeadKind::Profile; }

Result<void> checkNames(const HeadSpec& head)
{
    if (head.names.empty())
        return fail(ErrorCode::InvalidArgument, "The network's outputs have no names; give each of them one.");
    std::set<std::string> used;
    for (const std::string& name : head.names) {
        if (name.empty() || !used.insert(name).second)
            return fail(ErrorCode::InvalidArgument, "The network's outputs need different names, but “" + name
                                                        + "” is used twice or empty.");
    }
    return {};
}

Result<void> checkEnd(const nn::LayerPlan& plan, const HeadSpec& head)
{
    const auto count = std::int64_t(head.names.size());
    if (plan.output.channels != count)
        return fail(ErrorCode::InvalidArgument, "The last layer gives " + std::to_string(plan.output.channels)
                                                    + " numbers, but the head names " + std::to_string(count) + ".");
    if (isProfile(head) && (plan.output.flat || plan.stepNt == 0))
        return fail(ErrorCode::InvalidArgument,
                    "A profile needs positions along the sequence at the end of the network, "
                                                "but a layer has given them up.");
    if (!isProfile(head) && !plan.output.flat)
        return fail(ErrorCode::InvalidArgument,
                    "The last layer still has positions along the sequence; flatten them or "
                                                "pool over them, or ask for a profile.");
    return {};
}

std::string paddingSentence(const StackDesign& design)
{
    const std::string others = "; letters other than A, C, G, T and U count as " + data::toText(design.unknown)
                             + " in every channel.";
    if (design.lengthNt == 0)
        return "Sequences of any length are read as they are" + others;
    constexpr std::string_view kKept[] = {"first", "last", "central"};
    constexpr std::string_view kWhere[] = {"at the start", "at the end", "on both sides"};
    return "Of a longer sequence the " + std::string(kKept[int(design.keep)]) + " " + std::to_string(design.lengthNt)
         + " nt are read, and a shorter one is padded with zeros " + std::string(kWhere[int(design.pad)]) + others;
}

}  // namespace

Result<void> describeStack(engine::ModelSpec& spec, const StackRecipe& recipe)
{
    if (const auto sound = checkNames(recipe.head); !sound)
        return sound;
    const auto plan = nn::planLayers(recipe.design.layers, recipe.design.inputShape());
    if (!plan)
        return fail(plan.error());
    if (const auto sound = checkEnd(*plan, recipe.head); !sound)
        return sound;
    describeHead(spec, recipe.head);
    spec.outputs.embeddings = true;
    spec.input.channelOrder = recipe.design.channelOrder;
    spec.input.lengthNt = recipe.design.lengthNt;
    spec.input.receptiveFieldNt = plan->receptiveFieldNt;
    if (spec.input.padding.empty() || !recipe.design.input)
        spec.input.padding = paddingSentence(recipe.design);
    return {};
}

engine::ModelSpec describedSpec(engine::ModelSpec spec, MakeRecipe makeRecipe)
{
    const auto recipe = makeRecipe(OptionReader::read({}, spec.options).value());
    if (const auto sound = recipe ? describeStack(spec, *recipe) : Result<void>(fail(recipe.error())); !sound)
        throw std::logic_error(spec.architecture + ": " + sound.error().message());
    return spec;
}

StackNetImpl::StackNetImpl(engine::ModelSpec spec, StackRecipe recipe)
    : ZooNet(std::move(spec), std::move(recipe.head)), m_design(std::move(recipe.design))
{
    if (const auto sound = describeStack(m_spec, {head(), m_design}); !sound)
        throw std::invalid_argument(sound.error().message());
    m_stack = nn::LayerStack(m_design.layers, m_design.inputShape());
    for (const auto& child : m_stack->named_children())
        register_module(child.key(), child.value());
}

void StackNetImpl::train(bool on)
{
    ZooNet::train(on);
    m_stack->train(on);
}

nn::LayerPlan StackNetImpl::plan(std::int64_t lengthNt) const
{
    nn::LayerShape shape = m_design.inputShape();
    if (!m_design.input && m_design.lengthNt == 0)
        shape.positions = lengthNt;
    const auto plan = nn::planLayers(m_design.layers, shape);
    if (!plan)
        throw std::invalid_argument("A sequence of " + std::to_string(lengthNt) + " nt is too short for this network. "
                                    + plan.error().message());
    return *plan;
}

ProfileFrame StackNetImpl::profileFrame(std::int64_t lengthNt) const
{
    const nn::LayerPlan made = plan(lengthNt);
    const std::int64_t cut = m_design.lengthNt == 0 ? 0 : nn::fittedStart(lengthNt, fit());
    return {cut + made.startNt, made.stepNt};
}

std::int64_t StackNetImpl::passBytes(std::int64_t batch, std::int64_t lengthNt, bool gradient) const
{
    const double element = scalarType() == torch::kFloat64 ? 8.0 : 4.0;
    const nn::LayerPlan made = plan(lengthNt);
    const double numbers = gradient ? 2.0 * made.totalNumbers : 1.5 * made.peakNumbers;
    return std::int64_t(double(batch) * numbers * element) + (std::int64_t(8) << 20);
}

std::vector<nn::FilterBank> StackNetImpl::firstFilters(const nn::NetInput& input, const nn::PassOptions& options)
{
    const nn::Layers& layers = m_design.layers;
    const auto* conv = std::get_if<nn::ConvLayer>(&layers.front().what);
    if (conv == nullptr || m_design.input)
        return {};
    std::size_t end = 1;
    while (end < layers.size() && (std::holds_alternative<nn::BatchNormLayer>(layers[end].what)
                                   || std::holds_alternative<nn::ActivationLayer>(layers[end].what)))
        ++end;
    const std::int64_t cut = m_design.lengthNt == 0 ? 0 : nn::fittedStart(input.length(), fit());
    const std::int64_t seenNt = m_design.lengthNt == 0 ? input.length() : m_design.lengthNt;
    const std::int64_t reach = (conv->kernelNt - 1) * conv->dilation;
    const std::int64_t padded = conv->padding == nn::Padding::Same ? reach / 2 : 0;
    const torch::Tensor activation_NFP = m_stack->forwardPart(stackInput(input), 0, end, options);
    return {{reach + 1,
             {{activation_NFP[0].t(), cut - padded, data::Interval{cut, cut + seenNt}.intersected({0, input.length()})}}}};
}

torch::Tensor StackNetImpl::stackInput(const nn::NetInput& input) const
{
    const nn::NucleotideCoding coding{m_design.channelOrder, m_design.unknown};
    const torch::Tensor x_NLC = nn::nucleotideChannels_NLC(input, coding, parameters().front().options());
    return (m_design.lengthNt == 0 ? x_NLC : nn::fitted_NLC(x_NLC, input, fit())).transpose(1, 2);
}

torch::Tensor StackNetImpl::run(const torch::Tensor& x, const nn::PassOptions& options, nn::NamedTensors&,
                                nn::NamedTensors* hidden)
{
    return m_stack->forward(x, options, hidden);
}

/// The last layer's output under the name of the head.
nn::NamedTensors StackNetImpl::headOutputs(const torch::Tensor& y) const
{
    switch (head().kind) {
    case HeadKind::Profile: return {{"profile_NBT", y.transpose(1, 2)}};
    case HeadKind::Values: return {{"values_NT", y}};
    default: return {{"logits_NK", y}};
    }
}

nn::NamedTensors StackNetImpl::pass(const nn::NetInput& input, const nn::PassOptions& options)
{
    nn::NamedTensors further, hidden;
    const torch::Tensor x = stackInput(input);
    options.note("Input", x.dim() == 3 ? x.transpose(1, 2) : x);
    nn::NamedTensors outputs = headOutputs(run(x, options, further, options.keepHidden ? &hidden : nullptr));
    outputs.merge(further);
    if (hidden.size() > 1)
        outputs["embedding_ND"] = hidden.at("hidden." + std::to_string(hidden.size() - 2)).mean(1);
    outputs.merge(hidden);
    return outputs;
}

// Convolutions see the padding of a padded batch, so sequences of different lengths run in groups of one length each.
nn::NamedTensors StackNetImpl::passByLength(const nn::NetInput& input, const nn::PassOptions& options)
{
    return models::passByLength(input, device(), [&](const nn::NetInput& group) { return pass(group, options); });
}

std::unique_ptr<nn::MutantScorer> StackNetImpl::stackMutants(std::string_view letters, nn::StackScore score,
                                                             std::int64_t budgetBytes, const nn::PassOptions& options)
{
    if (m_design.input || letters.empty() || is_training())
        return nullptr;
    const auto length = std::int64_t(letters.size());
    nn::MutantInput input{stackInput(encode(letters))[0].t(),
                          m_design.lengthNt == 0 ? 0 : nn::fittedStart(length, fit()),
                          nn::channelsOfBases(m_design.channelOrder)};
    return nn::makeStackMutants(*m_stack, std::move(input), std::move(score), budgetBytes, options);
}

std::unique_ptr<nn::MutantScorer> StackNetImpl::mutantScorer(std::string_view letters, const nn::Target& target,
                                                             std::int64_t budgetBytes, const nn::PassOptions& options)
{
    const c10::InferenceMode inference;
    nn::StackScore score;
    score.score_N = [this, target, length = std::int64_t(letters.size())](const torch::Tensor& y) {
        nn::NamedTensors outputs = headOutputs(y);
        nn::NetInput rows;
        rows.ids_NL = torch::empty({1, length}, torch::kInt64).expand({y.size(0), length});
        rememberLengths(outputs, rows);
        return score_N(outputs, target);
    };
    if (isProfile(head()) && !m_design.input && !letters.empty()) {
        const nn::NamedTensors outputs = forward(encode(letters), options);
        score.profile = {target.positive, targetBins(outputs, target, 0), score_N(outputs, target).item<double>()};
    }
    return stackMutants(letters, std::move(score), budgetBytes, options);
}

nn::NamedTensors StackNetImpl::forward(const nn::NetInput& input, const nn::PassOptions& options)
{
    const bool anyLength = m_design.lengthNt == 0 && !m_design.input;
    if (anyLength) {
        for (std::int64_t row = 0; row < input.batch(); ++row)
            plan(input.lengthOf(row));  // throws if the sequence is too short
    }
    // Batch norm in training wants the whole batch at once; it then sees the padding, as it does in Keras.
    const bool grouped = anyLength && !input.lengths.empty() && !is_training();
    nn::NamedTensors outputs = grouped ? passByLength(input, options) : pass(input, options);
    rememberLengths(outputs, input);
    return outputs;
}

}  // namespace nscope::models
