#include "core/nn/stack_mutants.h"

#include "core/nn/band_builder.h"
#include "core/nn/band_ends.h"

#include <ATen/Dispatch.h>

#include <algorithm>

namespace nscope::nn {

namespace {

using torch::Tensor;

/// Layers that keep the channels apart, so that one of them can be followed alone.
bool keepsChannelsApart(const Layer& layer)
{
    const auto* activation = std::get_if<ActivationLayer>(&layer.what);
    return (activation && activation->function != Activation::Softmax) || std::holds_alternative<PoolLayer>(layer.what)
        || std::holds_alternative<UpsampleLayer>(layer.what) || std::holds_alternative<DropoutLayer>(layer.what);
}

/// Walks along a stack until a layer reads all positions together.
template <class Scalar>
class StackWalk {
public:
    StackWalk(LayerStackImpl& stack, BandBuilder<Scalar>& builder)
        : m_layers(stack.layers()), m_children(stack.named_children()), m_builder(builder)
    {
    }

    /// Follows this output channel alone where the layers allow it.
    void followChannel(std::int64_t channel) { m_channel = channel; }

    /// Adds layers from `first`; gives the first that cannot be added.
    std::size_t add(std::size_t first, std::size_t end)
    {
        for (std::size_t i = first; i < end; ++i) {
            m_rest = std::span(m_layers).subspan(i + 1, end - i - 1);
            m_name = &m_layers[i].name;
            if (!std::visit([this](const auto& layer) { return addLayer(layer); }, m_layers[i].what))
                return i;
        }
        return end;
    }

    /// Of the followed one in what has been built.
    std::int64_t channel() const { return m_channel.value_or(0); }

    torch::nn::Module& child(const std::string& name) const { return *m_children[name]; }

private:
    template <class Holder>
    Holder moduleAs() const
    {
        return Holder(std::dynamic_pointer_cast<typename Holder::ContainedType>(m_children[*m_name]));
    }

    bool addLayer(const ConvLayer& layer)
    {
        m_builder.conv(moduleAs<torch::nn::Conv1d>(), layer.padding);
        return true;
    }
    bool addLayer(const TransposedConvLayer&)
    {
        m_builder.transposedConv(moduleAs<torch::nn::ConvTranspose1d>());
        return true;
    }
    bool addLayer(const DenseLayer&)
    {
        m_builder.dense(moduleAs<torch::nn::Linear>());
        return true;
    }
    bool addLayer(const BatchNormLayer&)
    {
        m_builder.batchNorm(moduleAs<torch::nn::BatchNorm1d>());
        return true;
    }
    bool addLayer(const LayerNormLayer&)
    {
        m_builder.rowFunction([norm = moduleAs<torch::nn::LayerNorm>()](const Tensor& rows) mutable {
            return norm->forward(rows);
        });
        return true;
    }
    bool addLayer(const ActivationLayer& layer)
    {
        m_builder.activation(layer.function);
        return true;
    }
    bool addLayer(const PoolLayer& layer)
    {
        m_builder.pool(layer);
        return true;
    }
    bool addLayer(const DropoutLayer&) { return true; }
    bool addLayer(const UpsampleLayer& layer)
    {
        m_builder.upsample(layer.factor);
        return true;
    }
    bool addLayer(const RecurrentLayer& layer)
    {
        m_builder.recurrent(recurrentWeights(child(*m_name), layer.cell == RecurrentLayer::Cell::Gru));
        return true;
    }
    bool addLayer(const GlobalPoolLayer&) { return false; }
    bool addLayer(const AttentionPoolLayer&) { return false; }
    bool addLayer(const FlattenLayer&) { return false; }
    bool addLayer(const ReshapeLayer&) { return false; }

    bool addLayer(const ResidualLayer& layer)
    {
        auto body = inside(*m_name);
        if (!body)
            return false;
        m_builder.residual(std::move(*body));
        m_builder.activation(layer.after);
        return true;
    }

    bool addLayer(const BranchesLayer& layer)
    {
        if (m_channel && std::ranges::all_of(m_rest, keepsChannelsApart))
            return addOneBranch(layer);
        std::vector<BandBuilder<Scalar>> branches;
        for (std::size_t i = 0; i < layer.branches.size(); ++i) {
            auto branch = inside(*m_name + std::to_string(i));
            if (!branch)
                return false;
            branches.push_back(std::move(*branch));
        }
        m_builder.branches(std::move(branches));
        return true;
    }

    /// The branch that holds the followed channel, in place of all of them.
    bool addOneBranch(const BranchesLayer& layer)
    {
        for (std::size_t i = 0; i < layer.branches.size(); ++i) {
            const auto plan = planLayers(layer.branches[i], {m_builder.channels(), m_builder.positions(), false});
            if (*m_channel >= plan->output.channels) {
                *m_channel -= plan->output.channels;
                continue;
            }
            auto branch = inside(*m_name + std::to_string(i));
            if (!branch)
                return false;
            m_builder.append(std::move(*branch));
            return true;
        }
        return false;
    }

