#include "core/models/import/keras_plan.h"

#include "core/models/bpnet.h"
#include "core/models/dm3loc.h"
#include "core/models/rnatracker.h"
#include "core/models/stack_net.h"
#include "core/models/xpresso.h"

#include <algorithm>
#include <iterator>

namespace nscope::models {

namespace {

using Plan = std::vector<KerasPlace>;

void append(Plan& plan, Plan more) { std::ranges::move(more, std::back_inserter(plan)); }

Plan placesOf(const nn::Layers& layers, const std::string& prefix);

/// Branches side by side: what is equally far from where they join stands together.
Plan sideBySide(const nn::BranchesLayer& branches, const std::string& module)
{
    std::size_t longest = 0;
    for (const nn::Layers& branch : branches.branches)
        longest = std::max(longest, branch.size());
    Plan plan;
    for (std::size_t left = longest; left > 0; --left) {
        for (std::size_t b = 0; b < branches.branches.size(); ++b) {
            const nn::Layers& branch = branches.branches[b];
            if (branch.size() >= left)
                append(plan, placesOf({branch[branch.size() - left]}, module + std::to_string(b) + "."));
        }
    }
    return plan;
}

struct PlacesOfLayer {
    std::string module;

    Plan operator()(const nn::ConvLayer&) const { return {{KerasKind::Conv, module}}; }
    Plan operator()(const nn::TransposedConvLayer&) const { return {{KerasKind::Conv, module}}; }
    Plan operator()(const nn::DenseLayer&) const { return {{KerasKind::Dense, module}}; }
    Plan operator()(const nn::BatchNormLayer&) const { return {{KerasKind::BatchNorm, module}}; }
    Plan operator()(const nn::LayerNormLayer&) const { return {{KerasKind::LayerNorm, module}}; }
    Plan operator()(const nn::ResidualLayer& layer) const { return placesOf(layer.body, module + "."); }
    Plan operator()(const nn::BranchesLayer& layer) const { return sideBySide(layer, module); }
    Plan operator()(const nn::RecurrentLayer& layer) const
    {
        const bool isLstm = layer.cell == nn::RecurrentLayer::Cell::Lstm;
        return {{isLstm ? KerasKind::Lstm : KerasKind::Gru, module, true}};
    }
    Plan operator()(const nn::AttentionPoolLayer&) const
    {
        return {{KerasKind::Dense, module + ".hidden"}, {KerasKind::Dense, module + ".score"}};
    }
    template <class Weightless>
    Plan operator()(const Weightless&) const
    {
        return {};
    }
};

Plan placesOf(const nn::Layers& layers, const std::string& prefix)
{
    Plan plan;
    for (const nn::Layer& layer : layers)
        append(plan, std::visit(PlacesOfLayer{prefix + layer.name}, layer.what));
    return plan;
}

Plan planOf(const StackNetImpl& net)
{
    Plan plan = placesOf(net.layers(), "");
    // A head per task for the number of reads, each one row of ours; they end nearest to the output.
    if (dynamic_cast<const CountingBpnetImpl*>(&net))
        plan.insert(plan.end(), net.head().names.size(), {KerasKind::Dense, "counts"});
    return plan;
}

/// The convolutions of letters and of structure states stand side by side; they join before the LSTM.
Plan planOf(const RnaTrackerImpl& net)
{
    const RnaTrackerOptions& options = net.options();
    const bool separate = options.structure == StructureUse::Separate;
    Plan plan(separate ? 2 : 1, {KerasKind::LetterTable, ""});
    for (std::int64_t i = 0; i < options.convLayers; ++i) {
        plan.push_back({KerasKind::Conv, "conv." + std::to_string(i)});
        if (separate)
            plan.push_back({KerasKind::Conv, "structure_conv." + std::to_string(i)});
    }
    if (options.lstm)
        plan.push_back({KerasKind::Lstm, "lstm"});
    if (options.attention)
        plan.push_back({KerasKind::Dense, "attention.attention_w"});
    if (options.attention && options.attentionUnits > 0)
        plan.push_back({KerasKind::Dense, "attention.attention_w2"});
    plan.push_back({KerasKind::Dense, "output"});
    return plan;
}

/// One fold is one model: three branches side by side.
Plan dm3LocPlan()
{
    Plan plan{{KerasKind::LetterTable, ""}};
    const auto addBranches = [&plan](KerasKind kind, const std::string& part) {
        for (const char* branch : {"0", "1", "2"})
            plan.push_back({kind, "fold.0.branch." + std::string(branch) + part});
    };
    addBranches(KerasKind::Conv, ".conv1");
    addBranches(KerasKind::Conv, ".conv2");
    addBranches(KerasKind::HeadAttention, ".attention");
    plan.push_back({KerasKind::Dense, "fold.0.hidden"});
    plan.push_back({KerasKind::Dense, "fold.0.output"});
    return plan;
}

Plan xpressoPlan()
{
    return {{KerasKind::Conv, "conv1"},
            {KerasKind::Conv, "conv2"},
            {KerasKind::Dense, "dense1"},
            {KerasKind::Dense, "dense2"},
            {KerasKind::Dense, "output"}};
}

}  // namespace

std::vector<KerasPlace> kerasPlan(const nn::SequenceNet& net)
{
    if (const auto* stack = dynamic_cast<const StackNetImpl*>(&net))
        return planOf(*stack);
    if (const auto* tracker = dynamic_cast<const RnaTrackerImpl*>(&net))
        return planOf(*tracker);
    if (dynamic_cast<const Dm3LocImpl*>(&net))
        return dm3LocPlan();
    if (dynamic_cast<const XpressoImpl*>(&net))
        return xpressoPlan();
    return {};
}

}  // namespace nscope::models
