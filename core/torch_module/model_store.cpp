#include "core/torch_module/model_store.h"

#include "core/models/golden_example.h"
#include "core/models/model_zoo.h"
#include "core/models/torchscript_net.h"
#include "core/models/weights.h"
#include "core/nn/blocks.h"

namespace nscope::torch_module {

namespace {

/// Ready for inference and for gradients with respect to the input.
void freeze(nn::SequenceNet& net, torch::Device device)
{
    net.eval();
    net.to(device);
    for (torch::Tensor parameter : net.parameters())
        parameter.requires_grad_(false);
}

/// The same weights in another network, or with other options, are another model.
std::string handleOf(const data::ModelCard& card)
{
    std::string handle = card.weightsHash + " " + card.architecture;
    for (const auto& [id, value] : card.options)
        handle += " " + id + "=" + data::toText(value);
    return handle;
}

engine::ModelInfo describe(nn::SequenceNet& net, const data::ModelCard& card)
{
    engine::ModelInfo info;
    info.id = handleOf(card);
    info.hash = card.weightsHash;
    info.card = card;
    info.spec = net.spec();
    std::tie(info.parameterCount, info.realParameterCount) = nn::parameterCounts(net);
    if (const auto* script = dynamic_cast<const models::TorchScriptNetImpl*>(&net))
        info.parameterCount = info.realParameterCount = script->parameterCount();
    info.decoderLayers = net.decoderLayerCount();
    info.attentionHeads = net.headCount();
    info.encoderLayers = net.encoderLayerCount();
    info.attentionLayers = net.attentionLayerCount();
    info.diagramLengthNt = std::int64_t(card.golden.letters.size());
    info.stages = net.stages(info.diagramLengthNt);
    return info;
}

/// Weights by name; of a TorchScript model the process that has them.
Result<void> fill(nn::SequenceNet& net, const data::ModelCard& card, const models::SandboxSettings& sandbox)
{
    if (auto* script = dynamic_cast<models::TorchScriptNetImpl*>(&net))
        return script->open(card, sandbox);
    const auto state = models::readState(card.weightsPath);
    if (!state)
        return fail(state.error());
    return models::applyState(net, *state);
}

}  // namespace

Result<const LoadedModel*> ModelStore::load(const data::ModelCard& card)
{
    if (card.weightsPath.empty() || card.weightsHash.empty())
        return fail(ErrorCode::InvalidArgument, "The model card was not read together with its weights.");
    const Where where{.file = card.weightsPath};
    if (const auto known = m_models.find(handleOf(card)); known != m_models.end()) {
        if (const auto golden = models::checkGolden(*known->second.net, card.golden); !golden)
            return fail(golden.error().at(where));
        known->second.info.card = card;
        return &known->second;
    }
    const nn::PersistentTensors persistent;  // explanations differentiate through these weights
    const auto net = models::createNet(card.architecture, card.options);
    if (!net)
        return fail(net.error().at(where));
    if (const auto filled = fill(**net, card, m_sandbox); !filled)
        return fail(filled.error().at(where));
    freeze(**net, m_device);
    if (const auto golden = models::checkGolden(**net, card.golden); !golden)
        return fail(golden.error().at(where));
    return &m_models.emplace(handleOf(card), LoadedModel{describe(**net, card), *net}).first->second;
}

Result<const LoadedModel*> ModelStore::find(const std::string& handle) const
{
    const auto found = m_models.find(handle);
    if (found == m_models.end())
        return fail(ErrorCode::NotFound, "The model of this request is not loaded.");
    return &found->second;
}

Result<const LoadedModel*> ModelStore::findOnCpu(const std::string& handle)
{
    const auto model = find(handle);
    if (!model || (*model)->net->device().is_cpu())
        return model;
    if (const auto known = m_cpuCopies.find(handle); known != m_cpuCopies.end())
        return &known->second;
    const nn::PersistentTensors persistent;
    const engine::ModelInfo& info = (*model)->info;
    const auto net = models::createNet(info.card.architecture, info.card.options);
    if (!net)
        return fail(net.error());
    if (const auto applied = models::applyState(**net, models::stateOf(*(*model)->net)); !applied)
        return fail(applied.error());
    freeze(**net, torch::Device(torch::kCPU));
    return &m_cpuCopies.emplace(handle, LoadedModel{info, *net}).first->second;
}

}  // namespace nscope::torch_module
