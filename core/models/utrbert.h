// Purpose: 3UTRBERT: BERT over overlapping k-mers of 3'UTRs, with a classifier, a masked-letter head, or DM3Loc's head
// for localisation. Source: Yang et al., spec/models.md 3. Submodule names are the keys of Hugging Face's
// BertForSequenceClassification and BertForMaskedLM. Thread: one at a time.
//
// Length: the network has 512 positions, so at most 510 k-mers fit between [CLS] and [SEP]. Longer sequences pass in
// windows of 510 k-mers that follow each other without overlap, as in pre-training; no k-mer is lost at a border. What
// windows say of the whole sequence is their mean, weighted by their k-mers: a short rest at the end must not speak as
// loudly as a full window, and, the classifier being linear, the mean of the pooled vectors is the mean of the logits.
//
// Localisation: BERT is frozen. Of every k-mer one number remains, the mean over the width of its hidden states of the
// first layer and of the last; this track stands beside the one-hot letters, a k-mer at the letter it starts with, and a
// network of DM3Loc's form reads the five channels. As in the authors' script: of an mRNA beyond 8,000 nt the first
// and the last 4,000 are joined before it is cut into k-mers; windows after the first open with [UNK] and close with
// [CLS]; letters at which no k-mer starts, and the padding, get the mean of the track.
#pragma once

#include "core/models/dm3loc.h"
#include "core/models/zoo_net.h"
#include "core/nn/kmer_window.h"
#include "core/nn/masked_letters.h"

namespace nscope::models {

/// Architecture options; the defaults are the published 3UTRBERT with 3-mers.
struct UtrbertOptions {
    enum class Task { Classifier, MaskedLetters, Localisation };
    Task task = Task::Classifier;
    int k = 3;
    int dim = 768;
    int layers = 12;
    int heads = 12;
    int feedForwardDim = 3072;
    double dropout = 0.1;
    std::vector<std::string> classes{"unbound", "bound"};  ///< or, for localisation, labels
    bool headBiasTwice = true;     ///< masked letters: as the authors' transformers 2.5 (nn/bert.h)
    bool firstWindowOnly = false;  ///< longer sequences are cut instead of passing in windows
    Dm3LocDropout headDropout{};   ///< localisation

    /// Reads ModelCard::options: "preset" first, then the others over it. The error names the option.
    static Result<UtrbertOptions> fromMap(const data::OptionMap& options);
};

/// Description of the family for menus and the CLI.
engine::ModelSpec utrbertSpec();
Result<std::shared_ptr<nn::SequenceNet>> createUtrbert(std::string_view architecture, const data::OptionMap& options);

class UtrbertImpl : public ZooNet, public nn::MaskedLetterNet {
public:
    static constexpr std::int64_t kPositions = 512;
    static constexpr std::int64_t kWindowTokens = kPositions - 2;  ///< beside [CLS] and [SEP]

    explicit UtrbertImpl(const UtrbertOptions& options);

    const nn::KmerTokens& tokens() const { return m_tokens; }
    const UtrbertOptions& options() const { return m_options; }

    /// Outputs: "embedding_ND" ([CLS] of the last layer, mean of the windows); classifier: "logits_NK", "pooled_ND";
    /// masked letters: "values_NT". Localisation gives "logits_NK" and on request "attention.<branch>" [N,5,1,L] of its
    /// head, nothing else. On request "hidden.<layer>" [N,T,D] and, with a masked-letter head, "logits_NTV" of
    /// every token: windows one after the other, each with its [CLS] and [SEP]; "attention.<layer>" [N,H,1,L], how
    /// [CLS] looks at the letters (mean of the k-mers that cover each); "token_attention.<layer>" [N,H,T,T] of
    /// sequences that fit one window only, for a window does not look into the next.
    nn::NamedTensors forward(const nn::NetInput& input, const nn::PassOptions& options) override;

    /// A position is hidden by masking all k-mers that cover it: any other would give the letter away. Each of them
    /// then gives a distribution over the letters at its place, the other letters of the k-mer taken as they are
    /// (summed over where they are unknown), and the mean of these is returned: no single k-mer is the centre for even k
    /// or at the ends of a sequence, and the mean treats every position alike. Long sequences always pass in windows
    /// here.
    torch::Tensor maskedLetters_P4(std::string_view letters, std::span<const std::int64_t> positions,
                                   const nn::PassOptions& options) override;

    nn::LetterTokens letterTokens() const override;
    std::vector<std::int64_t> tokensOf(std::string_view letters) const override;
    torch::Tensor tokenLogits_MV(const torch::Tensor& tokens_NT, const torch::Tensor& places_M,
                                 const nn::PassOptions& options) override;

    /// Shares activations between mutants (utrbert_mutants.h); nullptr on a graphics card and in training.
    std::unique_ptr<nn::MutantScorer> mutantScorer(std::string_view letters, const nn::Target& target,
                                                   std::int64_t budgetBytes, const nn::PassOptions& options) override;

    /// Localisation: "logits_NK", and attention on request, of joined ends and their tracks [N,T], a number per k-mer;
    /// row n has `tokens`[n] of them.
    nn::NamedTensors localisedTracks(const nn::NetInput& joined, const torch::Tensor& track_NT,
                                     const std::vector<std::int64_t>& tokens, const nn::NetInput& input,
                                     const nn::PassOptions& options);

    /// Hugging Face's names, also gamma/beta, without "bert." or behind "module."; tied and unused heads are taken out.
    Result<std::vector<std::string>> adoptState(nn::NamedTensors& state) const override;

    std::int64_t passBytes(std::int64_t batch, std::int64_t lengthNt, bool gradient) const override;
    std::string attentionQuery() const override { return head ? ZooNet::attentionQuery() : "CLS"; }
    int encoderLayerCount() const override { return head ? Dm3LocFoldImpl::kBranchCount : m_options.layers; }
    int headCount() const override { return head ? Dm3LocFoldImpl::kHeads : m_options.heads; }
    /// A frozen BERT stays as in evaluation.
    void train(bool on = true) override;

    nn::BertModel bert{nullptr};
    torch::nn::Linear classifier{nullptr};  ///< classifier only
    nn::BertMaskedLmHead cls{nullptr};      ///< masked letters only
    Dm3LocFold head{nullptr};               ///< localisation only

protected:
    double activations(std::int64_t lengthNt) const override { return numbersHeld(lengthNt, false); }

private:
    double numbersHeld(std::int64_t lengthNt, bool gradient) const;
    void addLocalisationHead();
    nn::NamedTensors localised(const nn::NetInput& input, const nn::PassOptions& options);
    torch::Tensor track_NT(const nn::NetInput& joined, const std::vector<std::int64_t>& tokens,
                           const nn::PassOptions& options);

    UtrbertOptions m_options;
    nn::KmerTokens m_tokens;
};
TORCH_MODULE(Utrbert);

/// Sum of the log-probabilities of a window's own k-mers, and how many of them are known: [N,2]. `logits` [N,T,V] with
/// the frame.
torch::Tensor likelihood_N2(const torch::Tensor& logits_NTV, const nn::KmerWindow& window);

/// Localisation: what is special about the frame of windows after the first.
nn::WindowFrame localisationFrame(std::int64_t firstToken);

}  // namespace nscope::models
