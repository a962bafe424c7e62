#include "core/models/torchscript_net.h"

#include "core/io/model_files.h"
#include "core/models/length_groups.h"
#include "core/models/option_list.h"

#include <torch/csrc/autograd/functions/utils.h>

#include <algorithm>
#include <cstring>
#include <numeric>

namespace nscope::models {

namespace {

namespace protocol = io::sandbox;
using protocol::Message;

constexpr double kNumbersPerBase = 512.0;  ///< what a network keeps at once is not known before it runs

constexpr const char* kNotAllowed =
    "This model is TorchScript, a program of whoever made the file, and programs of others do not run unasked. If you "
    "trust its source, say so: --allow-torchscript on the command line, or yes to the question in the window.";

std::string shapeText(c10::IntArrayRef sizes)
{
    std::string text;
    for (const std::int64_t size : sizes)
        text += (text.empty() ? "" : " × ") + std::to_string(size);
    return text.empty() ? "a single number" : text;
}

torch::Tensor contiguous(const torch::Tensor& tensor)
{
    return tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous();
}

void add(protocol::Writer& request, const torch::Tensor& tensor)
{
    request.tensor(tensor.sizes(), tensor.data_ptr<float>());
}

/// The tensor of an answer. Throws SandboxFailure, Cancelled.
torch::Tensor askForValues(SandboxProcess& process, const std::string& frame, std::stop_token stop)
{
    const auto payload = process.ask(frame, Message::Values, std::move(stop));
    if (!payload && payload.error().code() == ErrorCode::Cancelled)
        throw nn::Cancelled();
    if (!payload)
        throw SandboxFailure(payload.error());
    protocol::Reader answer(*payload);
    const protocol::TensorView view = answer.tensor();
    if (!answer.complete())
        throw SandboxFailure(Error(ErrorCode::Unsupported, "The TorchScript network's answer was cut short."));
    torch::Tensor tensor = torch::empty(view.sizes, torch::kFloat32);
    if (!view.data.empty())
        std::memcpy(tensor.data_ptr<float>(), view.data.data(), view.data.size());
    return tensor;
}

/// The derivative of a pass: one more request. Its result cannot be differentiated again.
class ScriptBackward : public torch::autograd::Node {
public:
    ScriptBackward(std::shared_ptr<SandboxProcess> process, std::string output, torch::Tensor input, std::stop_token stop)
        : m_process(std::move(process)), m_output(std::move(output)), m_input(std::move(input)), m_stop(std::move(stop))
    {
    }

