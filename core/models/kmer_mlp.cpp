#include "core/models/kmer_mlp.h"

#include "core/data/orf.h"
#include "core/models/option_list.h"
#include "core/nn/conv_blocks.h"
#include "core/nn/kmers.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace nscope::models {

namespace {

using torch::Tensor;

/// k-mers with a letter that is none of the four are not counted.
constexpr nn::NucleotideCoding kCoding{"ACGT", 0.0};

constexpr std::int64_t kFrameFeatures = 64 + 4;

/// The longest open reading frame of the most likely letters; empty at the start where there is none.
data::Interval frameOf(const Tensor& bases_LC)
{
    const Tensor best_L = bases_LC.argmax(1).to(torch::kCPU).contiguous();
    const Tensor known_L = bases_LC.sum(1).gt(0.0).to(torch::kCPU).contiguous();
    std::string letters;
    for (std::int64_t i = 0; i < best_L.size(0); ++i)
        letters += known_L.data_ptr<bool>()[i] ? kCoding.order[std::size_t(best_L.data_ptr<std::int64_t>()[i])] : 'N';
    const auto orf = data::longestOrf(letters);
    return orf ? orf->span : data::Interval{};
}

std::vector<engine::OptionSpec> optionSpecs()
{
    return {textOption("tasks", "Fractions", "Names of the fractions, separated by commas",
                       "cytosol,insoluble,membrane,nuclear"),
            integerOption("k", "Longest k-mer", "Counts of 1-mers to k-mers are the input", 5, 1, 7),
            choiceOption("scale", "Scale of the counts",
                         "counts, as published; log: ln(1 + n); shares: of all k-mers of a length, and the length",
                         {"counts", "log", "shares"}),
            flagOption("reading_frame", "Longest reading frame",
                       "Also codons of the longest open reading frame and lengths of the parts around it", false),
            integerOption("hidden_layers", "Hidden layers", "2: DNN-5Mer; 0: NN-5Mer", 2, 0, 8),
            integerOption("hidden_units", "Hidden units", "0: as many as there are k-mers, as published", 0, 0, 65536),
            dropoutOption("dropout", "Dropout",
                          "After every hidden layer, in training only; not printed in the paper, our default", 0.2)};
}

}  // namespace

Result<KmerMlpOptions> KmerMlpOptions::fromMap(const data::OptionMap& options)
{
    const auto read = OptionReader::read(options, optionSpecs());
    if (!read)
        return fail(read.error());
    auto fractions = readNames(*read, "tasks", 2);
    if (!fractions)
        return fail(fractions.error());
    const std::string& scale = read->text("scale");
    return KmerMlpOptions{.longestKmer = int(read->integer("k")),
                          .scale = scale == "log"      ? KmerScale::Logarithm
                                   : scale == "shares" ? KmerScale::Shares
                                                       : KmerScale::Counts,
                          .readsFrame = read->flag("reading_frame"),
                          .hiddenLayers = read->integer("hidden_layers"),
                          .hiddenUnits = read->integer("hidden_units"),
                          .dropout = read->number("dropout"),
                          .fractions = std::move(*fractions)};
}

std::int64_t KmerMlpOptions::featureCount() const
{
    std::int64_t count = 0;
    for (int k = 1; k <= longestKmer; ++k)
        count += std::int64_t(1) << (2 * k);
    return count + (scale == KmerScale::Shares ? 1 : 0) + (readsFrame ? kFrameFeatures : 0);
}

KmerMlpImpl::KmerMlpImpl(const KmerMlpOptions& options)
    : ZooNet(kmerMlpSpec(), {HeadKind::Fractions, options.fractions}), m_options(options)
{
    std::int64_t width = options.featureCount();
    mean = register_buffer("mean", torch::zeros({width}));
    deviation = register_buffer("deviation", torch::ones({width}));
    hidden = register_module("hidden", torch::nn::ModuleList());
    for (std::int64_t i = 0; i < options.hiddenLayers; ++i) {
        const std::int64_t units = options.hiddenUnits > 0 ? options.hiddenUnits : options.featureCount();
        hidden->push_back(torch::nn::Linear(width, units));
        nn::glorotUniform(*hidden[std::size_t(i)]);
        width = units;
    }
    output = register_module("output", torch::nn::Linear(width, std::int64_t(options.fractions.size())));
    nn::glorotUniform(*output);
}

void KmerMlpImpl::setStandardisation(const Tensor& mean_F, const Tensor& deviation_F)
{
    const at::NoGradGuard noGrad;
    mean.copy_(mean_F);
    deviation.copy_(at::where(deviation_F > 0, deviation_F, torch::ones_like(deviation_F)));
}

