#include "core/fit/fit_network.h"

#include "core/models/kmer_mlp.h"

#include <algorithm>

namespace nscope::fit {

namespace {

bool beginsWithAny(std::string_view name, const std::vector<std::string>& prefixes)
{
    return std::ranges::any_of(prefixes, [name](const std::string& prefix) { return name.starts_with(prefix); });
}

}  // namespace

Result<std::vector<std::string>> takeInitialWeights(nn::SequenceNet& net, const std::string& safetensorsPath)
{
    auto given = models::readState(safetensorsPath);
    if (!given)
        return fail(given.error());
    models::StateDict state = models::stateOf(net);
    std::vector<std::string> fresh;
    for (auto& [name, tensor] : state) {
        const auto found = given->find(name);
        if (found != given->end() && found->second.sizes() == tensor.sizes())
            tensor = found->second;
        else
            fresh.push_back(name);
    }
    if (fresh.size() == state.size())
        return fail(ErrorCode::ModelMismatch, "No weight of this file fits the network by name and shape.",
                    {.file = safetensorsPath});
    if (auto applied = models::applyState(net, state); !applied)
        return fail(applied.error().at({.file = safetensorsPath}));
    return fresh;
}

Result<void> freeze(nn::SequenceNet& net, const std::vector<std::string>& prefixes)
{
    for (const std::string& prefix : prefixes) {
        bool found = false;
        for (const auto& item : net.named_parameters()) {
            if (item.key().starts_with(prefix)) {
                torch::Tensor(item.value()).requires_grad_(false);
                found = true;
            }
        }
        if (!found)
            return fail(ErrorCode::InvalidArgument, "The setting \"model.freeze\" names \"" + prefix
                                                        + "\", but no weight of the network begins so.");
    }
    if (trainedParameters(net).is_empty())
        return fail(ErrorCode::InvalidArgument,
                    "The setting \"model.freeze\" leaves no weight of the network to be trained.");
    return {};
}

void setTraining(nn::SequenceNet& net, const std::vector<std::string>& frozen)
{
    net.train();
    for (const auto& item : net.named_modules(std::string(), /*include_self=*/false)) {
        if (beginsWithAny(item.key(), frozen))
            item.value()->eval();
    }
}

torch::OrderedDict<std::string, torch::Tensor> trainedParameters(const nn::SequenceNet& net)
{
    torch::OrderedDict<std::string, torch::Tensor> trained;
    for (const auto& item : net.named_parameters()) {
        if (item.value().requires_grad())
            trained.insert(item.key(), item.value());
    }
    return trained;
}

std::map<std::string, torch::Tensor> runningStatistics(const nn::SequenceNet& net)
{
    std::map<std::string, torch::Tensor> statistics;
    for (const auto& item : net.named_buffers()) {
        if (item.key().ends_with("running_mean") || item.key().ends_with("running_var"))
            statistics[item.key()] = item.value().detach().to(torch::kCPU, torch::kFloat32).contiguous().clone();
    }
    return statistics;
}

models::StateDict onCpu(const models::StateDict& state)
{
    models::StateDict copy;
    for (const auto& [name, tensor] : state)
        copy[name] = tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous();
    return copy;
}

void standardiseCounts(nn::SequenceNet& net, const BatchMaker& batches, const std::vector<std::int32_t>& rows,
                       const nn::PassOptions& options)
{
    auto* counting = dynamic_cast<models::KmerMlpImpl*>(&net);
    if (!counting || rows.empty())
        return;
    const torch::NoGradGuard noGrad;
    torch::Tensor sum, squares;
    for (const train::Batch& batch : batches.judgingPlan(rows)) {
        options.poll();
        const FitBatch made = moved(batches.judging(batch), net.device(), net.scalarType());
        const torch::Tensor features_NF = counting->features_NF(made.input, options).to(torch::kFloat64);
        sum = sum.defined() ? sum + features_NF.sum(0) : features_NF.sum(0);
        squares = squares.defined() ? squares + features_NF.square().sum(0) : features_NF.square().sum(0);
    }
    const double count = double(rows.size());
    const torch::Tensor mean = sum / count;
    counting->setStandardisation(mean, (squares / count - mean.square()).clamp_min(0.0).sqrt());
}

}  // namespace nscope::fit
