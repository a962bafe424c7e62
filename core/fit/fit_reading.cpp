#include "core/fit/fit_reading.h"

#include "core/dataset/data_settings.h"
#include "core/models/ensemble.h"
#include "core/models/model_zoo.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nscope::fit {

namespace {

using dataset::Example;
using dataset::TaskKind;

constexpr std::size_t kMostLengths = 200;

std::string joinedNames(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ",") + name;
    return text;
}

const models::Family* familyOf(const std::string& architecture)
{
    const auto& zoo = models::modelZoo();
    const auto found =
        std::ranges::find(zoo, architecture, [](const models::Family& f) { return f.spec.architecture; });
    return found == zoo.end() ? nullptr : &*found;
}

bool answers(models::HeadKind head, TaskKind task)
{
    using models::HeadKind;
    switch (task) {
    case TaskKind::Classes: return head == HeadKind::Classes || head == HeadKind::Fractions;
    case TaskKind::Labels: return head == HeadKind::Labels;
    case TaskKind::Distribution: return head == HeadKind::Fractions || head == HeadKind::Classes;
    case TaskKind::Numbers: return head == HeadKind::Values;
    case TaskKind::Profile: return head == HeadKind::Profile;
    case TaskKind::MaskedLetters: break;
    }
    return false;
}

std::string sizesText(std::size_t there, std::size_t wanted)
{
    return std::to_string(there) + " values where the task has " + std::to_string(wanted);
}

Result<void> checkExample(const Example& example, const dataset::Dataset& data)
{
    const dataset::Task& task = data.task;
    const std::size_t names = task.names.size(), there = example.target.size();
    const auto refuse = [&](std::string sentence) -> Result<void> {
        return fail(ErrorCode::InvalidArgument, std::move(sentence), {.record = example.id});
    };
    if (!example.source || example.lengthNt < 1)
        return refuse("The example has no letters.");
    if (example.features.size() != data.features.size())
        return refuse("The example has " + std::to_string(example.features.size())
                      + " further values where the data have " + std::to_string(data.features.size()) + " columns.");
    switch (task.kind) {
    case TaskKind::Classes:
        if (there != 1 || !(example.target[0] >= 0.0f) || example.target[0] >= float(names))
            return refuse("The example's class is none of those of the task.");
        break;
    case TaskKind::Profile:
        if (there == 0 || there % names != 0)
            return refuse("The example's profile has " + sizesText(there, names) + " signals.");
        break;
    case TaskKind::MaskedLetters: break;
    default:
        if (there != names)
            return refuse("The example has " + sizesText(there, names) + " names.");
    }
    return {};
}

std::int64_t floorMod(std::int64_t a, std::int64_t b) { return ((a % b) + b) % b; }

}  // namespace

namespace {

/// Sequences that are all shorter than what the network reads as published make it a shorter one, where its layers allow.
void shorten(const models::Family& family, const dataset::Dataset& data, data::OptionMap& options)
{
    const auto length = std::ranges::find(family.spec.options, "length", &engine::OptionSpec::id);
    if (length == family.spec.options.end() || options.contains("length") || data.task.kind == TaskKind::Profile
        || data.task.kind == TaskKind::MaskedLetters)
        return;
    std::int64_t longestNt = 0;
    for (const Example& example : data.examples)
        longestNt = std::max(longestNt, example.lengthNt);
    if (longestNt == 0 || longestNt >= std::get<std::int64_t>(length->fallback))
        return;
    data::OptionMap shorter = options;
    shorter["length"] = longestNt;
    if (models::createNet(family.spec.architecture, shorter))
        options = std::move(shorter);
}

}  // namespace

Result<data::OptionMap> optionsFor(const ModelSettings& model, const dataset::Dataset& data)
{
    const dataset::Task& task = data.task;
    const models::Family* family = familyOf(model.architecture);
    data::OptionMap options = model.options;
    if (!family)
        return options;  // createNet says which there are
    const auto offer = [&](const std::string& id, data::OptionValue value) {
        if (std::ranges::count(family->spec.options, id, &engine::OptionSpec::id) > 0)
            options.try_emplace(id, std::move(value));
    };
    for (const std::string& name : task.names) {
        if (name.contains(','))
            return fail(ErrorCode::InvalidArgument,
                        "The name “" + name + "” of the data holds a comma; choose one without.");
    }
    if (task.kind != TaskKind::MaskedLetters) {
        offer("tasks", joinedNames(task.names));
        offer("names", joinedNames(task.names));
    }
    if (model.architecture == "utrbert")
        offer("task", std::string(task.kind == TaskKind::MaskedLetters ? "mlm"
                                  : task.kind == TaskKind::Labels      ? "localisation"
                                                                       : "classifier"));
    const std::string head = task.kind == TaskKind::Labels    ? "labels"
                             : task.kind == TaskKind::Classes ? "classes"
                                                              : "values";
    const auto heads = std::ranges::find(family->spec.options, "head", &engine::OptionSpec::id);
    if (heads != family->spec.options.end() && std::ranges::count(heads->choices, head) > 0)
        offer("head", head);
    for (const char* input : {"halflife", "tf"})
        offer(input, std::int64_t(std::ranges::count(data.features, input, &dataset::FeatureColumn::input)));
    // Numbers of an embedding, at each of its positions if there are several.
    const auto ofEmbedding = std::ranges::count(data.features, "embedding", &dataset::FeatureColumn::input);
    const auto positions = options.find("positions");
    const std::int64_t places =
        positions != options.end() && std::holds_alternative<std::int64_t>(positions->second)
            ? std::max<std::int64_t>(1, std::get<std::int64_t>(positions->second))
            : 1;
    if (ofEmbedding > 0)
        offer("embedding_dim", std::int64_t(ofEmbedding) / places);
    if (task.kind == TaskKind::Profile)
        offer("bin_size", task.binNt);
    shorten(*family, data, options);
    return options;
}

