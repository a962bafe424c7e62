// Purpose: DM3Loc: mRNA → seven localisation labels. Three branches of convolutions of different width, each summed up
// by five attention heads. The network reads the first and the last 4,000 nt.
// Source: Wang et al. 2021, spec/models.md 3.8. Weights may be one network or the mean of several folds. What one
// network does behind its input is 3UTRBERT's localisation head too.
// Thread: one thread at a time.
#pragma once

#include "core/models/option_reader.h"
#include "core/models/zoo_net.h"
#include "core/nn/first_filters.h"

namespace nscope::models {

/// In training only.
struct Dm3LocDropout {
    double input = 0.06;
    double conv = 0.25;   ///< after the pooling
    double dense = 0.26;  ///< around the dense layer

    static std::vector<engine::OptionSpec> optionSpecs();
    static Dm3LocDropout read(const OptionReader& options);
};

struct Dm3LocOptions {
    std::int64_t folds = 1;  ///< networks whose probabilities are averaged; 8 were published
    std::vector<std::string> labels;
    Dm3LocDropout dropout;

    static Result<Dm3LocOptions> fromMap(const data::OptionMap& options);
};

engine::ModelSpec dm3LocSpec();
Result<std::shared_ptr<nn::SequenceNet>> createDm3Loc(std::string_view architecture, const data::OptionMap& options);

/// What the network sees of a sequence: its first and last 4,000 letters side by side.
struct Dm3LocWindow {
    static constexpr std::int64_t kEndNt = 4000;
    static constexpr std::int64_t kWindowNt = 2 * kEndNt;
    static constexpr std::int64_t kPoolNt = 8;

    static std::int64_t seenNt(std::int64_t lengthNt) { return std::min(lengthNt, kWindowNt); }
    /// Positions that a batch whose longest row shows `longestNt` letters needs, a multiple of kPoolNt: what lies further
    /// behind does not reach the steps that count.
    static std::int64_t lengthNt(std::int64_t longestNt);
    /// x [N,L,C] of the batch, joined and padded with zeros behind: [N,lengthNt(L),C].
    static torch::Tensor joined_NLC(const torch::Tensor& x_NLC, const nn::NetInput& input);
    /// [N,T,1]: 1 at the whole steps of every row.
    static torch::Tensor steps_NT1(const nn::NetInput& input, std::int64_t steps, const torch::TensorOptions& like);
    /// nn::StepOfLetter.
    static std::int64_t stepOfLetter(std::int64_t lengthNt, std::int64_t positionNt);
};

/// Two convolutions, max-pooling by 8 and attention with five heads.
class Dm3LocBranchImpl : public torch::nn::Module {
public:
    Dm3LocBranchImpl(std::int64_t channels, std::int64_t firstFilters, std::int64_t kernelNt);

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
    static constexpr int kBranchCount = 3, kHeads = 5;

    explicit Dm3LocFoldImpl(std::int64_t labels, std::int64_t channels = 4);

    /// Logits [N,K] of x [N,channels,L], after the input dropout; adds the branches' attentions [N,5,T] to the three of
    /// `attentions`, which may be undefined.
    torch::Tensor logits_NK(const torch::Tensor& x_NCL, const torch::Tensor& there_NT1, const Dm3LocDropout& dropout,
                            std::vector<torch::Tensor>& attentions, const nn::PassOptions& options);
    /// Numbers alive at once in a pass over `lengthNt` letters.
    static double activations(std::int64_t lengthNt);

    torch::nn::ModuleList branch{nullptr};
    torch::nn::Linear hidden{nullptr}, output{nullptr};
};
TORCH_MODULE(Dm3LocFold);

class Dm3LocImpl : public ZooNet, public nn::FirstFilters {
public:
    explicit Dm3LocImpl(const Dm3LocOptions& options);

    /// Outputs "logits_NK"; with keepAttention "attention.<branch>" [N,5,1,L], mean of the folds.
    nn::NamedTensors forward(const nn::NetInput& input, const nn::PassOptions& options) override;
    /// A bank per branch, of the first fold.
    std::vector<nn::FilterBank> firstFilters(const nn::NetInput& input, const nn::PassOptions& options) override;

    /// Branches: their attentions are asked for as layers.
    int encoderLayerCount() const override { return Dm3LocFoldImpl::kBranchCount; }
    int headCount() const override { return Dm3LocFoldImpl::kHeads; }

    torch::nn::ModuleList fold{nullptr};

protected:
    double activations(std::int64_t lengthNt) const override { return Dm3LocFoldImpl::activations(lengthNt); }

private:
    Dm3LocOptions m_options;
};
TORCH_MODULE(Dm3Loc);

}  // namespace nscope::models
