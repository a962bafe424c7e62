// Purpose: BPNet: dilated convolutions with residual connections and a transposed convolution per task, averaged over
// bins (GOPHER's form); and the original (ori_bpnet) with a second head for each task's number of reads, outputs
// "counts_NT", targets "counts:TASK", scalars "counts_TASK". Source: spec/models.md 4.2; Avsec et al. 2021.
// Submodules: stem, d1–d9.conv, profile<i>.conv, counts. Input, output: stack_net.h.
#pragma once

#include "core/models/stack_net.h"

namespace nscope::models {

engine::ModelSpec bpnetSpec();
Result<std::shared_ptr<nn::SequenceNet>> createBpnet(std::string_view architecture, const data::OptionMap& options);

class CountingBpnetImpl : public StackNetImpl {
public:
    CountingBpnetImpl(engine::ModelSpec spec, StackRecipe recipe);

    Result<nn::Target> parseTarget(std::string_view text) const override;
    torch::Tensor score_N(const nn::NamedTensors& outputs, const nn::Target& target) const override;
    data::Prediction prediction(const nn::NamedTensors& outputs, std::int64_t row) const override;

    torch::nn::Linear counts{nullptr};

protected:
    torch::Tensor run(const torch::Tensor& x, const nn::PassOptions& options, nn::NamedTensors& outputs,
                      nn::NamedTensors* hidden) override;

private:
    std::size_t m_trunkLayers = 0;  ///< before the profile heads
};

}  // namespace nscope::models