Result<void> checkExamples(const dataset::Dataset& data)
{
    if (data.task.kind == TaskKind::Profile && data.task.binNt < 1)
        return fail(ErrorCode::InvalidArgument, "The data do not say how long the bins of their profiles are.");
    if (data.task.names.empty() && data.task.kind != TaskKind::MaskedLetters)
        return fail(ErrorCode::InvalidArgument, "The data name nothing that could be learned.");
    for (const Example& example : data.examples) {
        if (auto sound = checkExample(example, data); !sound)
            return sound;
    }
    return {};
}

Result<void> checkHead(nn::SequenceNet& net, const dataset::Task& task)
{
    const std::string architecture = net.spec().architecture;
    if (task.kind == TaskKind::MaskedLetters) {
        if (dynamic_cast<nn::MaskedLetterNet*>(&net) && net.spec().outputs.maskedLetters)
            return {};
        return fail(ErrorCode::InvalidArgument,
                    "The network " + architecture
                        + " does not learn hidden letters; take gpn, or utrbert with its option task at mlm.");
    }
    const models::ZooNet* zoo = models::zooNetOf(net);
    if (!zoo || net.parameters().empty())
        return fail(ErrorCode::Unsupported,
                    "The network " + architecture + " cannot be trained on a task of this kind.");
    if (!answers(zoo->head().kind, task.kind) || net.spec().outputs.maskedLetters)
        return fail(ErrorCode::InvalidArgument, "The network " + architecture
                                                    + " as its options make it does not answer the task \""
                                                    + std::string(dataset::taskName(task.kind))
                                                    + "\"; choose another network, or other options of its head.");
    if (zoo->head().names != task.names)
        return fail(ErrorCode::InvalidArgument, "The network's outputs are called " + joinedNames(zoo->head().names)
                                                    + ", but those of the data " + joinedNames(task.names)
                                                    + ": name them alike, in the same order (data.class_titles names classes "
                                                      "otherwise than the table).");
    return {};
}

Result<std::shared_ptr<nn::SequenceNet>> makeNet(const ModelSettings& model, const dataset::Dataset& data)
{
    const auto options = optionsFor(model, data);
    if (!options)
        return fail(options.error());
    auto net = models::createNet(model.architecture, *options);
    if (!net)
        return net;
    if (const auto fits = checkHead(**net, data.task); !fits)
        return fail(fits.error());
    return net;
}

const torch::Tensor& rawOutput(const nn::NamedTensors& outputs)
{
    for (const char* name : {"logits_NK", "values_NT"}) {
        if (const auto found = outputs.find(name); found != outputs.end())
            return found->second;
    }
    return outputs.at("profile_NBT");
}

Result<Reading> Reading::of(nn::SequenceNet& net, const dataset::Dataset& data)
{
    Reading reading;
    reading.m_task = data.task;
    reading.m_padding = net.padId();
    for (int letter = 0; letter < 256; ++letter)
        reading.m_symbols[std::size_t(letter)] = net.idOf(char(letter));
    if (data.task.kind == TaskKind::MaskedLetters)
        reading.m_masked = dynamic_cast<nn::MaskedLetterNet*>(&net);
    if (auto taken = reading.takeFeatures(net.spec(), data); !taken)
        return fail(taken.error());
    if (data.task.kind == TaskKind::Profile) {
        if (auto laid = reading.layProfiles(net, data); !laid)
            return fail(laid.error());
    }
    return reading;
}

