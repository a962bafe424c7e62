#include "core/models/gpn.h"

#include "core/models/option_list.h"
#include "core/nn/blocks.h"
#include "core/nn/conv_blocks.h"

#include <stdexcept>

namespace nscope::models {

namespace {

constexpr std::int64_t kTokens = 7;
constexpr std::int64_t kPadToken = 0;
constexpr std::int64_t kMaskToken = 1;
constexpr std::int64_t kFirstBaseToken = 3;
/// Token of each of NetInput's symbols; padding has none.
constexpr std::int64_t kTokenOfSymbol[] = {3, 4, 5, 6, 2};
constexpr std::int64_t kLettersPerMaskedPass = 8192;

torch::nn::LayerNorm makeNorm(std::int64_t dim) { return torch::nn::LayerNorm(torch::nn::LayerNormOptions({dim})); }

/// Probabilities of A, C, G, T among themselves.
torch::Tensor baseProbabilities(const torch::Tensor& logits_V)
{
    return at::softmax(logits_V.narrow(-1, kFirstBaseToken, 4), -1);
}

std::int64_t dilationOf(const GpnOptions& options, std::int64_t layer)
{
    return std::int64_t(1) << (layer % options.dilationCycle);
}

}  // namespace

GpnBlockImpl::GpnBlockImpl(const GpnOptions& options, std::int64_t dilation)
    : m_conv(nn::makeConv({.in = options.dim, .out = options.dim, .kernelNt = options.kernelNt, .dilation = dilation})),
      m_convNorm(makeNorm(options.dim)), m_denseNorm(makeNorm(options.dim)), m_dense(options.dim, options.dim)
{
    // The numbers are places in the authors' nn.Sequential.
    const auto conv = register_module("conv", std::make_shared<torch::nn::Module>());
    conv->register_module("1", m_conv);
    conv->register_module("4", m_convNorm);
    const auto dense = register_module("ffn", std::make_shared<torch::nn::Module>());
    dense->register_module("0", m_dense);
    dense->register_module("2", m_denseNorm);
}

torch::Tensor GpnBlockImpl::forward(torch::Tensor x, const nn::PassOptions& options)
{
    const torch::Tensor mixed_NDL = nn::convolvedInChunks(x.transpose(1, 2), m_conv, nn::Padding::Same,
                                                          options.rowChunkNt, [&] { options.poll(); });
    x = x + nn::layerNorm(at::gelu(mixed_NDL.transpose(1, 2)), m_convNorm);
    return x + nn::layerNorm(at::gelu(m_dense->forward(x)), m_denseNorm);
}

GpnImpl::GpnImpl(engine::ModelSpec spec, const GpnOptions& options)
    : ZooNet(std::move(spec), {HeadKind::Profile, {"A", "C", "G", "T"}}), m_options(options)
{
    const auto model = register_module("model", std::make_shared<torch::nn::Module>());
    const auto encoder = model->register_module("encoder", std::make_shared<torch::nn::Module>());
    m_spec.input.receptiveFieldNt = 1;
    for (std::int64_t i = 0; i < options.layers; ++i) {
        m_blocks.push_back(encoder->register_module(std::to_string(i), GpnBlock(options, dilationOf(options, i))));
        m_spec.input.receptiveFieldNt += (options.kernelNt - 1) * dilationOf(options, i);
    }
    const auto head = register_module("cls", std::make_shared<torch::nn::Module>());
    const auto decoder = head->register_module("decoder", std::make_shared<torch::nn::Module>());
    m_headDense = decoder->register_module("0", torch::nn::Linear(options.dim, options.dim));
    m_headNorm = decoder->register_module("2", makeNorm(options.dim));
    m_headOut = decoder->register_module("3", torch::nn::Linear(options.dim, kTokens));
    initialize();
}

// The authors draw dense weights; convolutions keep LibTorch's start.
void GpnImpl::initialize()
{
    const at::NoGradGuard noGrad;
    for (const auto& module : modules(/*include_self=*/false)) {
        if (auto* dense = module->as<torch::nn::LinearImpl>()) {
            dense->weight.normal_(0.0, 0.02);
            dense->bias.zero_();
        }
    }
}

torch::Tensor GpnImpl::embedded_NLD(const nn::NetInput& input) const
{
    torch::Tensor table = torch::zeros({nn::kNucleotideSymbols, m_options.dim}, torch::kFloat32);
    for (std::int64_t symbol = 0; symbol < std::int64_t(std::size(kTokenOfSymbol)); ++symbol)
        table[symbol][kTokenOfSymbol[symbol]] = 1.0f;
    table = table.to(device(), scalarType());
    return input.onehot_NLC.defined() ? at::matmul(input.onehot_NLC, table) : at::embedding(table, input.ids_NL);
}

torch::Tensor GpnImpl::encoded_NLD(torch::Tensor x, const torch::Tensor& valid_NL1, const nn::PassOptions& options,
                                   nn::NamedTensors* outputs)
{
    const auto keep = [&](std::size_t layer) {
        if (outputs)
            (*outputs)["hidden." + std::to_string(layer)] = x;
    };
    keep(0);
    for (std::size_t i = 0; i < m_blocks.size(); ++i) {
        x = m_blocks[i]->forward(x, options);
        if (valid_NL1.defined())
            x = x * valid_NL1;  // what the next convolution sees beyond the end is zero, as in a batch of one
        options.note("Conv " + std::to_string(m_options.dim) + ", k " + std::to_string(m_options.kernelNt)
                         + ", dilation " + std::to_string(dilationOf(m_options, std::int64_t(i))) + ", feed-forward",
                     x);
        keep(i + 1);
    }
    return x;
}

torch::Tensor GpnImpl::logits_NLV(const torch::Tensor& x_NLD)
{
    return m_headOut->forward(nn::layerNorm(at::gelu(m_headDense->forward(x_NLD)), m_headNorm));
}

nn::NamedTensors GpnImpl::forward(const nn::NetInput& input, const nn::PassOptions& options)
{
    nn::NamedTensors outputs;
    torch::Tensor x = embedded_NLD(input);
    options.note("Letters as tokens", x);
    torch::Tensor valid_NL1;
    if (!input.lengths.empty()) {
        const torch::Tensor lengths = torch::tensor(input.lengths, torch::kInt64).to(x.device()).reshape({-1, 1, 1});
        const torch::Tensor places = torch::arange(input.length(), lengths.options()).reshape({1, -1, 1});
        valid_NL1 = places.lt(lengths).to(x.scalar_type());
        rememberBins(outputs, input.lengths);
    }
    x = encoded_NLD(x, valid_NL1, options, options.keepHidden ? &outputs : nullptr);
    if (options.keepHidden)
        outputs["embedding_ND"] = valid_NL1.defined() ? x.sum(1) / valid_NL1.sum(1) : x.mean(1);
    outputs["logits_NLV"] = logits_NLV(x);
    options.note("Token scores", outputs.at("logits_NLV"));
    outputs["profile_NBT"] = baseProbabilities(outputs.at("logits_NLV"));
    rememberLengths(outputs, input);
    return outputs;
}

torch::Tensor GpnImpl::maskedLetters_P4(std::string_view letters, std::span<const std::int64_t> positions,
                                        const nn::PassOptions& options)
{
    const c10::InferenceMode inference;
    const auto length = std::int64_t(letters.size());
    for (const std::int64_t position : positions) {
        if (position < 0 || position >= length)
            throw std::invalid_argument("Position " + std::to_string(position + 1) + " lies outside the sequence of "
                                        + std::to_string(length) + " nt.");
    }
    const torch::Tensor x_1LD = embedded_NLD(encode(letters));
    const auto perPass = std::max<std::int64_t>(1, kLettersPerMaskedPass / std::max<std::int64_t>(1, length));
    std::vector<torch::Tensor> parts{torch::empty({0, 4}, x_1LD.options())};
    for (std::size_t first = 0; first < positions.size(); first += std::size_t(perPass)) {
        const auto batch = positions.subspan(first, std::min(std::size_t(perPass), positions.size() - first));
        const auto rows = std::int64_t(batch.size());
        torch::Tensor x = x_1LD.repeat({rows, 1, 1});
        for (std::int64_t row = 0; row < rows; ++row) {
            x[row][batch[std::size_t(row)]].zero_();
            x[row][batch[std::size_t(row)]][kMaskToken] = 1.0;
        }
        x = encoded_NLD(x, {}, options, nullptr);
        const torch::Tensor at_P = torch::tensor(std::vector<std::int64_t>(batch.begin(), batch.end()), torch::kInt64)
                                       .to(x.device());
        const torch::Tensor hidden_PD = x.gather(1, at_P.reshape({-1, 1, 1}).expand({-1, 1, x.size(2)})).squeeze(1);
        parts.push_back(baseProbabilities(logits_NLV(hidden_PD)));
    }
    return at::cat(parts, 0);
}

nn::LetterTokens GpnImpl::letterTokens() const { return {1, kFirstBaseToken, kPadToken, kMaskToken, 0}; }

std::vector<std::int64_t> GpnImpl::tokensOf(std::string_view letters) const
{
    std::vector<std::int64_t> tokens;
    tokens.reserve(letters.size());
    for (const char letter : letters)
        tokens.push_back(kTokenOfSymbol[idOf(letter)]);
    return tokens;
}

torch::Tensor GpnImpl::tokenLogits_MV(const torch::Tensor& tokens_NT, const torch::Tensor& places_M,
                                      const nn::PassOptions& options)
{
    const torch::Tensor valid_NL1 = tokens_NT.ne(kPadToken).unsqueeze(2).to(scalarType());
    const torch::Tensor onehot = torch::one_hot(tokens_NT, kTokens).to(scalarType());
    const torch::Tensor x_NLD = at::constant_pad_nd(onehot, {0, m_options.dim - kTokens}) * valid_NL1;
    return logits_NLV(encoded_NLD(x_NLD, valid_NL1, options, nullptr).flatten(0, 1).index_select(0, places_M));
}

double GpnImpl::activations(std::int64_t lengthNt) const
{
    const double workspace = double(std::min<std::int64_t>(lengthNt, 4096)) * double(m_options.kernelNt);
    return double(m_options.dim) * (workspace + 6.0 * double(lengthNt));
}

engine::ModelSpec gpnSpec()
{
    const GpnOptions published;
    engine::ModelSpec spec;
    spec.architecture = "gpn";
    spec.name = "GPN";
    spec.help = "Masked language model of DNA: probabilities of the letters at every position, and embeddings";
    spec.citation = "Benegas, Batra & Song 2023, PNAS; human form: Tang, Somia, Yu & Koo 2025, Genome Biology";
    spec.options = {
        integerOption("dim", "Width", "Channels of every position", published.dim, kTokens, 8192),
        integerOption("layers", "Blocks", "Convolution and feed-forward each", published.layers, 1, 200),
        integerOption("kernel", "Kernel (nt)", "Of the convolutions", published.kernelNt, 1, 101),
        integerOption("dilation_cycle", "Dilation cycle", "Dilations 1, 2, 4 … start again after so many blocks",
                    published.dilationCycle, 1, 16),
    };
    spec.input.alphabet = "DNA";
    spec.input.padding =
        "Sequences of any length are read as they are; letters other than A, C, G, T and U count as unknown.";
    describeHead(spec, {HeadKind::Profile, {"A", "C", "G", "T"}});
    spec.outputs.embeddings = true;
    spec.outputs.maskedLetters = true;
    for (std::int64_t i = 0; i < published.layers; ++i)
        spec.input.receptiveFieldNt += (published.kernelNt - 1) * dilationOf(published, i);
    ++spec.input.receptiveFieldNt;
    return spec;
}

Result<std::shared_ptr<nn::SequenceNet>> createGpn(std::string_view, const data::OptionMap& given)
{
    engine::ModelSpec spec = gpnSpec();
    const auto options = OptionReader::read(given, spec.options);
    if (!options)
        return fail(options.error());
    return std::make_shared<GpnImpl>(std::move(spec),
                                     GpnOptions{.dim = options->integer("dim"), .layers = options->integer("layers"),
                                                .kernelNt = options->integer("kernel"),
                                                .dilationCycle = options->integer("dilation_cycle")});
}

}  // namespace nscope::models