    /// The layers of a submodule on the present output; nothing if one of them reads all positions.
    std::optional<BandBuilder<Scalar>> inside(const std::string& name) const
    {
        auto stack = std::dynamic_pointer_cast<LayerStackImpl>(m_children[name]);
        BandBuilder<Scalar> builder = m_builder.inside();
        StackWalk walk(*stack, builder);
        const std::size_t count = stack->layers().size();
        if (walk.add(0, count) != count)
            return std::nullopt;
        return builder;
    }

    const Layers& m_layers;
    torch::OrderedDict<std::string, std::shared_ptr<torch::nn::Module>> m_children;
    BandBuilder<Scalar>& m_builder;
    std::span<const Layer> m_rest;         ///< behind the layer being added
    const std::string* m_name = nullptr;   ///< of the layer being added
    std::optional<std::int64_t> m_channel;
};

/// The end that a layer makes, and the first layer behind it.
template <class Scalar>
struct StackEnd {
    std::unique_ptr<BandEnd<Scalar>> end;
    std::size_t next = 0;
};

template <class Scalar>
StackEnd<Scalar> endOf(const Layers& layers, const StackWalk<Scalar>& walk, std::size_t at, const Tensor& reference_PC)
{
    using Ends = BandEndFactory<Scalar>;
    const Layer& layer = layers[at];
    if (const auto* pool = std::get_if<GlobalPoolLayer>(&layer.what))
        return {Ends::globalPool(pool->pooling, reference_PC), at + 1};
    if (std::holds_alternative<AttentionPoolLayer>(layer.what)) {
        const auto weights = walk.child(layer.name).named_parameters();
        return {Ends::attentionPool({weights["hidden.weight"], weights["hidden.bias"], weights["score.weight"].flatten()},
                                    reference_PC),
                at + 1};
    }
    if (!std::holds_alternative<FlattenLayer>(layer.what))
        return {};
    std::size_t next = at + 1;
    while (next < layers.size() && std::holds_alternative<DropoutLayer>(layers[next].what))
        ++next;
    if (next < layers.size() && std::holds_alternative<DenseLayer>(layers[next].what)) {
        const auto weights = walk.child(layers[next].name).named_parameters();
        const Tensor* const bias = weights.find("bias");
        return {Ends::flattenedDense(weights["weight"], bias ? *bias : Tensor(), reference_PC), next + 1};
    }
    return {Ends::flattened(reference_PC), at + 1};
}

template <class Scalar>
std::unique_ptr<MutantScorer> make(LayerStackImpl& stack, MutantInput input, StackScore score, std::int64_t budgetBytes,
                                   const PassOptions& options)
{
    const std::size_t count = std::min(score.layers, stack.layers().size());
    BandBuilder<Scalar> builder(input.input_PC, [&options] { options.poll(); });
    StackWalk<Scalar> walk(stack, builder);
    if (score.profile)
        walk.followChannel(score.profile->channel);
    const std::size_t at = walk.add(0, count);
    StackEnd<Scalar> end;
    if (at < count)
        end = endOf<Scalar>(stack.layers(), walk, at, builder.reference_PC());
    else if (score.averagesPositions)
        end = {BandEndFactory<Scalar>::globalPool(Pooling::Average, builder.reference_PC()), count};
    else if (score.profile)
        end = {BandEndFactory<Scalar>::profileMean(walk.channel(), score.profile->positions), count};
    if (!end.end)
        return nullptr;
    BandTail tail;
    if (at == count && score.profile) {
        tail.score_M = [reference = score.profile->reference](const Tensor& change_M1, const PassOptions&) {
            return change_M1.select(1, 0).to(torch::kFloat64) + reference;
        };
    } else {
        const Layers rest(stack.layers().begin() + std::ptrdiff_t(end.next),
                          stack.layers().begin() + std::ptrdiff_t(count));
        const auto plan = planLayers(rest, {end.end->size(), 0, true});
        tail.bytesPerMutant = std::int64_t(plan->peakNumbers) * std::int64_t(sizeof(Scalar));
        tail.score_M = [&stack, score, next = end.next, count](const Tensor& numbers_MF, const PassOptions& now) {
            return score.score_N(stack.forwardPart(numbers_MF, next, count, now));
        };
    }
    return makeBandMutants<Scalar>(std::move(input), builder.take(), std::move(end.end), std::move(tail), budgetBytes,
                                   options);
}

}  // namespace

std::unique_ptr<MutantScorer> makeStackMutants(LayerStackImpl& stack, MutantInput input, StackScore score,
                                               std::int64_t budgetBytes, const PassOptions& options)
{
    const c10::InferenceMode inference;
    if (!input.input_PC.is_cpu())
        return nullptr;
    std::unique_ptr<MutantScorer> made;
    AT_DISPATCH_FLOATING_TYPES(input.input_PC.scalar_type(), "stackMutants", [&] {
        made = make<scalar_t>(stack, std::move(input), std::move(score), budgetBytes, options);
    });
    return made;
}

}  // namespace nscope::nn
