// Purpose: what every sequence model looks like from interpret, train and the adapter: letters in, named tensors out,
// one number per sequence for a target (DESIGN §2 "The door").
// Axes stand in names: N sequences, L positions, C input channels, D model width, H heads, Q decoder steps, V classes
// or tokens. Thread: one thread at a time. Errors inside the torch rooms are exceptions; they become Error at the door.
#pragma once

#include "core/nn/torch_prelude.h"

#include "core/base/result.h"
#include "core/data/filter_spectrum.h"
#include "core/data/interval.h"
#include "core/data/prediction.h"
#include "core/data/transcript.h"
#include "core/engine/specs.h"

#include <array>
#include <exception>
#include <optional>
#include <span>
#include <stop_token>

namespace nscope::nn {

/// Thrown by a pass whose stop token was triggered.
class Cancelled : public std::exception {
public:
    const char* what() const noexcept override { return "The computation was stopped."; }
};

using engine::Stage;

/// How a pass runs.
struct PassOptions {
    std::stop_token stop;                 ///< polled per layer and per row chunk
    std::int64_t rowChunkNt = 4096;       ///< rows that a position-wise block holds in memory at once
    bool keepAttention = false;           ///< outputs hold "attention.<layer>" [N,H,Q,L], Q being 1 without a decoder
    bool keepTokenAttention = false;      ///< outputs of models over tokens hold "token_attention.<layer>" [N,H,T,T]
    bool keepHidden = false;              ///< outputs hold "hidden.<layer>" [N,T,D], 0 being the embedding
    std::vector<Stage>* stages = nullptr; ///< filled by note()
    torch::Tensor decoderInput_NQ;        ///< int64 decoder tokens (teacher forcing); undefined: the first step only

    void poll() const
    {
        if (stop.stop_requested())
            throw Cancelled();
    }
    /// Called by networks after every stage: lets a stop through, and names the stage for the architecture diagram.
    void note(std::string_view stage, const torch::Tensor& output) const
    {
        poll();
        if (stages)
            stages->push_back({std::string(stage), output.sizes().vec()});
    }
};

/// A batch of sequences, padded at the end to one length. Exactly one of the two tensors is defined.
struct NetInput {
    torch::Tensor ids_NL;                 ///< int64 symbol ids (cheap form)
    torch::Tensor onehot_NLC;             ///< one-hot or any mixture of symbols; gradients flow into it
    std::vector<std::int64_t> lengths{};  ///< true lengths; empty: nothing is padded
    std::map<std::string, torch::Tensor> features{};  ///< further inputs by InputSpec::id, [N,F] or [N,L]

    std::int64_t lengthOf(std::int64_t row) const { return lengths.empty() ? length() : lengths[std::size_t(row)]; }
    std::int64_t batch() const { return ids_NL.defined() ? ids_NL.size(0) : onehot_NLC.size(0); }
    std::int64_t length() const { return ids_NL.defined() ? ids_NL.size(1) : onehot_NLC.size(1); }
};

/// The first row of `input`, `count` times.
NetInput repeated(const NetInput& input, std::int64_t count);

using NamedTensors = std::map<std::string, torch::Tensor>;

/// What an explanation explains, resolved for one model.
struct Target {
    enum class Kind { LogitDifference, LogProbability, Logit, Task };
    std::string id;               ///< as written: "logit:PC-NC", "class:PC", "logit:Nucleus", "task:HepG2@100-200"
    Kind kind = Kind::LogitDifference;
    int positive = 0;             ///< output index
    int negative = 0;             ///< LogitDifference: output index subtracted
    std::optional<data::Interval> window{};  ///< Task of a profile: bases averaged over; none: the whole profile
};

/// A single-base variant of a reference.
struct Mutation {
    std::int64_t positionNt = 0;
    int base = 0;                 ///< 0..3 = A, C, G, T/U
};

/// Scores many single-base variants of one reference whose activations it shares.
class MutantScorer {
public:
    virtual ~MutantScorer() = default;
    virtual double referenceScore() const = 0;
    /// S of every mutant, in order. Any number; chunked inside by `mutantsPerPass`.
    virtual std::vector<double> scores(std::span<const Mutation> mutations, const PassOptions& options) = 0;
    /// Mutants that one pass takes under the memory budget the scorer was made with.
    virtual std::int64_t mutantsPerPass() const = 0;
};

/// How a decoder writes out alternatives.
struct TranslateOptions {
    int beam = 4;                 ///< 1: greedy
    int best = 4;                 ///< hypotheses returned
    int maxTokens = 400;
};

/// Decoding of one sequence, one token at a time, so that a long translation can be interleaved with other work.
class TranslationRun {
public:
    virtual ~TranslationRun() = default;
    /// Decodes one more token of every hypothesis; false when nothing is left to do.
    virtual bool advance(const PassOptions& options) = 0;
    /// Finished hypotheses, best first.
    virtual std::vector<data::Translation> result() const = 0;
};

class SequenceNet : public torch::nn::Module {
public:
    using torch::nn::Module::Module;