Tensor KmerMlpImpl::scaled(const Tensor& counts_NK) const
{
    switch (m_options.scale) {
    case KmerScale::Counts: break;
    case KmerScale::Logarithm: return at::log1p(counts_NK);
    case KmerScale::Shares: return counts_NK / counts_NK.sum(1, true).clamp_min(1.0);
    }
    return counts_NK;
}

Tensor KmerMlpImpl::frameFeatures_NF(const Tensor& bases_NLC, const nn::NetInput& input) const
{
    std::vector<Tensor> rows;
    for (std::int64_t n = 0; n < bases_NLC.size(0); ++n) {
        const Tensor own_LC = bases_NLC[n].narrow(0, 0, input.lengthOf(n));
        const data::Interval frame = frameOf(own_LC);
        const std::int64_t codons = frame.length() / 3;
        const Tensor letters_CPB = own_LC.narrow(0, frame.startNt, 3 * codons).reshape({codons, 3, 4});
        const Tensor counts =
            at::einsum("na,nb,nc->abc", {letters_CPB.select(1, 0), letters_CPB.select(1, 1), letters_CPB.select(1, 2)});
        const double before = double(frame.startNt), within = double(frame.length());
        const double all = double(own_LC.size(0)), after = all - before - within;
        const Tensor lengths = at::tensor(
            {std::log1p(before), std::log1p(within), std::log1p(after), within / std::max(1.0, all)}, torch::kFloat64);
        rows.push_back(at::cat({scaled(counts.reshape({1, -1})), lengths.to(counts.options()).unsqueeze(0)}, 1));
    }
    return at::cat(rows, 0);
}

Tensor KmerMlpImpl::features_NF(const nn::NetInput& input, const nn::PassOptions& options) const
{
    const Tensor bases = nn::nucleotideChannels_NLC(input, kCoding, output->weight.options());
    std::vector<Tensor> features;
    for (int k = 1; k <= m_options.longestKmer; ++k) {
        options.poll();
        const Tensor counts = nn::kmerCounts_NK(bases, k);
        features.push_back(scaled(counts));
        if (k == 1 && m_options.scale == KmerScale::Shares)
            features.push_back(at::log1p(counts.sum(1, true)));
    }
    if (m_options.readsFrame)
        features.push_back(frameFeatures_NF(bases, input));
    return at::cat(features, 1);
}

nn::NamedTensors KmerMlpImpl::forward(const nn::NetInput& input, const nn::PassOptions& options)
{
    Tensor x = (features_NF(input, options) - mean) / deviation;
    options.note("Counts of 1-mers to " + std::to_string(m_options.longestKmer) + "-mers"
                     + (m_options.readsFrame ? " and of the longest reading frame" : "") + ", standardised",
                 x);
    for (std::size_t i = 0; i < hidden->size(); ++i) {
        const auto layer = hidden->ptr<torch::nn::LinearImpl>(i);
        x = at::dropout(at::relu(at::linear(x, layer->weight, layer->bias)), m_options.dropout, is_training());
        options.note("Dense " + std::to_string(x.size(1)) + ", ReLU", x);
    }
    nn::NamedTensors outputs;
    outputs["logits_NK"] = at::linear(x, output->weight, output->bias);
    options.note("Softmax over the fractions", outputs["logits_NK"]);
    return outputs;
}

double KmerMlpImpl::activations(std::int64_t lengthNt) const
{
    const double halfWord = double(std::int64_t(1) << (2 * ((m_options.longestKmer + 1) / 2)));
    return double(lengthNt) * 3.0 * halfWord + 8.0 * double(m_options.featureCount());
}

engine::ModelSpec kmerMlpSpec()
{
    engine::ModelSpec spec;
    spec.architecture = "kmer-mlp";
    spec.name = "k-mer network (DNN-5Mer, NN-5Mer)";
    spec.help = "Shares of an mRNA in subcellular fractions, from its k-mer counts alone: RNATracker's baselines";
    spec.citation = "Yan, Lécuyer & Blanchette 2019, Bioinformatics: Prediction of mRNA subcellular localization using "
                    "deep recurrent neural networks";
    spec.options = optionSpecs();
    spec.input.padding = "The whole transcript is counted; k-mers with other letters than A, C, G, U are left out.";
    describeHead(spec, {HeadKind::Fractions, {"cytosol", "insoluble", "membrane", "nuclear"}});
    return spec;
}

Result<std::shared_ptr<nn::SequenceNet>> createKmerMlp(std::string_view, const data::OptionMap& options)
{
    const auto parsed = KmerMlpOptions::fromMap(options);
    if (!parsed)
        return fail(parsed.error());
    return std::make_shared<KmerMlpImpl>(*parsed);
}

}  // namespace nscope::models
