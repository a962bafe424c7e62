#include "core/models/kmer_mlp.h"

#include "core/models/option_list.h"
#include "core/nn/conv_blocks.h"
#include "core/nn/kmers.h"

namespace nscope::models {

namespace {

using torch::Tensor;

/// k-mers with a letter that is none of the four are not counted.
constexpr nn::NucleotideCoding kCoding{"ACGT", 0.0};

std::vector<engine::OptionSpec> optionSpecs()
{
    return {textOption("tasks", "Fractions", "Names of the fractions, separated by commas",
                        "cytosol,insoluble,membrane,nuclear"),
            integerOption("k", "Longest k-mer", "Counts of 1-mers to k-mers are the input", 5, 1, 7),
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
    return KmerMlpOptions{int(read->integer("k")), read->integer("hidden_layers"), read->integer("hidden_units"),
                          read->number("dropout"), std::move(*fractions)};
}

std::int64_t KmerMlpOptions::featureCount() const
{
    std::int64_t count = 0;
    for (int k = 1; k <= longestKmer; ++k)
        count += std::int64_t(1) << (2 * k);
    return count;
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

Tensor KmerMlpImpl::counts_NF(const nn::NetInput& input, const nn::PassOptions& options) const
{
    const Tensor bases = nn::nucleotideChannels_NLC(input, kCoding, output->weight.options());
    std::vector<Tensor> counts;
    for (int k = 1; k <= m_options.longestKmer; ++k) {
        options.poll();
        counts.push_back(nn::kmerCounts_NK(bases, k));
    }
    return at::cat(counts, 1);
}

nn::NamedTensors KmerMlpImpl::forward(const nn::NetInput& input, const nn::PassOptions& options)
{
    Tensor x = (counts_NF(input, options) - mean) / deviation;
    options.note("Counts of 1-mers to " + std::to_string(m_options.longestKmer) + "-mers, standardised", x);
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
