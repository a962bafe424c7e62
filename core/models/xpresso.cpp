#include "core/models/xpresso.h"

#include "core/models/conv_mutants.h"
#include "core/models/option_list.h"
#include "core/nn/conv_blocks.h"

namespace nscope::models {

namespace {

using torch::Tensor;

std::vector<engine::OptionSpec> optionSpecs()
{
    std::vector<engine::OptionSpec> specs = PromoterInput::optionSpecs(6);
    const std::vector<engine::OptionSpec> layers = {
        textOption("tasks", "Outputs", "Names of the predicted values, separated by commas", "expression"),
        integerOption("filters1", "Filters 1", "Of the first convolution", 128, 1, 4096),
        integerOption("kernel1", "Kernel 1 (bp)", "Of the first convolution", 6, 1, 101),
        integerOption("pool1", "Pooling 1", "Max-pooling after the first convolution", 30, 1, 1000),
        integerOption("filters2", "Filters 2", "Of the second convolution", 32, 1, 4096),
        integerOption("kernel2", "Kernel 2 (steps)", "Of the second convolution", 9, 1, 101),
        integerOption("pool2", "Pooling 2", "Max-pooling after the second convolution", 10, 1, 1000),
        integerOption("dense1", "Dense 1", "Units of the first dense layer", 64, 1, 8192),
        integerOption("dense2", "Dense 2", "Units of the second dense layer", 2, 1, 8192),
        dropoutOption("dropout1", "Dropout 1", "After the first dense layer, in training only", 0.00099),
        dropoutOption("dropout2", "Dropout 2", "After the second dense layer, in training only", 0.01546),
    };
    specs.insert(specs.end(), layers.begin(), layers.end());
    return specs;
}

}  // namespace

Result<XpressoOptions> XpressoOptions::fromMap(const data::OptionMap& options)
{
    auto read = PromoterOptions::read(options, optionSpecs());
    if (!read)
        return fail(read.error());
    const OptionReader& values = read->values;
    XpressoOptions result{read->input,
                          values.integer("filters1"),
                          values.integer("kernel1"),
                          values.integer("pool1"),
                          values.integer("filters2"),
                          values.integer("kernel2"),
                          values.integer("pool2"),
                          values.integer("dense1"),
                          values.integer("dense2"),
                          values.number("dropout1"),
                          values.number("dropout2"),
                          std::move(read->tasks)};
    if (result.steps() < 1)
        return fail(ErrorCode::InvalidArgument, "The model options pool1 and pool2 leave nothing of a window of "
                                                    + std::to_string(result.input.lengthNt) + " bp.");
    return result;
}

XpressoImpl::XpressoImpl(const XpressoOptions& options)
    : ZooNet(xpressoSpec(), {HeadKind::Values, options.tasks}), m_options(options)
{
    options.input.describe(m_spec.input);
    conv1 = register_module("conv1", nn::makeConv({.in = 4, .out = options.filters1, .kernelNt = options.kernel1Nt}));
    conv2 = register_module(
        "conv2", nn::makeConv({.in = options.filters1, .out = options.filters2, .kernelNt = options.kernel2Nt}));
    const std::int64_t seen = options.steps() * options.filters2 + options.input.featureCount();
    dense1 = register_module("dense1", torch::nn::Linear(seen, options.dense1));
    dense2 = register_module("dense2", torch::nn::Linear(options.dense1, options.dense2));
    output = register_module("output", torch::nn::Linear(options.dense2, std::int64_t(options.tasks.size())));
    for (const auto& layer : children())
        nn::glorotUniform(*layer);
    torch::nn::init::xavier_normal_(conv1->weight);
    torch::nn::init::xavier_normal_(conv2->weight);
}

nn::NamedTensors XpressoImpl::forward(const nn::NetInput& input, const nn::PassOptions& options)
{
    Tensor x = m_options.input.window_NLC(input, output->weight.options());
    options.note("One-hot letters around the TSS", x);
    x = x.transpose(1, 2);
    const auto convolve = [&](const torch::nn::Conv1d& conv, std::int64_t pool) {
        x = at::max_pool1d(at::relu(nn::convolved(x, conv, nn::Padding::Same)), pool, pool);
        options.note("Conv " + std::to_string(conv->weight.size(0)) + ", k " + std::to_string(conv->weight.size(2))
                         + ", ReLU, max-pool " + std::to_string(pool),
                     x.transpose(1, 2));
    };
    convolve(conv1, m_options.pool1);
    convolve(conv2, m_options.pool2);
    x = m_options.input.withFeatures(x.transpose(1, 2).flatten(1), input);
    options.note("Flatten, further inputs", x);
    return {{"values_NT", values_NT(at::linear(x, dense1->weight, dense1->bias), options)}};
}

Tensor XpressoImpl::values_NT(Tensor x, const nn::PassOptions& options) const
{
    const auto activate = [&](double dropout) {
        x = at::dropout(at::relu(x), dropout, is_training());
        options.note("Dense " + std::to_string(x.size(1)) + ", ReLU", x);
    };
    activate(m_options.dropout1);
    x = at::linear(x, dense2->weight, dense2->bias);
    activate(m_options.dropout2);
    x = at::linear(x, output->weight, output->bias);
    options.note("Dense, linear", x);
    return x;
}

std::vector<nn::FilterBank> XpressoImpl::firstFilters(const nn::NetInput& input, const nn::PassOptions&)
{
    const Tensor window_NLC = m_options.input.window_NLC(input, output->weight.options());
    const Tensor activation_NFP = at::relu(nn::convolved(window_NLC.transpose(1, 2), conv1, nn::Padding::Same));
    const std::int64_t startNt = m_options.input.startNt(input.length());
    const data::Interval letters{startNt, startNt + m_options.input.lengthNt};
    return {{m_options.kernel1Nt,
             {{activation_NFP[0].t(), startNt - (m_options.kernel1Nt - 1) / 2, letters.intersected({0, input.length()})}}}};
}

// Further inputs that a sequence has not are zeros, so their columns of the first dense layer do not count.
std::unique_ptr<nn::MutantScorer> XpressoImpl::mutantScorer(std::string_view letters, const nn::Target& target,
                                                            std::int64_t budgetBytes, const nn::PassOptions& options)
{
    const c10::InferenceMode inference;
    if (letters.empty() || is_training())
        return nullptr;
    const Tensor window_NLC = m_options.input.window_NLC(encode(letters), output->weight.options());
    ConvMutants net;
    net.input = {window_NLC[0], m_options.input.startNt(std::int64_t(letters.size())), nn::channelsOfBases("ACGT")};
    net.steps = {{conv1, m_options.pool1}, {conv2, m_options.pool2}};
    net.dense_FX = dense1->weight.narrow(1, 0, m_options.steps() * m_options.filters2);
    net.bias_F = dense1->bias;
    net.score_M = [this, target](const Tensor& numbers_MF, const nn::PassOptions& now) {
        return score_N({{"values_NT", values_NT(numbers_MF, now)}}, target);
    };
    return makeConvMutants(std::move(net), budgetBytes, options);
}

double XpressoImpl::activations(std::int64_t) const
{
    return double(m_options.input.lengthNt) * (2.5 * double(m_options.filters1) + 12.0);
}

engine::ModelSpec xpressoSpec()
{
    engine::ModelSpec spec;
    spec.architecture = "xpresso";
    spec.name = "Xpresso";
    spec.help = "Expression of a gene (z-scored log10 of the median RPKM) from its promoter and mRNA half-life "
                "features";
    spec.citation = "Agarwal & Shendure 2020, Cell Reports: Predicting mRNA abundance directly from genomic sequence "
                    "using deep convolutional neural networks";
    spec.options = optionSpecs();
    PromoterInput{.halflifeFeatures = 6}.describe(spec.input);
    describeHead(spec, {HeadKind::Values, {"expression"}});
    return spec;
}

Result<std::shared_ptr<nn::SequenceNet>> createXpresso(std::string_view, const data::OptionMap& options)
{
    const auto parsed = XpressoOptions::fromMap(options);
    if (!parsed)
        return fail(parsed.error());
    return std::make_shared<XpressoImpl>(*parsed);
}

}  // namespace nscope::models