    torch::autograd::variable_list apply(torch::autograd::variable_list&& gradients) override
    {
        protocol::Writer request(Message::Gradient);
        request.text(m_output);
        add(request, m_input);
        add(request, contiguous(gradients.at(0)));
        const torch::Tensor gradient = askForValues(*m_process, request.frame(), m_stop);
        if (gradient.sizes() != m_input.sizes())
            throw SandboxFailure(Error(ErrorCode::Unsupported, "The TorchScript network's gradient has the wrong shape."));
        return {gradient};
    }

private:
    std::shared_ptr<SandboxProcess> m_process;
    std::string m_output;
    torch::Tensor m_input;
    std::stop_token m_stop;
};

/// One pass through the script, differentiable once.
torch::Tensor throughScript(const std::shared_ptr<SandboxProcess>& process, const std::string& output,
                            const torch::Tensor& input, const std::stop_token& stop)
{
    const torch::Tensor plain = contiguous(input);
    protocol::Writer request(Message::Forward);
    request.text(output);
    add(request, plain);
    torch::Tensor result = askForValues(*process, request.frame(), stop);
    if (torch::GradMode::is_enabled() && input.requires_grad()) {
        const auto backward = std::make_shared<ScriptBackward>(process, output, plain, stop);
        backward->set_next_edges(torch::autograd::collect_next_edges(input));
        torch::autograd::set_history(result, backward);
    }
    return result;
}

template <class Value>
Value chosen(const OptionReader& options, const char* id, std::initializer_list<std::pair<std::string_view, Value>> values)
{
    return std::ranges::find(values, options.text(id), &std::pair<std::string_view, Value>::first)->second;
}

Result<TorchScriptDesign> readDesign(const OptionReader& options)
{
    TorchScriptDesign design;
    design.output = options.text("output");
    design.channelsFirst = options.text("layout") == "NCL";
    design.channelOrder = options.text("channels");
    std::ranges::replace(design.channelOrder, 'U', 'T');
    std::string sorted = design.channelOrder;
    std::ranges::sort(sorted);
    if (sorted != "ACGT")
        return fail(ErrorCode::InvalidArgument,
                    "The model option channels holds the letters A, C, G and T or U in the network's order, not “"
                        + options.text("channels") + "”.");
    design.unknown = options.number("unknown");
    design.fit = {options.integer("length"),
                  chosen<nn::Keep>(options, "too_long", {{"centre", nn::Keep::Centre}, {"first", nn::Keep::First},
                                                         {"last", nn::Keep::Last}}),
                  chosen<nn::PadAt>(options, "too_short", {{"both", nn::PadAt::Both}, {"start", nn::PadAt::Start},
                                                           {"end", nn::PadAt::End}})};
    design.frame = {options.integer("first_nt"), options.integer("bin_nt")};
    return design;
}

HeadKind headKind(const OptionReader& options)
{
    return chosen<HeadKind>(options, "head", {{"values", HeadKind::Values}, {"profile", HeadKind::Profile},
                                              {"labels", HeadKind::Labels}, {"classes", HeadKind::Classes},
                                              {"fractions", HeadKind::Fractions}});
}

}  // namespace

TorchScriptNetImpl::TorchScriptNetImpl(engine::ModelSpec spec, HeadSpec head, TorchScriptDesign design)
    : ZooNet(std::move(spec), std::move(head)), m_design(std::move(design))
{
    m_spec.input.channelOrder = m_design.channelOrder;
    m_spec.input.lengthNt = m_design.fit.lengthNt;
}

Result<void> TorchScriptNetImpl::open(const data::ModelCard& card, const SandboxSettings& settings)
{
    const Where where{.file = card.weightsPath};
    if (!io::isScriptFile(card.weightsPath))
        return fail(ErrorCode::ModelMismatch, "The card says TorchScript, whose file ends in .pt.", where);
    if (!card.scriptAllowed)
        return fail(ErrorCode::Unsupported, kNotAllowed, where);
    m_process = std::make_shared<SandboxProcess>(card.weightsPath, card.weightsHash, settings);
    const auto payload = m_process->ask(protocol::Writer(Message::Describe).frame(), Message::Described);
    if (!payload)
        return fail(payload.error());
    eval();
    m_path = card.weightsPath;
    m_parameterCount = std::int64_t(protocol::Reader(*payload).number());
    return {};
}

void TorchScriptNetImpl::checkShape(const torch::Tensor& output, std::int64_t rows) const
{
    const auto count = std::int64_t(head().names.size());
    const bool isProfile = head().kind == HeadKind::Profile;
    const bool fits = isProfile ? output.dim() == 3 && output.size(m_design.channelsFirst ? 1 : 2) == count
                                : output.dim() == 2 && output.size(1) == count;
    if (fits && output.size(0) == rows)
        return;
    const std::string wanted = !isProfile                 ? std::to_string(rows) + " × " + std::to_string(count)
                               : m_design.channelsFirst ? std::to_string(rows) + " × " + std::to_string(count) + " × bins"
                                                        : std::to_string(rows) + " × bins × " + std::to_string(count);
    throw SandboxFailure(Error(ErrorCode::ModelMismatch,
                               "The network's output is " + shapeText(output.sizes()) + ", but its card (head "
                                   + std::string(isProfile ? "profile, " : "without positions, ")
                                   + std::to_string(count) + (count == 1 ? " name" : " names") + ") asks for " + wanted
                                   + ".",
                               {.file = m_path}));
}

nn::NamedTensors TorchScriptNetImpl::pass(const nn::NetInput& input, const nn::PassOptions& options)
{
    torch::Tensor x = nn::nucleotideChannels_NLC(input, {m_design.channelOrder, m_design.unknown},
                                                 torch::TensorOptions(torch::kFloat32));
    if (m_design.fit.lengthNt > 0)
        x = nn::fitted_NLC(x, input, m_design.fit);
    if (m_design.channelsFirst)
        x = x.transpose(1, 2);
    options.note("Input", x);
    const torch::Tensor y = throughScript(m_process, m_design.output, x, options.stop);
    checkShape(y, x.size(0));
    options.note("TorchScript", y);
    switch (head().kind) {
    case HeadKind::Profile: return {{"profile_NBT", m_design.channelsFirst ? y.transpose(1, 2) : y}};
    case HeadKind::Values: return {{"values_NT", y}};
    default: return {{"logits_NK", y}};
    }
}

nn::NamedTensors TorchScriptNetImpl::forward(const nn::NetInput& input, const nn::PassOptions& options)
{
    if (!m_process)
        throw SandboxFailure(Error(ErrorCode::Unsupported, "A TorchScript network is nothing without its file; make a "
                                                           "card for the file and choose that as the model."));
    if (is_training())
        throw SandboxFailure(Error(ErrorCode::Unsupported, "A TorchScript network runs as in use only: it is not trained, "
                                                           "and its dropout cannot be left on.", {.file = m_path}));
    const bool isGrouped = m_design.fit.lengthNt == 0 && !input.lengths.empty();
    nn::NamedTensors outputs =
        isGrouped ? passByLength(input, device(), [&](const nn::NetInput& group) { return pass(group, options); })
                  : pass(input, options);
    rememberLengths(outputs, input);
    return outputs;
}

Result<std::vector<std::string>> TorchScriptNetImpl::adoptState(nn::NamedTensors&) const
{
    return fail(ErrorCode::Unsupported, "A TorchScript file is not imported: write a card for it and use it as it is "
                                        "(docs/custom_models.md).");
}

ProfileFrame TorchScriptNetImpl::profileFrame(std::int64_t lengthNt) const
{
    const std::int64_t cut = m_design.fit.lengthNt == 0 ? 0 : nn::fittedStart(lengthNt, m_design.fit);
    return {cut + m_design.frame.startNt, m_design.frame.binNt};
}

double TorchScriptNetImpl::activations(std::int64_t lengthNt) const
{
    return kNumbersPerBase * double(m_design.fit.lengthNt > 0 ? m_design.fit.lengthNt : lengthNt);
}

engine::ModelSpec torchScriptSpec()
{
    constexpr std::int64_t kMaxNt = 10'000'000;
    engine::ModelSpec spec;
    spec.architecture = "torchscript";
    spec.name = "Your own network as TorchScript";
    spec.help = "A TorchScript file that runs in a process of its own, without files or network, after you agreed";
    spec.citation = "The network's author";
    spec.options = {
        choiceOption("head", "Output", "How the numbers are read", {"values", "profile", "labels", "classes", "fractions"}),
        textOption("names", "Names", "Of the outputs, separated by commas", "value"),
        textOption("output", "Tensor", "Which of several outputs: a key or a place from 0; empty: the first", ""),
        choiceOption("layout", "Axes", "Of the input, and of a profile: channels last or first", {"NLC", "NCL"}),
        integerOption("length", "Length", "Nucleotides that the network reads; 0: any number", 0, 0, kMaxNt),
        textOption("channels", "Channels", "Order of the input's channels", "ACGT"),
        numberOption("unknown", "Other letters", "In every channel at letters other than A, C, G, T, U", 0.0, -1.0, 1.0),
        choiceOption("too_long", "Of longer sequences", "The part that is read", {"centre", "first", "last"}),
        choiceOption("too_short", "Of shorter sequences", "Where zeros are added", {"both", "start", "end"}),
        integerOption("bin_nt", "Bin", "Nucleotides per bin of a profile", 1, 1, kMaxNt),
        integerOption("first_nt", "First bin", "Nucleotides of the input before the first bin", 0, -kMaxNt, kMaxNt),
    };
    spec.input.alphabet = "DNA";
    spec.input.padding = "As its card says (length, too_long, too_short, unknown).";
    describeHead(spec, {HeadKind::Values, {"value"}});
    return spec;
}

Result<std::shared_ptr<nn::SequenceNet>> createTorchScript(std::string_view, const data::OptionMap& given)
{
    engine::ModelSpec spec = torchScriptSpec();
    const auto options = OptionReader::read(given, spec.options);
    if (!options)
        return fail(options.error());
    const auto names = readNames(*options, "names", 1);
    if (!names)
        return fail(names.error());
    auto design = readDesign(*options);
    if (!design)
        return fail(design.error());
    return std::make_shared<TorchScriptNetImpl>(std::move(spec), HeadSpec{headKind(*options), *names},
                                                std::move(*design));
}

}  // namespace nscope::models
