// Purpose: the networks that are one list of layers (nn/layers.h) between one-hot nucleotides and a head: the families
// say which layers, everything else follows. Input and output: zoo_net.h; with keepHidden "hidden.<box>" [N,P,C] per
// box of the architecture diagram and "embedding_ND", the last box before the head averaged over its positions. Errors:
// a list that does not fit its input or its head is InvalidArgument with the layer's number. Thread: one at a time.
#pragma once

#include "core/models/option_reader.h"
#include "core/models/zoo_net.h"
#include "core/nn/first_filters.h"
#include "core/nn/rescale.h"
#include "core/nn/stack_mutants.h"

namespace nscope::models {

/// What stands between the letters and the head.
struct StackDesign {
    nn::Layers layers;              ///< the last one gives a channel per name of the head; no sigmoid, no softmax
    std::int64_t lengthNt = 0;      ///< 0: sequences of any length
    nn::Keep keep = nn::Keep::Centre;
    nn::PadAt pad = nn::PadAt::Both;
    std::string channelOrder = "ACGT";
    double unknown = 0.0;           ///< in every channel at a letter that is none of the four
    std::optional<nn::LayerShape> input{};  ///< of the layers; none: one-hot letters

    nn::LayerShape inputShape() const { return input.value_or(nn::LayerShape{4, lengthNt, false}); }
};

/// An architecture for given options.
struct StackRecipe {
    HeadSpec head;
    StackDesign design;
};
using MakeRecipe = Result<StackRecipe> (*)(const OptionReader& options);

/// Targets, outputs and input rule of a spec, filled in from the design and its head.
Result<void> describeStack(engine::ModelSpec& spec, const StackRecipe& recipe);
/// The same from the recipe of the default options, which must be sound.
engine::ModelSpec describedSpec(engine::ModelSpec spec, MakeRecipe makeRecipe);

class StackNetImpl : public ZooNet, public nn::PairRescaling, public nn::FirstFilters {
public:
    /// Throws std::invalid_argument with the sentence of describeStack.
    StackNetImpl(engine::ModelSpec spec, StackRecipe recipe);

    nn::NamedTensors forward(const nn::NetInput& input, const nn::PassOptions& options) override;
    std::int64_t passBytes(std::int64_t batch, std::int64_t lengthNt, bool gradient) const override;
    void train(bool on = true) override;
    const nn::Layers& layers() const { return m_design.layers; }
    Result<void> checkPairRescaling() const override { return nn::checkRescalable(m_design.layers); }
    void setPairRescaling(bool on) override { m_stack->setPairRescaling(on); }
    std::unique_ptr<nn::MutantScorer> mutantScorer(std::string_view letters, const nn::Target& target,
                                                   std::int64_t budgetBytes, const nn::PassOptions& options) override;
    /// Up to the activation behind the first layer, if that is a convolution of letters.
    std::vector<nn::FilterBank> firstFilters(const nn::NetInput& input, const nn::PassOptions& options) override;

protected:
    ProfileFrame profileFrame(std::int64_t lengthNt) const override;
    double activations(std::int64_t lengthNt) const override { return plan(lengthNt).peakNumbers; }
    /// What the layers read: [N,4,L] of sequences of one length, or of all if the length is fixed.
    virtual torch::Tensor stackInput(const nn::NetInput& input) const;
    /// Runs the layers; a family with a second head adds its output here.
    virtual torch::Tensor run(const torch::Tensor& x, const nn::PassOptions& options, nn::NamedTensors& outputs,
                              nn::NamedTensors* hidden);
    /// nullptr if the letters are not what the layers read.
    std::unique_ptr<nn::MutantScorer> stackMutants(std::string_view letters, nn::StackScore score,
                                                   std::int64_t budgetBytes, const nn::PassOptions& options);
    const StackDesign& design() const { return m_design; }
    nn::LayerStackImpl& stack() { return *m_stack; }

private:
    nn::FitRule fit() const { return {m_design.lengthNt, m_design.keep, m_design.pad}; }
    nn::LayerPlan plan(std::int64_t lengthNt) const;
    nn::NamedTensors headOutputs(const torch::Tensor& y) const;
    nn::NamedTensors pass(const nn::NetInput& input, const nn::PassOptions& options);
    nn::NamedTensors passByLength(const nn::NetInput& input, const nn::PassOptions& options);

    StackDesign m_design;
    nn::LayerStack m_stack{nullptr};  ///< its layers are registered here under their own names
};

/// Reads the options, makes the recipe and the network; `Net` is StackNetImpl or a class derived from it.
template <class Net = StackNetImpl>
Result<std::shared_ptr<nn::SequenceNet>> createStackNet(engine::ModelSpec spec, MakeRecipe makeRecipe,
                                                        const data::OptionMap& given)
{
    const auto options = OptionReader::read(given, spec.options);
    if (!options)
        return fail(options.error());
    auto recipe = makeRecipe(*options);
    if (!recipe)
        return fail(recipe.error());
    if (const auto sound = describeStack(spec, *recipe); !sound)
        return fail(sound.error());
    return std::make_shared<Net>(std::move(spec), std::move(*recipe));
}

}  // namespace nscope::models
