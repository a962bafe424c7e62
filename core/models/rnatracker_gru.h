// Purpose: the PyTorch re-implementation of RNATracker whose trained weights are public: channel order G, A, T, C, the
// first 4,000 nt padded on the left, a GRU in place of the LSTM, ReLU after it and after the attention.
// Source: spec/models.md 2.9. Submodule names are the authors' state_dict keys. Thread: one thread at a time.
#pragma once

#include "core/models/zoo_net.h"
#include "core/nn/additive_attention.h"
#include "core/nn/first_filters.h"

#include "core/data/option_value.h"

namespace nscope::models {

engine::ModelSpec rnaTrackerGruSpec();
Result<std::shared_ptr<nn::SequenceNet>> createRnaTrackerGru(std::string_view architecture,
                                                             const data::OptionMap& options);

class RnaTrackerGruImpl : public ZooNet, public nn::FirstFilters {
public:
    RnaTrackerGruImpl(std::vector<std::string> fractions, double dropout);

    /// Outputs "logits_NK"; with keepAttention "attention.0" [N,1,1,L].
    nn::NamedTensors forward(const nn::NetInput& input, const nn::PassOptions& options) override;
    std::unique_ptr<nn::MutantScorer> mutantScorer(std::string_view letters, const nn::Target& target,
                                                   std::int64_t budgetBytes, const nn::PassOptions& options) override;
    std::vector<nn::FilterBank> firstFilters(const nn::NetInput& input, const nn::PassOptions& options) override;

    int encoderLayerCount() const override { return 1; }
    int headCount() const override { return 1; }

    torch::nn::ModuleList conv_block1{nullptr}, conv_block2{nullptr};
    torch::nn::GRU gru{nullptr};
    nn::AdditiveAttention attention{nullptr};
    torch::nn::Linear output{nullptr};

protected:
    double activations(std::int64_t lengthNt) const override;

private:
    double m_dropout;
};
TORCH_MODULE(RnaTrackerGru);

}  // namespace nscope::models
