// Purpose: DM3Loc: mRNA → seven localisation labels. Three branches of convolutions of different width, each summed up
// by five attention heads. The network reads the first and the last 4,000 nt.
// Source: Wang et al. 2021, spec/models.md 3.8. Weights may be one network or the mean of several folds.
// Thread: one thread at a time.
#pragma once

#include "core/models/zoo_net.h"

#include "core/data/option_value.h"

namespace nscope::models {

struct Dm3LocOptions {
    std::int64_t folds = 1;  ///< networks whose probabilities are averaged; 8 were published
    std::vector<std::string> labels;
    double inputDropout = 0.06;
    double convDropout = 0.25;
    double denseDropout = 0.26;

    static Result<Dm3LocOptions> fromMap(const data::OptionMap& options);
};

engine::ModelSpec dm3LocSpec();
Result<std::shared_ptr<nn::SequenceNet>> createDm3Loc(std::string_view architecture, const data::OptionMap& options);

/// Two convolutions, max-pooling by 8 and attention with five heads.
class Dm3LocBranchImpl : public torch::nn::Module {
public:
    Dm3LocBranchImpl(std::int64_t firstFilters, std::int64_t kernelNt);

    struct Summed {
        torch::Tensor heads_NHC;      ///< [N,5,32]
        torch::Tensor attention_NHT;  ///< [N,5,T]
    };
    /// there_NT1: 1 at the steps of the sequence, 0 behind its end.
    Summed forward(const torch::Tensor& x_NCL, const torch::Tensor& there_NT1, double dropout);

    torch::nn::Conv1d conv1{nullptr}, conv2{nullptr};
    torch::nn::Linear attention_w1{nullptr}, attention_w2{nullptr};
};
TORCH_MODULE(Dm3LocBranch);

/// One trained network: three branches and two dense layers.
class Dm3LocFoldImpl : public torch::nn::Module {
public:
    explicit Dm3LocFoldImpl(std::int64_t labels);

    torch::nn::ModuleList branch{nullptr};
    torch::nn::Linear hidden{nullptr}, output{nullptr};
};
TORCH_MODULE(Dm3LocFold);

class Dm3LocImpl : public ZooNet {
public:
    explicit Dm3LocImpl(const Dm3LocOptions& options);

    /// Outputs "logits_NK"; with keepAttention "attention.<branch>" [N,5,1,L], mean of the folds.
    nn::NamedTensors forward(const nn::NetInput& input, const nn::PassOptions& options) override;

    int encoderLayerCount() const override { return 3; }  ///< branches: their attentions are asked for as layers
    int headCount() const override { return 5; }

    torch::nn::ModuleList fold{nullptr};

protected:
    double activations(std::int64_t lengthNt) const override;

private:
    torch::Tensor foldLogits(Dm3LocFoldImpl& net, const torch::Tensor& x_NCL, const torch::Tensor& there_NT1,
                             std::vector<torch::Tensor>& attentions, const nn::PassOptions& options) const;

    Dm3LocOptions m_options;
};
TORCH_MODULE(Dm3Loc);

}  // namespace nscope::models
