// Purpose: RNATracker's baselines on k-mer counts, mRNA → its shares in subcellular fractions: DNN-5Mer (two hidden
// layers as wide as the input) and NN-5Mer (none). Source: Yan, Lécuyer & Blanchette 2019, spec/models.md 2.4.
// Counts of all k-mers, k = 1 … 5, in the order of k, then alphabetical (A, C, G, T), are standardised with mean and
// standard deviation of the training set, which are stored with the weights. Beyond the paper, both off by default:
// counts as ln(1 + n), or as shares of all k-mers of their length with ln(1 + letters) after them; and what the longest
// open reading frame (data/orf.h) says: its codons, counted in the same way, ln(1 + nt) of the parts before, in and
// after it, and its share of the letters. Where it lies goes by the most likely letters, so that gradients flow through
// the codons and not through the place. Thread: one thread at a time.
#pragma once

#include "core/models/zoo_net.h"

#include "core/data/option_value.h"

namespace nscope::models {

enum class KmerScale { Counts, Logarithm, Shares };

struct KmerMlpOptions {
    int longestKmer = 5;
    KmerScale scale = KmerScale::Counts;
    bool readsFrame = false;
    std::int64_t hiddenLayers = 2;
    std::int64_t hiddenUnits = 0;  ///< 0: as many as there are k-mers
    double dropout = 0.2;
    std::vector<std::string> fractions;

    static Result<KmerMlpOptions> fromMap(const data::OptionMap& options);
    /// Σ 4^k, the length where counts are shares, and 68 of the reading frame.
    std::int64_t featureCount() const;
};

engine::ModelSpec kmerMlpSpec();
Result<std::shared_ptr<nn::SequenceNet>> createKmerMlp(std::string_view architecture, const data::OptionMap& options);

class KmerMlpImpl : public ZooNet {
public:
    explicit KmerMlpImpl(const KmerMlpOptions& options);

    /// Outputs "logits_NK".
    nn::NamedTensors forward(const nn::NetInput& input, const nn::PassOptions& options) override;

    /// What is counted, [N,F], before it is standardised.
    torch::Tensor features_NF(const nn::NetInput& input, const nn::PassOptions& options) const;
    /// Mean and standard deviation of every feature over a training set; a deviation of 0 counts as 1.
    void setStandardisation(const torch::Tensor& mean_F, const torch::Tensor& deviation_F);

    torch::Tensor mean, deviation;  ///< buffers [F]
    torch::nn::ModuleList hidden{nullptr};
    torch::nn::Linear output{nullptr};

protected:
    double activations(std::int64_t lengthNt) const override;

private:
    torch::Tensor scaled(const torch::Tensor& counts_NK) const;
    torch::Tensor frameFeatures_NF(const torch::Tensor& bases_NLC, const nn::NetInput& input) const;

    KmerMlpOptions m_options;
};
TORCH_MODULE(KmerMlp);

}  // namespace nscope::models
