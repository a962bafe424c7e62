#include "core/models/bpnet.h"

#include "core/models/gopher_common.h"

#include <algorithm>

namespace nscope::models {

namespace {

using nn::Activation;
using nn::ConvLayer;
using nn::Layers;

constexpr std::string_view kCounts = "counts:";

bool isOriginal(const OptionReader& options) { return options.text("variant") == "ori_bpnet"; }

Result<StackRecipe> recipeOf(const OptionReader& options)
{
    StackRecipe recipe = gopherRecipe(options, HeadKind::Profile);
    const std::int64_t binNt = options.integer("bin_size");
    if (const auto bins = binCount(recipe.design.lengthNt, binNt); !bins)
        return fail(bins.error());
    const bool original = isOriginal(options);
    const std::int64_t filters = options.integer("filters") > 0 ? options.integer("filters") : original ? 64 : 256;
    const std::int64_t headKernel = options.integer("head_kernel") > 0 ? options.integer("head_kernel")
                                                                       : original ? 25 : 7;
    Layers& layers = recipe.design.layers;
    layers = {{"stem", ConvLayer{.filters = filters, .kernelNt = options.integer("kernel")}},
              nn::activation(Activation::Relu)};
    for (std::int64_t i = 1; i <= options.integer("layers"); ++i) {
        const ConvLayer conv{.filters = filters, .kernelNt = 3, .dilation = std::int64_t(1) << i};
        layers.push_back({"d" + std::to_string(i),
                          nn::ResidualLayer{{{"conv", conv}, nn::activation(Activation::Relu)}}});
    }
    const Layers head = {{"conv", nn::TransposedConvLayer{.filters = 1, .kernelNt = headKernel}}};
    layers.push_back({"profile", nn::BranchesLayer{std::vector<Layers>(recipe.head.names.size(), head)}});
    if (binNt > 1)
        layers.push_back(nn::averagePool(binNt));
    if (!original && options.flag("softplus"))
        layers.push_back(nn::activation(Activation::Softplus));
    return recipe;
}

std::vector<engine::OptionSpec> optionSpecs()
{
    std::vector<engine::OptionSpec> options = gopherOptions();
    options.push_back(choiceOption("variant", "Variant",
                                   "GOPHER's, or the original with a head for the number of reads",
                                   {"bpnet", "ori_bpnet"}));
    options.push_back(integerOption("bin_size", "Bin size (nt)", "Bases averaged for a value of the profile", 1, 1,
                                  10'000'000));
    options.push_back(integerOption("filters", "Filters", "Of every convolution; 0: as published", 0, 0, 65'536));
    options.push_back(integerOption("kernel", "First kernel (nt)", "Of the first convolution", 25, 1, 1001));
    options.push_back(integerOption("layers", "Dilated layers", "Layer i has dilation 2^i", 9, 1, 16));
    options.push_back(integerOption("head_kernel", "Head kernel (nt)", "Of the transposed convolutions; 0: as published",
                                  0, 0, 1001));
    options.push_back({"softplus", "Softplus", "Positive profiles, for the Poisson loss; ori_bpnet has none", true, {},
                       {}, {}});
    return options;
}

}  // namespace

engine::ModelSpec bpnetSpec()
{
    engine::ModelSpec spec;
    spec.architecture = "bpnet";
    spec.name = "BPNet";
    spec.help = "Coverage profiles per base from dilated convolutions with a head per task";
    spec.citation = "Avsec et al. 2021, Nature Genetics; " + std::string(kGopherCitation);
    spec.options = optionSpecs();
    spec.input.alphabet = "DNA";
    return describedSpec(std::move(spec), recipeOf);
}

Result<std::shared_ptr<nn::SequenceNet>> createBpnet(std::string_view, const data::OptionMap& given)
{
    engine::ModelSpec spec = bpnetSpec();
    const auto options = OptionReader::read(given, spec.options);
    if (options && isOriginal(*options))
        return createStackNet<CountingBpnetImpl>(std::move(spec), recipeOf, given);
    return createStackNet(std::move(spec), recipeOf, given);
}

CountingBpnetImpl::CountingBpnetImpl(engine::ModelSpec spec, StackRecipe recipe)
    : StackNetImpl(std::move(spec), std::move(recipe))
{
    const Layers& layers = design().layers;
    const auto heads = std::ranges::find_if(layers, [](const nn::Layer& layer) {
        return std::holds_alternative<nn::BranchesLayer>(layer.what);
    });
    m_trunkLayers = std::size_t(heads - layers.begin());
    const std::int64_t filters = std::get<ConvLayer>(layers.front().what).filters;
    counts = register_module("counts", torch::nn::Linear(filters, std::int64_t(head().names.size())));
    nn::glorotUniform(*counts);
    for (const std::string& task : head().names) {
        m_spec.outputs.scalars.push_back("counts_" + task);
        m_spec.targets.push_back({std::string(kCounts) + task, "Reads of " + task, "Positive: more reads"});
    }
}

torch::Tensor CountingBpnetImpl::run(const torch::Tensor& x, const nn::PassOptions& options, nn::NamedTensors& outputs,
                                     nn::NamedTensors* hidden)
{
    nn::LayerStackImpl& layers = stack();
    const torch::Tensor trunk = layers.forwardPart(x, 0, m_trunkLayers, options, hidden);
    outputs["counts_NT"] = counts->forward(trunk.mean(2));
    options.note("Reads per task", outputs.at("counts_NT"));
    return layers.forwardPart(trunk, m_trunkLayers, layers.layers().size(), options, hidden);
}

// A target beyond the tasks is a number of reads.
Result<nn::Target> CountingBpnetImpl::parseTarget(std::string_view text) const
{
    const auto task = text.starts_with(kCounts) ? std::ranges::find(head().names, text.substr(kCounts.size()))
                                                : head().names.end();
    if (task == head().names.end())
        return StackNetImpl::parseTarget(text);
    nn::Target target;
    target.id = std::string(text);
    target.kind = nn::Target::Kind::Task;
    target.positive = int(head().names.size()) + int(task - head().names.begin());
    return target;
}

torch::Tensor CountingBpnetImpl::score_N(const nn::NamedTensors& outputs, const nn::Target& target) const
{
    return countOf(target) >= 0 ? outputs.at("counts_NT").select(1, countOf(target))
                                : StackNetImpl::score_N(outputs, target);
}

std::unique_ptr<nn::MutantScorer> CountingBpnetImpl::mutantScorer(std::string_view letters, const nn::Target& target,
                                                                  std::int64_t budgetBytes,
                                                                  const nn::PassOptions& options)
{
    if (countOf(target) < 0)
        return StackNetImpl::mutantScorer(letters, target, budgetBytes, options);
    nn::StackScore score;
    score.layers = m_trunkLayers;
    score.averagesPositions = true;
    score.score_N = [this, target](const torch::Tensor& trunk_NC) {
        return counts->forward(trunk_NC).select(1, countOf(target));
    };
    return stackMutants(letters, std::move(score), budgetBytes, options);
}

data::Prediction CountingBpnetImpl::prediction(const nn::NamedTensors& outputs, std::int64_t row) const
{
    data::Prediction result = StackNetImpl::prediction(outputs, row);
    const torch::Tensor reads_T = outputs.at("counts_NT")[row].detach().to(torch::kCPU, torch::kFloat64);
    for (std::size_t i = 0; i < head().names.size(); ++i)
        result.scalars.push_back({"counts_" + head().names[i], reads_T[std::int64_t(i)].item<double>()});
    return result;
}

}  // namespace nscope::models
