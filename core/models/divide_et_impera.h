// Purpose: DivideEtImpera: promoter of 10,500 bp in ten chunks, each with convolutions of its own, joined and convolved
// again → expression. Source: Pipoli et al. 2022, spec/models.md 5.3. The paper says "3 convolutional layers for each
// chunk and 4 after" in one place and "five" in another; the first is the default, both counts are options, and so is
// whether the chunks share their weights, of which it says nothing. Thread: one thread at a time.
#pragma once

#include "core/models/promoter_input.h"
#include "core/models/zoo_net.h"

namespace nscope::models {

struct DivideEtImperaOptions {
    PromoterInput input;
    std::int64_t chunks = 10;
    bool shareChunks = false;
    std::int64_t chunkLayers = 3, jointLayers = 4;
    std::int64_t filters = 128, kernelNt = 3, pool = 5;
    std::int64_t dense = 64;  ///< 0: straight to the output
    double dropout = 0.0;
    std::vector<std::string> tasks;

    static Result<DivideEtImperaOptions> fromMap(const data::OptionMap& options);
    /// Steps left after `layers` convolutions: pooling stops where fewer steps than its width are left.
    std::int64_t pooled(std::int64_t steps, std::int64_t layers) const;
    std::int64_t jointSteps() const { return chunks * pooled(input.lengthNt / chunks, chunkLayers); }
};

engine::ModelSpec divideEtImperaSpec();
Result<std::shared_ptr<nn::SequenceNet>> createDivideEtImpera(std::string_view architecture,
                                                              const data::OptionMap& options);

class DivideEtImperaImpl : public ZooNet {
public:
    explicit DivideEtImperaImpl(const DivideEtImperaOptions& options);

    /// Outputs "values_NT".
    nn::NamedTensors forward(const nn::NetInput& input, const nn::PassOptions& options) override;

    /// Convolutions of the chunks; with weights of their own the chunks are groups of channels.
    torch::nn::ModuleList chunk_conv{nullptr};
    torch::nn::ModuleList joint_conv{nullptr};
    torch::nn::Linear dense{nullptr}, output{nullptr};

protected:
    double activations(std::int64_t lengthNt) const override;

private:
    torch::Tensor convolve(torch::Tensor x_NCL, const torch::nn::ModuleList& convs, std::string_view what,
                           const nn::PassOptions& options) const;

    DivideEtImperaOptions m_options;
};
TORCH_MODULE(DivideEtImpera);

}  // namespace nscope::models