    /// Targets, outputs and options of this very model.
    virtual const engine::ModelSpec& spec() const = 0;

    virtual int channelCount() const = 0;                  ///< C
    virtual std::array<int, 4> baseChannels() const = 0;   ///< channels of A, C, G, T/U
    virtual std::int64_t padId() const = 0;
    /// Symbol id of a canonical IUPAC letter.
    virtual std::int64_t idOf(char letter) const = 0;

    /// The only pass. Outputs: "logits_NQV", "memory_NLD" of models with a decoder, and what the options ask for.
    virtual NamedTensors forward(const NetInput& input, const PassOptions& options) = 0;

    virtual Result<Target> parseTarget(std::string_view text) const = 0;
    /// The explained number of every sequence, differentiable.
    virtual torch::Tensor score_N(const NamedTensors& outputs, const Target& target) const = 0;

    /// Plain values for one row of the outputs.
    virtual data::Prediction prediction(const NamedTensors& outputs, std::int64_t row) const = 0;

    /// Decodes alternatives from the outputs of a pass over one sequence; nullptr for models without a decoder.
    virtual std::unique_ptr<TranslationRun> startTranslation(const NamedTensors& outputs, std::string_view letters,
                                                             const TranslateOptions& how);
    /// Decoder inputs [1,Q] along the greedy decoding ("<s>", class, …; at most `maxQueries`) and their names.
    virtual std::pair<torch::Tensor, std::vector<std::string>> decodedQueries(const NamedTensors& outputs,
                                                                              int maxQueries,
                                                                              const PassOptions& options);
    virtual std::vector<data::FilterLayer> filters() const;

    /// A faster exact scorer of mutants than running every mutant in full, or nullptr.
    virtual std::unique_ptr<MutantScorer> mutantScorer(std::string_view letters, const Target& target,
                                                       std::int64_t budgetBytes, const PassOptions& options);

    /// Peak bytes of one pass over `batch` sequences of `lengthNt`, without and with gradients to the input.
    virtual std::int64_t passBytes(std::int64_t batch, std::int64_t lengthNt, bool gradient) const = 0;

    /// Probabilities [P,4] of A, C, G, T/U at each position, hidden one at a time. Undefined tensor: not offered
    /// (ModelOutputs::maskedLetters).
    virtual torch::Tensor maskedLetters_P4(std::string_view letters, std::span<const std::int64_t> positions,
                                           const PassOptions& options);

    /// Stages of a pass over a sequence of this length, for the architecture diagram.
    std::vector<Stage> stages(std::int64_t lengthNt);

    /// Renames the entries of a state_dict written by other software to this network's names and takes out what it
    /// has no use for, whose names are returned. Errors: ModelMismatch where entries contradict each other.
    virtual Result<std::vector<std::string>> adoptState(NamedTensors& state) const;

    /// Layers of which attention on the letters can be shown: the decoder's, or those of self-attention.
    int attentionLayerCount() const;
    /// What looks at the letters in attention that nothing is decoded with: "<s>", "CLS".
    virtual std::string attentionQuery() const;
    virtual int encoderLayerCount() const { return 0; }
    virtual int decoderLayerCount() const { return 0; }
    virtual int headCount() const { return 0; }

    /// Ids of several sequences, padded at the end, on the model's device.
    NetInput encode(std::span<const std::string_view> letters) const;
    NetInput encode(std::string_view letters) const { return encode(std::span(&letters, 1)); }
    /// One sequence with its further inputs. Throws std::invalid_argument for one of a wrong width.
    NetInput encode(std::string_view letters, const data::FeatureMap& features) const;
    /// The same input as one-hot in the model's number type.
    NetInput onehot(const NetInput& input) const;

    torch::Device device() const;
    torch::ScalarType scalarType() const;
};

/// Parameters: a complex one counts once in the first number and twice in the second.
std::pair<std::int64_t, std::int64_t> parameterCounts(const torch::nn::Module& module);

}  // namespace nscope::nn
