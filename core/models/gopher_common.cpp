#include "core/models/gopher_common.h"

namespace nscope::models {

using nn::Activation;
using nn::Layers;

std::string gopherTasks()
{
    return "GM21381,GM23338,HepG2,RWPE2,HG03575,K562,DND-41,GM12878,A549,HCT116,IMR-90,NCI-H929,PANC1,PC-3,MCF-7";
}

std::vector<engine::OptionSpec> gopherOptions()
{
    return {textOption("tasks", "Tasks", "Names separated by commas, in the order of the output", gopherTasks()),
            integerOption("length", "Input length (nt)", "Longer sequences are cut, shorter ones padded", kGopherLengthNt,
                        1, 10'000'000)};
}

engine::OptionSpec firstActivationOption()
{
    return choiceOption("activation", "First activation",
                        "After the first convolution; exponential gives clearer motifs",
                        {"relu", "exponential"});
}

Activation firstActivation(const OptionReader& options)
{
    return options.text("activation") == "exponential" ? Activation::Exponential : Activation::Relu;
}

engine::OptionSpec headOption()
{
    return choiceOption("head", "Head", "labels: yes or no for each task; classes: one of them; values: a number each",
                        {"labels", "classes", "values"});
}

HeadKind chosenHead(const OptionReader& options)
{
    const std::string& head = options.text("head");
    return head == "classes" ? HeadKind::Classes : head == "values" ? HeadKind::Values : HeadKind::Labels;
}

StackRecipe gopherRecipe(const OptionReader& options, HeadKind head)
{
    StackRecipe recipe;
    recipe.head = {head, options.names("tasks")};
    recipe.design.lengthNt = options.integer("length");
    return recipe;
}

Result<std::int64_t> binCount(std::int64_t lengthNt, std::int64_t binNt)
{
    if (lengthNt % binNt != 0)
        return fail(ErrorCode::InvalidArgument, "Bins of " + std::to_string(binNt) + " nt do not fill the input of "
                                                    + std::to_string(lengthNt) + " nt; bin_size must divide length.");
    return lengthNt / binNt;
}

Layers singleHead(std::int64_t tasks)
{
    return {{"out", nn::DenseLayer{tasks}}, nn::activation(Activation::Softplus)};
}

Layers taskHeads(std::int64_t tasks, std::int64_t filters)
{
    const Layers head = {{"conv", nn::ConvLayer{.filters = filters, .kernelNt = 7}},
                         {"bn", nn::BatchNormLayer{}},
                         nn::activation(Activation::Relu),
                         nn::dropout(0.1),
                         {"out", nn::DenseLayer{1}},
                         nn::activation(Activation::Softplus)};
    return {{"task", nn::BranchesLayer{std::vector<Layers>(std::size_t(tasks), head)}}};
}

}  // namespace nscope::models
