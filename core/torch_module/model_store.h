// Purpose: loaded models of a backend: built from their card, weights by name, golden example recomputed.
#pragma once

#include "core/nn/sequence_net.h"

#include "core/engine/backend.h"
#include "core/models/sandbox_process.h"

namespace nscope::torch_module {

struct LoadedModel {
    engine::ModelInfo info;
    std::shared_ptr<nn::SequenceNet> net;  ///< eval mode, weights without gradient
};

class ModelStore {
public:
    /// `sandbox`: for TorchScript models.
    explicit ModelStore(torch::Device device, models::SandboxSettings sandbox = {})
        : m_device(device), m_sandbox(std::move(sandbox))
    {
    }

    /// The golden example is recomputed even if the model is there already: the card may be another one.
    /// Errors: ModelMismatch (weights, card and golden example do not agree), Parse, NotFound.
    Result<const LoadedModel*> load(const data::ModelCard& card);
    /// Errors: NotFound for a handle that load() did not give.
    Result<const LoadedModel*> find(const std::string& handle) const;
    /// The same model on the CPU: a copy, made at the first call, where the store's device is another.
    Result<const LoadedModel*> findOnCpu(const std::string& handle);

private:
    torch::Device m_device;
    models::SandboxSettings m_sandbox;
    std::map<std::string, LoadedModel> m_models;  ///< by handle
    std::map<std::string, LoadedModel> m_cpuCopies;
};

}  // namespace nscope::torch_module
