// Purpose: RNATracker: mRNA → its shares in subcellular fractions. Convolutions, bidirectional LSTM, attention; the
// fixed-length network (the last 4,000 nt) and the full-length one. Where paper and code differ, code is the default.
// Source: Yan, Lécuyer & Blanchette 2019, spec/models.md §2. Further input "structure": one state per base.
// Thread: one thread at a time.
#pragma once

#include "core/data/rna_structure.h"
#include "core/models/option_reader.h"
#include "core/models/zoo_net.h"
#include "core/nn/additive_attention.h"
#include "core/nn/conv_blocks.h"
#include "core/nn/first_filters.h"
#include "core/nn/keras_lstm.h"

namespace nscope::models {

/// Values 0..5 of the input "structure": dangling start, dangling end, internal loop, hairpin, multiloop, stem. Any
/// other value, or no structure at all, counts as all six in equal parts.
using data::kStructureStates;

enum class StructureUse {
    None,
    Joint,     ///< one channel per pair of base and state, 24
    Separate,  ///< convolutions of its own, joined before the LSTM
};

/// Architecture options; the defaults are the canonical fixed-length network.
struct RnaTrackerOptions {
    bool fullLength = false;
    std::int64_t lengthNt = 4000;  ///< fixed-length form: what the network sees
    std::int64_t convLayers = 2;
    std::int64_t filters = 32;
    std::int64_t kernelNt = 10;
    std::int64_t pool = 3;
    bool lstm = true;
    std::int64_t lstmUnits = 32;       ///< per direction
    bool attention = true;             ///< false: the steps are laid side by side before the output
    std::int64_t attentionUnits = 50;  ///< 0: the paper's one-layer attention
    StructureUse structure = StructureUse::None;
    nn::GateActivation gates = nn::GateActivation::HardSigmoid;
    double dropout = 0.2;  ///< after every pooling
    double lstmDropout = 0.1;
    std::vector<std::string> fractions;

    /// Reads ModelCard::options; the error names the option.
    static Result<RnaTrackerOptions> fromMap(std::string_view architecture, const data::OptionMap& options);

    /// The authors' convolutions have a bias in all networks but the canonical one.
    bool convBias() const { return fullLength || !attention || structure == StructureUse::Separate; }
    /// Letters that one step of the pooled sequence stands for.
    std::int64_t stepNt() const;
    /// Steps of the pooled sequence of this length; 0 or less if it is too short.
    std::int64_t steps(std::int64_t lengthNt) const;
};

/// `architecture`: "rnatracker" (fixed length) or "rnatracker-full".
engine::ModelSpec rnaTrackerSpec(std::string_view architecture);
/// What is said of a network that reads so many letters.
void describeFixedLength(engine::ModelSpec& spec, std::int64_t lengthNt);
Result<std::shared_ptr<nn::SequenceNet>> createRnaTracker(std::string_view architecture,
                                                          const data::OptionMap& options);

class RnaTrackerImpl : public ZooNet, public nn::FirstFilters {
public:
    RnaTrackerImpl(std::string_view architecture, const RnaTrackerOptions& options);

    const RnaTrackerOptions& options() const { return m_options; }

    /// Outputs "logits_NK"; with keepAttention "attention.0" [N,1,1,L].
    nn::NamedTensors forward(const nn::NetInput& input, const nn::PassOptions& options) override;
    std::unique_ptr<nn::MutantScorer> mutantScorer(std::string_view letters, const nn::Target& target,
                                                   std::int64_t budgetBytes, const nn::PassOptions& options) override;
    /// Of the letters; none where a filter sees letters and structure together.
    std::vector<nn::FilterBank> firstFilters(const nn::NetInput& input, const nn::PassOptions& options) override;

    int encoderLayerCount() const override { return m_options.attention ? 1 : 0; }
    int headCount() const override { return encoderLayerCount(); }

protected:
    double activations(std::int64_t lengthNt) const override;

private:
    /// Steps of a batch: features [N,T,C] and which steps there are (undefined: all).
    struct Steps {
        torch::Tensor x_NTC;
        torch::Tensor there_NT;
    };
    torch::nn::ModuleList makeStack(std::int64_t channels);
    /// The letters that the convolutions see, and how far before the sequence they begin.
    struct Seen {
        torch::Tensor x_NLC;
        std::int64_t startNt = 0;  ///< of a single sequence
    };
    Seen seen(const torch::Tensor& channels_NLC, const nn::NetInput& input) const;
    nn::Padding padding() const { return m_options.fullLength ? nn::Padding::Same : nn::Padding::Valid; }
    Steps convolve(const torch::Tensor& channels_NLC, const nn::NetInput& input, const torch::nn::ModuleList& stack,
                   std::string_view what, const nn::PassOptions& options) const;
    Steps pooledSteps(const nn::NetInput& input, const nn::PassOptions& options);
    torch::Tensor summary(const Steps& steps, const nn::NetInput& input, const nn::PassOptions& options,
                          nn::NamedTensors& outputs);
    std::int64_t stepOfLetter(std::int64_t lengthNt, std::int64_t positionNt) const;
    void initialize();

    RnaTrackerOptions m_options;
    torch::nn::ModuleList m_convs{nullptr}, m_structureConvs{nullptr};
    nn::BidirectionalLstm m_lstm{nullptr};
    nn::AdditiveAttention m_attention{nullptr};
    torch::nn::Linear m_output{nullptr};
};
TORCH_MODULE(RnaTracker);

}  // namespace nscope::models
