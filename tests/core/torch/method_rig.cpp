#include "tests/core/torch/method_rig.h"

#include "tests/core/torch/zoo_checks.h"

#include <stdexcept>

namespace nscope::tests {

const char* const kSmooth = R"({"length": 60, "head": {"kind": "values", "names": ["y"]}, "layers": [
    {"type": "conv", "filters": 6, "kernel": 7}, {"type": "activation", "function": "gelu"},
    {"type": "avgpool", "width": 3}, {"type": "conv", "filters": 5, "kernel": 5},
    {"type": "activation", "function": "softplus"}, {"type": "globalpool"},
    {"type": "dense", "units": 4}, {"type": "activation", "function": "tanh"}, {"type": "dense", "units": 1}]})";

const char* const kKinked = R"({"length": 60, "head": {"kind": "values", "names": ["y"]}, "layers": [
    {"type": "conv", "filters": 8, "kernel": 7}, {"type": "batchnorm"}, {"type": "activation", "function": "relu"},
    {"type": "maxpool", "width": 4, "padding": "same"},
    {"type": "dilated_residual", "filters": 8, "dilations": [1, 2]},
    {"type": "globalpool", "of": "max"}, {"type": "dense", "units": 6},
    {"type": "activation", "function": "exponential"}, {"type": "dense", "units": 1}]})";

const char* const kLinear = R"({"length": 40, "head": {"kind": "values", "names": ["y"]}, "layers": [
    {"type": "conv", "filters": 3, "kernel": 5}, {"type": "flatten"}, {"type": "dense", "units": 1}]})";

const char* const kClasses = R"({"length": 60, "head": {"kind": "classes", "names": ["a", "b", "c"]}, "layers": [
    {"type": "conv", "filters": 6, "kernel": 7}, {"type": "activation", "function": "relu"},
    {"type": "globalpool"}, {"type": "dense", "units": 3}]})";

Result<data::Attribution> tryMethod(const std::shared_ptr<nn::SequenceNet>& net, const MethodRun& run)
{
    const auto method = interpret::findMethod(run.method);
    if (!method)
        return fail(method.error());
    const auto options = engine::completeOptions(run.options, (*method)->spec.options);
    if (!options)
        return fail(options.error());
    const auto target = net->parseTarget(run.target);
    if (!target)
        return fail(target.error());
    interpret::ExplainOrder order;
    order.net = net;
    order.letters = run.letters;
    order.target = *target;
    order.options = *options;
    order.only = run.only;
    order.cds = run.cds;
    order.budgetBytes = run.budgetBytes;
    if ((*method)->bytes(order) <= 0)
        throw std::runtime_error("The method asks for no memory.");
    auto job = (*method)->start(std::move(order));
    if (!job)
        return fail(job.error());
    for (int step = 0;; ++step) {
        auto report = (*job)->step({});
        if (!report)
            return fail(report.error());
        if ((*job)->doneUnits() > (*job)->totalUnits())
            throw std::runtime_error("More was done than there is.");
        if (report->finished) {
            if (report->deliveries.empty() || report->deliveries.back().partial)
                throw std::runtime_error("The last delivery is missing or partial.");
            return *std::get<std::shared_ptr<const data::Attribution>>(report->deliveries.back().payload);
        }
        if (step < run.halvings)
            (*job)->halve();
    }
}

data::Attribution runMethod(const std::shared_ptr<nn::SequenceNet>& net, const MethodRun& run)
{
    auto result = tryMethod(net, run);
    if (!result)
        throw std::runtime_error(result.error().sentence());
    return std::move(*result);
}

double diagnostic(const data::Attribution& attribution, const std::string& name)
{
    for (const data::NamedValue& value : attribution.diagnostics) {
        if (value.name == name)
            return value.value;
    }
    throw std::runtime_error("There is no diagnostic " + name + ".");
}

torch::Tensor values_LC(const data::Attribution& attribution)
{
    return torch::tensor(attribution.values_LC).reshape({-1, 4}).to(torch::kFloat64);
}

torch::Tensor values_L(const data::Attribution& attribution) { return values_LC(attribution).sum(1); }

torch::Tensor onehot_LC(const nn::SequenceNet& net, const std::string& letters)
{
    return net.onehot(net.encode(letters)).onehot_NLC[0].to(torch::kFloat64);
}

double largest(const torch::Tensor& tensor) { return tensor.abs().max().item<double>(); }

double sumOf(const data::Attribution& attribution) { return values_LC(attribution).sum().item<double>(); }

double scoreOf(nn::SequenceNet& net, std::string_view letters)
{
    const c10::InferenceMode inference;
    return net.score_N(net.forward(net.encode(letters), {}), net.parseTarget("").value())[0].item<double>();
}

double scoreOf(nn::SequenceNet& net, const torch::Tensor& mixture_LC)
{
    const c10::InferenceMode inference;
    const nn::NetInput input{{}, mixture_LC.unsqueeze(0).to(net.scalarType())};
    return net.score_N(net.forward(input, {}), net.parseTarget("").value())[0].item<double>();
}

std::shared_ptr<nn::SequenceNet> customNet(const std::string& json, std::uint64_t seed)
{
    auto net = randomNet("custom", {{"layers", json}}, seed);
    net->to(torch::kFloat64);
    return net;
}

}  // namespace nscope::tests
