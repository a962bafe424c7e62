// Purpose: bioseq2seq and EDC: transcript → class token (and protein), LFNet, CNN or transformer encoder with a
// transformer decoder. Source: Valencia & Hendrix, spec/models.md §1. Submodule names are the authors' state_dict keys.
// Thread: one thread at a time.
#pragma once

#include "core/nn/sequence_net.h"

#include "core/data/option_value.h"
#include "core/nn/decoder.h"
#include "core/nn/encoder.h"

namespace nscope::models {

/// Ids of the target vocabulary (spec/models.md 1.1).
inline constexpr std::int64_t kBlankId = 1;
inline constexpr std::int64_t kStartId = 2;
inline constexpr std::int64_t kEndId = 3;
inline constexpr std::int64_t kPcId = 4;
inline constexpr std::int64_t kNcId = 5;
inline constexpr int kTargetVocabSize = 28;
inline constexpr int kSourceVocabSize = 8;

/// "<s>", "<PC>", "M" … for an id of the target vocabulary.
std::string_view targetTokenName(std::int64_t id);
/// Id of an amino-acid letter; `<unk>` (0) for anything else.
std::int64_t aminoAcidId(char letter);
/// Training target without `<s>`: class, peptide letters (coding only), `</s>`. EDC: class and `</s>` only.
std::vector<std::int64_t> targetIds(bool coding, std::string_view peptide);

/// Architecture options; the defaults are the published bioseq2seq.
struct Bioseq2SeqOptions {
    std::string encoder = "lfnet";  ///< lfnet | cnn | transformer
    int modelDim = 64;
    int encoderLayers = 12;
    int decoderLayers = 2;
    int feedForwardDim = 2048;
    int heads = 8;
    int windowNt = 250;             ///< LFNet: STFT window
    double lambda = 0.004;          ///< LFNet: soft-shrink threshold
    int kernelNt = 6;               ///< CNN: kernel width
    int dilationFactor = 2;         ///< CNN: dilation of block i is factor^i
    double dropout = 0.2;
    int maxRelativePosition = 8;

    /// Reads ModelCard::options: "preset" first, then the others over it. The error names the option.
    static Result<Bioseq2SeqOptions> fromMap(const data::OptionMap& options);
    data::OptionMap toMap() const;
};

/// Description of the family for menus and the CLI; `architecture` is "bioseq2seq" or "edc".
engine::ModelSpec bioseq2seqSpec(std::string_view architecture);

struct GeneratorImpl : torch::nn::Module {
    explicit GeneratorImpl(int modelDim);
    torch::nn::Linear proj{nullptr};
};
TORCH_MODULE(Generator);

class Bioseq2SeqImpl : public nn::SequenceNet {
public:
    Bioseq2SeqImpl(std::string_view architecture, const Bioseq2SeqOptions& options);

    /// Xavier-uniform for every parameter with more than one dimension, filters included (spec 1.3 "Init"; CNN: 1.5).
    void initialize();

    const Bioseq2SeqOptions& options() const { return m_options; }

    /// Encoder memory [N,L,D].
    torch::Tensor encodeSource(const nn::NetInput& input, const nn::PassOptions& options);
    /// Unnormalised scores [N,Q,28] of decoder inputs [N,Q] (which start with `<s>`) given the memory.
    torch::Tensor decode(const torch::Tensor& decoderInput_NQ, const torch::Tensor& memory_NLD,
                         const torch::Tensor& sourcePad_NL, const nn::PassOptions& options,
                         nn::NamedTensors* attention = nullptr);
    /// True at padded source positions; undefined if nothing is padded.
    torch::Tensor sourcePad_NL(const nn::NetInput& input) const;

    const engine::ModelSpec& spec() const override { return m_spec; }
    int channelCount() const override { return kSourceVocabSize; }
    std::array<int, 4> baseChannels() const override { return {2, 3, 4, 5}; }
    std::int64_t padId() const override { return kBlankId; }
    std::int64_t idOf(char letter) const override;
    nn::NamedTensors forward(const nn::NetInput& input, const nn::PassOptions& options) override;
    Result<nn::Target> parseTarget(std::string_view text) const override;
    torch::Tensor score_N(const nn::NamedTensors& outputs, const nn::Target& target) const override;
    data::Prediction prediction(const nn::NamedTensors& outputs, std::int64_t row) const override;
    std::unique_ptr<nn::TranslationRun> startTranslation(const nn::NamedTensors& outputs, std::string_view letters,
                                                         const nn::TranslateOptions& how) override;
    std::pair<torch::Tensor, std::vector<std::string>> decodedQueries(const nn::NamedTensors& outputs, int maxQueries,
                                                                      const nn::PassOptions& options) override;
    std::vector<data::FilterLayer> filters() const override;
    std::unique_ptr<nn::MutantScorer> mutantScorer(std::string_view letters, const nn::Target& target,
                                                   std::int64_t budgetBytes, const nn::PassOptions& options) override;
    std::int64_t passBytes(std::int64_t batch, std::int64_t lengthNt, bool gradient) const override;
    int encoderLayerCount() const override { return m_options.encoderLayers; }
    int decoderLayerCount() const override { return m_options.decoderLayers; }
    int headCount() const override { return m_options.heads; }

    std::shared_ptr<nn::SequenceEncoder> encoder;
    nn::TransformerDecoder decoder{nullptr};
    Generator generator{nullptr};

private:
    Bioseq2SeqOptions m_options;
    engine::ModelSpec m_spec;
};
TORCH_MODULE(Bioseq2Seq);

}  // namespace nscope::models
