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

    std::unique_ptr<nn::MutantScorer> mutantScorer(std::string_view letters, const nn::Target& target,
                                                   std::int64_t budgetBytes, const nn::PassOptions& options) override;

    torch::nn::Linear counts{nullptr};

protected:
    torch::Tensor run(const torch::Tensor& x, const nn::PassOptions& options, nn::NamedTensors& outputs,
                      nn::NamedTensors* hidden) override;

private:
    /// Index of the number of reads that the target is, or −1.
    int countOf(const nn::Target& target) const { return target.positive - int(head().names.size()); }

    std::size_t m_trunkLayers = 0;  ///< before the profile heads
};

}  // namespace nscope::models
