#include "core/models/zoo_net.h"

#include <algorithm>
#include <charconv>

namespace nscope::models {

namespace {

constexpr const char* kLengths = "lengths_N";
constexpr const char* kBins = "bins_N";

torch::Tensor integers(const std::vector<std::int64_t>& values) { return torch::tensor(values, torch::kInt64); }

/// Bins of a row of a profile.
std::int64_t binsOf(const nn::NamedTensors& outputs, std::int64_t row)
{
    const auto bins = outputs.find(kBins);
    return bins == outputs.end() ? outputs.at("profile_NBT").size(1) : bins->second[row].item<std::int64_t>();
}

bool hasLogits(HeadKind kind)
{
    return kind == HeadKind::Classes || kind == HeadKind::Fractions || kind == HeadKind::Labels;
}

torch::Tensor logProbabilities(const torch::Tensor& logits, HeadKind kind)
{
    return kind == HeadKind::Labels ? at::log_sigmoid(logits) : at::log_softmax(logits, -1);
}

/// "120-180", 1-based inclusive, of which the first base is 1.
std::optional<data::Interval> parseWindow(std::string_view text)
{
    std::int64_t first = 0, last = 0;
    const auto begin = std::from_chars(text.data(), text.data() + text.size(), first);
    if (begin.ec != std::errc() || begin.ptr == text.data() + text.size() || *begin.ptr != '-')
        return std::nullopt;
    const auto end = std::from_chars(begin.ptr + 1, text.data() + text.size(), last);
    if (end.ec != std::errc() || end.ptr != text.data() + text.size() || first < 1 || last < first)
        return std::nullopt;
    return data::Interval{first - 1, last};
}

}  // namespace

void describeHead(engine::ModelSpec& spec, const HeadSpec& head)
{
    spec.targets.clear();
    spec.outputs.classes.clear();
    spec.outputs.scalars.clear();
    spec.outputs.profileTasks.clear();
    spec.outputs.fractions = false;
    switch (head.kind) {
    case HeadKind::Classes:
        spec.outputs.classes = head.names;
        if (head.names.size() == 2)
            spec.targets.push_back({"logit:" + head.names[1] + "-" + head.names[0], "Log-odds of " + head.names[1],
                                    "Positive: speaks for " + head.names[1]});
        for (const std::string& name : head.names)
            spec.targets.push_back({"class:" + name, "Log probability of " + name, "Positive: speaks for " + name});
        break;
    case HeadKind::Fractions:
        spec.outputs.scalars = head.names;
        spec.outputs.fractions = true;
        for (const std::string& name : head.names)
            spec.targets.push_back({"class:" + name, "Log fraction in " + name, "Positive: a larger share in " + name});
        break;
    case HeadKind::Labels:
        spec.outputs.classes = head.names;
        for (const std::string& name : head.names)
            spec.targets.push_back({"logit:" + name, "Log-odds of " + name, "Positive: speaks for " + name});
        break;
    case HeadKind::Values:
    case HeadKind::Profile:
        (head.kind == HeadKind::Values ? spec.outputs.scalars : spec.outputs.profileTasks) = head.names;
        for (const std::string& name : head.names)
            spec.targets.push_back({"task:" + name, name,
                                    head.kind == HeadKind::Values ? "Positive: a higher value"
                                                                  : "Positive: a higher mean of the profile; "
                                                                    "@start-end limits it to these bases"});
        break;
    }
}

ZooNet::ZooNet(engine::ModelSpec spec, HeadSpec head) : m_spec(std::move(spec)), m_head(std::move(head))
{
    describeHead(m_spec, m_head);
}

int ZooNet::indexOf(std::string_view name) const
{
    const auto found = std::ranges::find(m_head.names, name);
    return found == m_head.names.end() ? -1 : int(found - m_head.names.begin());
}

Result<nn::Target> ZooNet::unknownTarget(std::string_view text) const
{
    std::string known;
    for (std::size_t i = 0; i < m_spec.targets.size() && i < 8; ++i)
        known += (i ? ", " : "") + m_spec.targets[i].id;
    return fail(ErrorCode::InvalidArgument, "The target “" + std::string(text) + "” is not one of this model: use "
                                                + known + (m_spec.targets.size() > 8 ? " …" : "") + ".");
}

Result<nn::Target> ZooNet::parseTarget(std::string_view text) const
{
    nn::Target target;
    target.id = text.empty() ? m_spec.targets.front().id : std::string(text);
    const std::string_view id = target.id;
    const auto rest = id.substr(std::min(id.size(), id.find(':') + 1));
    if (id.starts_with("class:") && hasLogits(m_head.kind)) {
        target.kind = nn::Target::Kind::LogProbability;
        target.positive = indexOf(rest);
    } else if (id.starts_with("logit:") && hasLogits(m_head.kind)) {
        target.positive = indexOf(rest);
        target.kind = nn::Target::Kind::Logit;
        // Names may hold dashes themselves, so every dash is tried.
        for (auto dash = rest.find('-'); target.positive < 0 && dash != rest.npos; dash = rest.find('-', dash + 1)) {
            const int a = indexOf(rest.substr(0, dash)), b = indexOf(rest.substr(dash + 1));
            if (a >= 0 && b >= 0 && a != b) {
                target.kind = nn::Target::Kind::LogitDifference;
                target.positive = a;
                target.negative = b;
            }
        }
    } else if (id.starts_with("task:") && !hasLogits(m_head.kind)) {
        target.kind = nn::Target::Kind::Task;
        target.positive = indexOf(rest);
        const auto at = rest.rfind('@');
        if (target.positive < 0 && at != rest.npos && m_head.kind == HeadKind::Profile) {
            target.window = parseWindow(rest.substr(at + 1));
            target.positive = target.window ? indexOf(rest.substr(0, at)) : -1;
        }
    } else {
        target.positive = -1;
    }
    if (target.positive < 0)
        return unknownTarget(target.id);
    return target;
}

torch::Tensor ZooNet::score_N(const nn::NamedTensors& outputs, const nn::Target& target) const
{
    switch (target.kind) {
    case nn::Target::Kind::LogitDifference: {
        const torch::Tensor& logits = outputs.at("logits_NK");
        return logits.select(1, target.positive) - logits.select(1, target.negative);
    }
    case nn::Target::Kind::Logit: return outputs.at("logits_NK").select(1, target.positive);
    case nn::Target::Kind::LogProbability:
        return logProbabilities(outputs.at("logits_NK"), m_head.kind).select(1, target.positive);
    case nn::Target::Kind::Task: break;
    }
    if (m_head.kind == HeadKind::Values)
        return outputs.at("values_NT").select(1, target.positive);
    const torch::Tensor profile_NB = outputs.at("profile_NBT").select(2, target.positive);
    std::vector<data::Interval> bins;
    for (std::int64_t row = 0; row < profile_NB.size(0); ++row)
        bins.push_back(targetBins(outputs, target, row));
    if (std::ranges::count(bins, bins.front()) == std::ptrdiff_t(bins.size()))
        return profile_NB.narrow(1, bins.front().startNt, bins.front().length()).mean(1);
    std::vector<torch::Tensor> means;
    for (std::size_t row = 0; row < bins.size(); ++row)
        means.push_back(profile_NB[std::int64_t(row)].narrow(0, bins[row].startNt, bins[row].length()).mean());
    return at::stack(means);
}

data::Interval ZooNet::targetBins(const nn::NamedTensors& outputs, const nn::Target& target, std::int64_t row) const
{
    const std::int64_t bins = binsOf(outputs, row);
    if (!target.window)
        return {0, bins};
    const ProfileFrame frame = profileFrame(outputs.at(kLengths)[row].item<std::int64_t>());
    const data::Interval result{
        std::clamp<std::int64_t>((target.window->startNt - frame.startNt) / frame.binNt, 0, bins),
        std::clamp<std::int64_t>((target.window->endNt - frame.startNt + frame.binNt - 1) / frame.binNt, 0, bins)};
    if (result.startNt >= result.endNt)
        throw std::invalid_argument("The target " + target.id + " lies outside the predicted profile.");
    return result;
}

data::Prediction ZooNet::prediction(const nn::NamedTensors& outputs, std::int64_t row) const
{
    const auto plain = [row](const torch::Tensor& tensor) {
        return tensor[row].detach().to(torch::kCPU, torch::kFloat64).contiguous();
    };
    data::Prediction result;
    if (m_head.kind == HeadKind::Profile) {
        const torch::Tensor rows_BT = plain(outputs.at("profile_NBT")).narrow(0, 0, binsOf(outputs, row));
        const torch::Tensor rows_TB = rows_BT.t().to(torch::kFloat32).contiguous();
        const ProfileFrame frame = profileFrame(outputs.at(kLengths)[row].item<std::int64_t>());
        const float* const values = rows_TB.data_ptr<float>();
        result.profiles.push_back({frame.startNt, frame.binNt, m_head.names, {values, values + rows_TB.numel()}});
        return result;
    }
    torch::Tensor values = plain(outputs.at(hasLogits(m_head.kind) ? "logits_NK" : "values_NT"));
    if (hasLogits(m_head.kind))
        values = logProbabilities(values, m_head.kind).exp();
    const bool isClass = m_head.kind == HeadKind::Classes || m_head.kind == HeadKind::Labels;
    for (std::size_t i = 0; i < m_head.names.size(); ++i) {
        const double value = values[std::int64_t(i)].item<double>();
        if (isClass)
            result.classProbabilities.push_back({"p_" + m_head.names[i], value});
        else
            result.scalars.push_back({m_head.names[i], value});
    }
    if (m_head.kind == HeadKind::Classes || m_head.kind == HeadKind::Fractions)
        result.predictedClass = m_head.names[std::size_t(values.argmax().item<std::int64_t>())];
    return result;
}

std::int64_t ZooNet::passBytes(std::int64_t batch, std::int64_t lengthNt, bool gradient) const
{
    const double element = scalarType() == torch::kFloat64 ? 8.0 : 4.0;
    return std::int64_t(double(batch) * activations(lengthNt) * element * (gradient ? 3.0 : 1.0)) + (std::int64_t(8) << 20);
}

ProfileFrame ZooNet::profileFrame(std::int64_t) const { throw std::logic_error("This network gives no profile."); }

void rememberLengths(nn::NamedTensors& outputs, const nn::NetInput& input)
{
    std::vector<std::int64_t> lengths = input.lengths;
    if (lengths.empty())
        lengths.assign(std::size_t(input.batch()), input.length());
    outputs[kLengths] = integers(lengths);
}

void rememberBins(nn::NamedTensors& outputs, const std::vector<std::int64_t>& bins) { outputs[kBins] = integers(bins); }

}  // namespace nscope::models
