// Purpose: the backend that computes with LibTorch (DESIGN §2 "The door"). See core/engine/backend.h for the contract.
#pragma once

#include "core/torch_module/model_store.h"

namespace nscope::torch_module {

/// "auto", "cpu", "cuda" or "cuda:n" → a device. Errors: InvalidArgument, Unsupported without CUDA.
Result<torch::Device> parseDevice(const std::string& text);

class TorchBackend : public engine::Backend {
public:
    /// `threads` > 0.
    TorchBackend(torch::Device device, int threads, std::int64_t memoryBudgetBytes);

    const std::vector<engine::ModelSpec>& specs() const override { return m_specs; }
    const std::vector<engine::MethodSpec>& methods() const override { return m_methods; }
    std::string description() const override;
    Result<engine::ModelInfo> load(const data::ModelCard& card) override;
    Result<engine::ImportReport> importWeights(const engine::ImportOrder& order) override;
    Result<std::int64_t> estimateBytes(const engine::Request& request) const override;
    Result<std::unique_ptr<engine::Job>> start(const engine::Request& request) override;

private:
    Result<std::unique_ptr<engine::Job>> makeJob(const engine::Request& request) const;
    /// A run of core/train or core/fit, by the task that its settings name.
    Result<std::unique_ptr<engine::Job>> makeTraining(const engine::Request& request) const;
    /// What a request may use: the backend's budget, less where the engine set a limit.
    std::int64_t budget(const engine::Request& request) const;
    std::int64_t explainBudget(const engine::Request& request) const;
    /// The request's model, on the CPU where the engine asks for it.
    Result<const LoadedModel*> findModel(const engine::Request& request) const;

    torch::Device m_device;
    int m_threads;
    std::int64_t m_memoryBudgetBytes;
    std::vector<engine::ModelSpec> m_specs;
    std::vector<engine::MethodSpec> m_methods;
    mutable ModelStore m_models;  ///< makes copies for the CPU on demand
};

}  // namespace nscope::torch_module