Result<void> Reading::takeFeatures(const engine::ModelSpec& spec, const dataset::Dataset& data)
{
    for (std::size_t column = 0; column < data.features.size(); ++column)
        m_features[data.features[column].input].push_back(column);
    for (const engine::InputSpec& input : spec.input.further) {
        const auto found = m_features.find(input.id);
        const bool there = found != m_features.end();
        if (input.required && !there)
            return fail(ErrorCode::InvalidArgument,
                        "The network needs the input \"" + input.id + "\" of every sequence, which the data have not.");
        if (there && std::int64_t(found->second.size()) != input.width)
            return fail(ErrorCode::InvalidArgument, "The network's input \"" + input.id + "\" takes "
                                                        + std::to_string(input.width) + " values, but the data have "
                                                        + std::to_string(found->second.size()) + " for it.");
    }
    for (const auto& [id, columns] : m_features) {
        if (std::ranges::count(spec.input.further, id, &engine::InputSpec::id) == 0)
            return fail(ErrorCode::InvalidArgument,
                        "The data have values for the input \"" + id + "\", which this network does not read.");
    }
    return {};
}

std::int64_t Reading::lengthNt(const dataset::Example& example) const
{
    return m_windowNt > 0 ? std::min(m_windowNt, example.lengthNt) : example.lengthNt;
}

Result<void> Reading::layProfiles(nn::SequenceNet& net, const dataset::Dataset& data)
{
    m_windowNt = net.spec().input.lengthNt;
    const c10::InferenceMode inference;
    net.eval();
    for (const dataset::Example& example : data.examples) {
        const std::int64_t length = lengthNt(example);
        if (!m_frames.contains(length)) {
            if (m_frames.size() >= kMostLengths)
                return fail(ErrorCode::InvalidArgument,
                            "The windows of the data have more than " + std::to_string(kMostLengths)
                                + " different lengths; profiles need windows of one length.");
            const std::string letters(std::size_t(length), 'A');
            const data::Track track = net.prediction(net.forward(net.encode(letters), {}), 0).profiles.at(0);
            m_frames[length] = {track.startNt, track.binNt, track.binCount()};
        }
        const ProfileFrame& net_ = m_frames.at(length);
        if (net_.binNt % m_task.binNt != 0)
            return fail(ErrorCode::InvalidArgument, "The network's bins of " + std::to_string(net_.binNt)
                                                        + " nt are no multiple of the data's, which have "
                                                        + std::to_string(m_task.binNt) + " nt.");
        const WindowRange range = window(example);
        if (range.firstNt > range.lastNt)
            return fail(ErrorCode::InvalidArgument,
                        "The profile does not cover what the network predicts: "
                            + std::to_string(net_.bins * net_.binNt) + " nt from the window's base "
                            + std::to_string(net_.startNt + 1) + " on. Take larger windows or a shorter network.",
                        {.record = example.id});
    }
    return {};
}

WindowRange Reading::window(const dataset::Example& example) const
{
    const std::int64_t length = lengthNt(example);
    const ProfileFrame& net = frame(length);
    const std::int64_t bin = m_task.binNt;
    const std::int64_t bins = std::int64_t(example.target.size() / m_task.names.size());
    // The window's start c is such that the network's first bin begins where one of the data's does.
    const std::int64_t firstBin = example.targetStartNt - net.startNt;
    const std::int64_t last = std::min(example.lengthNt - length, firstBin + bins * bin - net.bins * net.binNt);
    const std::int64_t from = std::max<std::int64_t>(0, firstBin);
    const auto down = [&](std::int64_t start) { return start - floorMod(start - firstBin, bin); };
    WindowRange range{0, down(from + bin - 1), down(last)};
    range.centreNt = std::clamp(down((example.lengthNt - length) / 2), std::min(range.firstNt, range.lastNt),
                                std::max(range.firstNt, range.lastNt));
    return range;
}

bool Reading::profilesAreSymmetric() const
{
    return std::ranges::all_of(m_frames, [](const auto& entry) {
        const auto& [lengthNt, frame] = entry;
        return 2 * frame.startNt + frame.bins * frame.binNt == lengthNt;
    });
}

void Reading::addProfile(const dataset::Example& example, std::int64_t startNt, bool turned, float* target_BT) const
{
    const ProfileFrame& net = frame(lengthNt(example));
    const auto tasks = std::int64_t(m_task.names.size());
    const std::int64_t dataBins = std::int64_t(example.target.size()) / tasks, ratio = net.binNt / m_task.binNt;
    const std::int64_t first = (startNt + net.startNt - example.targetStartNt) / m_task.binNt;
    for (std::int64_t bin = 0; bin < net.bins; ++bin) {
        const std::int64_t to = turned ? net.bins - 1 - bin : bin;
        for (std::int64_t task = 0; task < tasks; ++task) {
            const float* const values = example.target.data() + task * dataBins + first + bin * ratio;
            double sum = 0.0;
            int count = 0;
            for (std::int64_t i = 0; i < ratio; ++i) {
                if (!std::isnan(values[i])) {
                    sum += values[i];
                    ++count;
                }
            }
            target_BT[to * tasks + task] = count > 0 ? float(sum / count) : std::numeric_limits<float>::quiet_NaN();
        }
    }
}

}  // namespace nscope::fit
