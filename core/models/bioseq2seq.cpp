#include "core/models/bioseq2seq.h"

#include "core/models/beam_search.h"
#include "core/models/lfnet_mutants.h"

namespace nscope::models {

namespace {

constexpr std::string_view kAminoAcids = "ACDEFGHIKLMNPQRSTUVWXY";
constexpr std::int64_t kFirstAminoAcidId = 6;
constexpr std::array<std::string_view, kTargetVocabSize> kTargetNames = {
    "<unk>", "<blank>", "<s>", "</s>", "<PC>", "<NC>", "A", "C", "D", "E", "F", "G", "H", "I",
    "K",     "L",       "M",   "N",    "P",    "Q",    "R", "S", "T", "U", "V", "W", "X", "Y"};

std::shared_ptr<nn::SequenceEncoder> makeEncoder(const Bioseq2SeqOptions& o)
{
    if (o.encoder == "cnn")
        return std::make_shared<nn::CnnEncoderImpl>(kSourceVocabSize, o.modelDim, o.encoderLayers, o.kernelNt,
                                                    o.dilationFactor, o.dropout);
    if (o.encoder == "transformer")
        return std::make_shared<nn::TransformerEncoderImpl>(kSourceVocabSize, o.modelDim, o.encoderLayers, o.heads,
                                                            o.feedForwardDim, o.dropout, o.maxRelativePosition);
    return std::make_shared<nn::LfnetEncoderImpl>(kSourceVocabSize, o.modelDim, o.encoderLayers, o.feedForwardDim,
                                                  o.windowNt, o.lambda, o.dropout);
}

/// Output index of a class name, or -1.
int classIndex(std::string_view name)
{
    if (name == "PC")
        return int(kPcId);
    return name == "NC" ? int(kNcId) : -1;
}

std::vector<float> toFloats(const torch::Tensor& tensor)
{
    const torch::Tensor flat = tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous();
    return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

}  // namespace

std::string_view targetTokenName(std::int64_t id)
{
    return id >= 0 && id < kTargetVocabSize ? kTargetNames[std::size_t(id)] : "<unk>";
}

std::int64_t aminoAcidId(char letter)
{
    const auto place = kAminoAcids.find(letter);
    return place == std::string_view::npos ? 0 : kFirstAminoAcidId + std::int64_t(place);
}

std::vector<std::int64_t> targetIds(bool coding, std::string_view peptide)
{
    std::vector<std::int64_t> ids{coding ? kPcId : kNcId};
    if (coding) {
        for (const char letter : peptide)
            ids.push_back(aminoAcidId(letter));
    }
    ids.push_back(kEndId);
    return ids;
}

GeneratorImpl::GeneratorImpl(int modelDim)
{
    proj = register_module("proj", torch::nn::Linear(modelDim, kTargetVocabSize));
}

Bioseq2SeqImpl::Bioseq2SeqImpl(std::string_view architecture, const Bioseq2SeqOptions& options)
    : nn::SequenceNet("bioseq2seq"), m_options(options), m_spec(bioseq2seqSpec(architecture))
{
    m_spec.outputs.frequencyFilters = options.encoder == "lfnet";
    encoder = register_module("encoder", makeEncoder(options));
    decoder = register_module("decoder", nn::TransformerDecoder(kTargetVocabSize, kBlankId, options.modelDim,
                                                                options.decoderLayers, options.heads,
                                                                options.feedForwardDim, options.dropout,
                                                                options.maxRelativePosition));
    generator = register_module("generator", Generator(options.modelDim));
}

void Bioseq2SeqImpl::initialize()
{
    const at::NoGradGuard noGrad;
    for (auto& item : named_parameters()) {
        torch::Tensor& parameter = item.value();
        if (parameter.dim() <= 1)
            continue;
        const std::string& name = item.key();
        if (m_options.encoder == "cnn" && name.starts_with("encoder.cnn."))
            torch::nn::init::xavier_uniform_(parameter, std::sqrt(4.0 * (1.0 - m_options.dropout)));
        else if (m_options.encoder == "cnn" && name.starts_with("encoder.linear."))
            torch::nn::init::normal_(parameter, 0.0, std::sqrt(1.0 / double(parameter.size(1))));
        else if (m_options.encoder == "cnn" && name.starts_with("encoder.embeddings."))
            torch::nn::init::normal_(parameter, 0.0, 0.1);
        else
            torch::nn::init::xavier_uniform_(parameter);
    }
}

std::int64_t Bioseq2SeqImpl::idOf(char letter) const
{
    switch (letter) {
    case 'A': return 2;
    case 'C': return 3;
    case 'G': return 4;
    case 'T': return 5;
    case 'R': return 7;
    default: return 6;  // N; the vocabulary knows no other ambiguity code
    }
}

torch::Tensor Bioseq2SeqImpl::sourcePad_NL(const nn::NetInput& input) const
{
    if (input.lengths.empty())
        return {};
    const auto like = torch::TensorOptions().dtype(torch::kInt64).device(device());
    const torch::Tensor lengths = torch::tensor(input.lengths, torch::kInt64).to(device()).unsqueeze(1);
    return torch::arange(input.length(), like).unsqueeze(0).ge(lengths);
}

torch::Tensor Bioseq2SeqImpl::encodeSource(const nn::NetInput& input, const nn::PassOptions& options)
{
    return encoder->encode(input, sourcePad_NL(input), options);
}

torch::Tensor Bioseq2SeqImpl::decode(const torch::Tensor& decoderInput_NQ, const torch::Tensor& memory_NLD,
                                     const torch::Tensor& sourcePad, const nn::PassOptions& options,
                                     nn::NamedTensors* attention)
{
    return generator->proj->forward(decoder->forward(decoderInput_NQ, memory_NLD, sourcePad, options, nullptr, attention));
}

nn::NamedTensors Bioseq2SeqImpl::forward(const nn::NetInput& input, const nn::PassOptions& options)
{
    nn::NamedTensors outputs;
    const torch::Tensor pad = sourcePad_NL(input);
    const torch::Tensor memory = encoder->encode(input, pad, options);
    const torch::Tensor queries = options.decoderInput_NQ.defined()
                                      ? options.decoderInput_NQ
                                      : torch::full({input.batch(), 1}, kStartId,
                                                    torch::TensorOptions().dtype(torch::kInt64).device(memory.device()));
    options.note("Encoder memory", memory);
    outputs["logits_NQV"] = decode(queries, memory, pad, options, options.keepAttention ? &outputs : nullptr);
    outputs["memory_NLD"] = memory;
    options.note("Transformer decoder (" + std::to_string(m_options.decoderLayers) + " layers) and generator: "
                     "class and amino acids", outputs.at("logits_NQV"));
    return outputs;
}

Result<nn::Target> Bioseq2SeqImpl::parseTarget(std::string_view text) const
{
    nn::Target target;
    target.id = text.empty() ? m_spec.targets.front().id : std::string(text);
    const std::string_view id = target.id;
    if (id.starts_with("logit:")) {
        const auto dash = id.find('-');
        if (dash != std::string_view::npos) {
            target.positive = classIndex(id.substr(6, dash - 6));
            target.negative = classIndex(id.substr(dash + 1));
            if (target.positive >= 0 && target.negative >= 0 && target.positive != target.negative)
                return target;
        }
    } else if (id.starts_with("class:")) {
        target.kind = nn::Target::Kind::LogProbability;
        target.positive = classIndex(id.substr(6));
        if (target.positive >= 0)
            return target;
    }
    return fail(ErrorCode::InvalidArgument, "The target “" + target.id
                                                + "” is not one of this model: use logit:PC-NC, logit:NC-PC, class:PC or class:NC.");
}

torch::Tensor Bioseq2SeqImpl::score_N(const nn::NamedTensors& outputs, const nn::Target& target) const
{
    const torch::Tensor logits = outputs.at("logits_NQV").select(1, 0);
    if (target.kind == nn::Target::Kind::LogitDifference)
        return logits.select(1, target.positive) - logits.select(1, target.negative);
    return at::log_softmax(logits, -1).select(1, target.positive);
}

data::Prediction Bioseq2SeqImpl::prediction(const nn::NamedTensors& outputs, std::int64_t row) const
{
    const torch::Tensor logits = outputs.at("logits_NQV")[row][0].detach().to(torch::kCPU, torch::kFloat64);
    const torch::Tensor probability = at::softmax(logits, -1);
    data::Prediction result;
    result.classProbabilities = {{"p_PC", probability[kPcId].item<double>()}, {"p_NC", probability[kNcId].item<double>()}};
    const double logOdds = (logits[kPcId] - logits[kNcId]).item<double>();
    result.scalars = {{"log_odds", logOdds}};
    result.predictedClass = logOdds >= 0 ? "PC" : "NC";
    return result;
}

std::unique_ptr<nn::TranslationRun> Bioseq2SeqImpl::startTranslation(const nn::NamedTensors& outputs,
                                                                     std::string_view letters,
                                                                     const nn::TranslateOptions& how)
{
    return std::make_unique<BeamSearch>(*this, outputs.at("memory_NLD"), letters, how);
}

std::pair<torch::Tensor, std::vector<std::string>> Bioseq2SeqImpl::decodedQueries(const nn::NamedTensors& outputs,
                                                                                  int maxQueries,
                                                                                  const nn::PassOptions& options)
{
    BeamSearch greedy(*this, outputs.at("memory_NLD"), {}, {.beam = 1, .best = 1, .maxTokens = maxQueries});
    while (greedy.advance(options)) {
    }
    std::vector<std::int64_t> ids = greedy.bestIds();
    ids.insert(ids.begin(), kStartId);
    if (std::int64_t(ids.size()) > maxQueries || ids.back() == kEndId)
        ids.pop_back();  // what follows the last token is not asked for
    std::vector<std::string> names;
    for (const std::int64_t id : ids)
        names.emplace_back(targetTokenName(id));
    return {torch::tensor(ids, torch::kInt64).unsqueeze(0).to(device()), names};
}

std::vector<data::FilterLayer> Bioseq2SeqImpl::filters() const
{
    std::vector<data::FilterLayer> layers;
    const auto* lfnet = dynamic_cast<const nn::LfnetEncoderImpl*>(encoder.get());
    for (std::size_t i = 0; lfnet && i < lfnet->fnet->size(); ++i) {
        const nn::LfnetLayerImpl& block = lfnet->layer(i);
        const torch::Tensor filter = at::complex(block.filterReal().detach(), block.filterImag().detach());
        layers.push_back({int(i), block.filter().windowNt(), block.filter().bins(), m_options.modelDim,
                          toFloats(at::abs(filter)), toFloats(at::angle(filter))});
    }
    return layers;
}

std::unique_ptr<nn::MutantScorer> Bioseq2SeqImpl::mutantScorer(std::string_view letters, const nn::Target& target,
                                                               std::int64_t budgetBytes, const nn::PassOptions& options)
{
    return makeLfnetMutants(*this, letters, target, budgetBytes, options);
}

std::int64_t Bioseq2SeqImpl::passBytes(std::int64_t batch, std::int64_t lengthNt, bool gradient) const
{
    const std::int64_t element = scalarType() == torch::kFloat64 ? 8 : 4;
    const std::int64_t row = element * m_options.modelDim;  // one position of one activation
    const std::int64_t rows = batch * lengthNt;
    std::int64_t bytes = rows * row * (gradient ? 24 + 8 * m_options.encoderLayers : 24);
    const std::int64_t hiddenRows = std::min<std::int64_t>(rows, 512);
    bytes += 3 * hiddenRows * m_options.feedForwardDim * element;
    bytes += rows * row * 2 * m_options.decoderLayers;  // projected memory
    if (m_options.encoder == "transformer")
        bytes += (std::int64_t(192) << 20) + (gradient ? batch * m_options.heads * lengthNt * lengthNt * element * 4 : 0);
    return bytes;
}

}  // namespace nscope::models
