#include "core/models/divide_et_impera.h"

#include "core/models/option_list.h"
#include "core/nn/conv_blocks.h"

namespace nscope::models {

namespace {

using torch::Tensor;

std::vector<engine::OptionSpec> optionSpecs()
{
    std::vector<engine::OptionSpec> specs = PromoterInput::optionSpecs(8);
    const std::vector<engine::OptionSpec> layers = {
        textOption("tasks", "Outputs", "Names of the predicted values, separated by commas", "expression"),
        integerOption("chunks", "Chunks", "Parts that the window is cut in", 10, 1, 1000),
        flagOption("share_chunks", "Share the chunks' weights",
                   "On: one set of convolutions for all chunks; the paper does not say which", false),
        integerOption("chunk_layers", "Convolutions per chunk", "3 or 5: the paper says both", 3, 1, 12),
        integerOption("joint_layers", "Convolutions after joining", "4 or 5: the paper says both", 4, 0, 12),
        integerOption("filters", "Filters", "Of every convolution", 128, 1, 4096),
        integerOption("kernel", "Kernel (bp)", "Width of every convolution", 3, 1, 101),
        integerOption("pool", "Pooling", "Max-pooling after every convolution, while at least as many steps are left",
                      5, 1, 100),
        integerOption("dense", "Dense units", "Before the output, 0 for none; not printed in the paper, our default",
                      64, 0, 8192),
        dropoutOption("dropout", "Dropout", "After the dense layer, in training only; the paper has none", 0.0),
    };
    specs.insert(specs.end(), layers.begin(), layers.end());
    return specs;
}

/// Keras' weights for convolutions that lie side by side as groups: Glorot with the fans of one group.
void glorotGroups(torch::nn::Conv1dImpl& conv, std::int64_t groups)
{
    const at::NoGradGuard noGrad;
    for (const Tensor& group : conv.weight.chunk(groups, 0))
        torch::nn::init::xavier_uniform_(group);
    torch::nn::init::zeros_(conv.bias);
}

}  // namespace

Result<DivideEtImperaOptions> DivideEtImperaOptions::fromMap(const data::OptionMap& options)
{
    auto read = PromoterOptions::read(options, optionSpecs());
    if (!read)
        return fail(read.error());
    const OptionReader& values = read->values;
    DivideEtImperaOptions result{read->input,
                                 values.integer("chunks"),
                                 values.flag("share_chunks"),
                                 values.integer("chunk_layers"),
                                 values.integer("joint_layers"),
                                 values.integer("filters"),
                                 values.integer("kernel"),
                                 values.integer("pool"),
                                 values.integer("dense"),
                                 values.number("dropout"),
                                 std::move(read->tasks)};
    if (result.input.lengthNt % result.chunks != 0)
        return fail(ErrorCode::InvalidArgument, "The model option chunks (" + std::to_string(result.chunks)
                                                    + ") must divide length (" + std::to_string(result.input.lengthNt)
                                                    + " bp).");
    return result;
}

std::int64_t DivideEtImperaOptions::pooled(std::int64_t steps, std::int64_t layers) const
{
    for (std::int64_t i = 0; i < layers && steps >= pool; ++i)
        steps /= pool;
    return steps;
}

DivideEtImperaImpl::DivideEtImperaImpl(const DivideEtImperaOptions& options)
    : ZooNet(divideEtImperaSpec(), {HeadKind::Values, options.tasks}), m_options(options)
{
    options.input.describe(m_spec.input);
    const std::int64_t groups = options.shareChunks ? 1 : options.chunks;
    chunk_conv = register_module("chunk_conv", torch::nn::ModuleList());
    joint_conv = register_module("joint_conv", torch::nn::ModuleList());
    for (std::int64_t i = 0; i < options.chunkLayers; ++i) {
        const std::int64_t in = i == 0 ? 4 : options.filters;
        torch::nn::Conv1d conv(
            torch::nn::Conv1dOptions(groups * in, groups * options.filters, options.kernelNt).groups(groups));
        glorotGroups(*conv, groups);
        chunk_conv->push_back(conv);
    }
    for (std::int64_t i = 0; i < options.jointLayers; ++i) {
        joint_conv->push_back(
            nn::makeConv({.in = options.filters, .out = options.filters, .kernelNt = options.kernelNt}));
        nn::glorotUniform(*joint_conv[std::size_t(i)]);
    }
    std::int64_t width =
        options.pooled(options.jointSteps(), options.jointLayers) * options.filters + options.input.featureCount();
    if (options.dense > 0) {
        dense = register_module("dense", torch::nn::Linear(width, options.dense));
        nn::glorotUniform(*dense);
        width = options.dense;
    }
    output = register_module("output", torch::nn::Linear(width, std::int64_t(options.tasks.size())));
    nn::glorotUniform(*output);
}

Tensor DivideEtImperaImpl::convolve(Tensor x_NCL, const torch::nn::ModuleList& convs, std::string_view what,
                                    const nn::PassOptions& options) const
{
    for (std::size_t i = 0; i < convs->size(); ++i) {
        const torch::nn::Conv1d conv(convs->ptr<torch::nn::Conv1dImpl>(i));
        x_NCL = at::relu(nn::convolved(x_NCL, conv, nn::Padding::Same));
        const bool pools = x_NCL.size(2) >= m_options.pool;
        if (pools)
            x_NCL = at::max_pool1d(x_NCL, m_options.pool, m_options.pool);
        options.note(std::string(what) + std::to_string(m_options.filters) + ", k " + std::to_string(m_options.kernelNt)
                         + ", ReLU" + (pools ? ", max-pool " + std::to_string(m_options.pool) : std::string()),
                     x_NCL.transpose(1, 2));
    }
    return x_NCL;
}

nn::NamedTensors DivideEtImperaImpl::forward(const nn::NetInput& input, const nn::PassOptions& options)
{
    Tensor x = m_options.input.window_NLC(input, output->weight.options());
    const std::int64_t batch = x.size(0), chunks = m_options.chunks;
    options.note("One-hot letters around the TSS", x);
    // [N,chunk,channel,bp]: chunks are groups of channels, or with shared weights rows of the batch.
    x = x.reshape({batch, chunks, -1, 4}).transpose(2, 3);
    x = m_options.shareChunks ? x.flatten(0, 1) : x.flatten(1, 2);
    x = convolve(x, chunk_conv, std::to_string(chunks) + " chunks: conv ", options);
    x = x.reshape({batch, chunks, m_options.filters, -1}).transpose(1, 2).flatten(2);
    x = convolve(x, joint_conv, "Conv ", options);
    x = m_options.input.withFeatures(x.transpose(1, 2).flatten(1), input);
    options.note("Flatten, further inputs", x);
    if (dense) {
        x = at::dropout(at::relu(at::linear(x, dense->weight, dense->bias)), m_options.dropout, is_training());
        options.note("Dense " + std::to_string(m_options.dense) + ", ReLU", x);
    }
    nn::NamedTensors outputs;
    outputs["values_NT"] = at::linear(x, output->weight, output->bias);
    options.note("Dense, linear", outputs["values_NT"]);
    return outputs;
}

double DivideEtImperaImpl::activations(std::int64_t) const
{
    return double(m_options.input.lengthNt) * (3.0 * double(m_options.filters) + 12.0);
}

engine::ModelSpec divideEtImperaSpec()
{
    engine::ModelSpec spec;
    spec.architecture = "divide-et-impera";
    spec.name = "DivideEtImpera";
    spec.help =
        "Expression of a gene from its promoter, in chunks convolved apart and then together, half-life features "
        "and transcription factors";
    spec.citation =
        "Pipoli et al. 2022, Computer Methods and Programs in Biomedicine: Predicting gene expression levels "
        "from DNA sequences and post-transcriptional information with transformers";
    spec.options = optionSpecs();
    PromoterInput{}.describe(spec.input);
    describeHead(spec, {HeadKind::Values, {"expression"}});
    return spec;
}

Result<std::shared_ptr<nn::SequenceNet>> createDivideEtImpera(std::string_view, const data::OptionMap& options)
{
    const auto parsed = DivideEtImperaOptions::fromMap(options);
    if (!parsed)
        return fail(parsed.error());
    return std::make_shared<DivideEtImperaImpl>(*parsed);
}

}  // namespace nscope::models
