#include "core/models/dm3loc.h"

#include "core/models/option_list.h"
#include "core/nn/conv_blocks.h"
#include "core/nn/step_track.h"

namespace nscope::models {

namespace {

using torch::Tensor;

constexpr std::int64_t kWindowNt = Dm3LocWindow::kWindowNt, kPool = Dm3LocWindow::kPoolNt;
constexpr std::int64_t kHeads = Dm3LocFoldImpl::kHeads, kFilters = 32, kAttentionUnits = 80, kHiddenUnits = 100;
constexpr double kMostSteps = double(kWindowNt / kPool);

struct BranchShape {
    std::int64_t firstFilters, kernelNt;
};
constexpr std::array<BranchShape, Dm3LocFoldImpl::kBranchCount> kBranches{{{64, 9}, {64, 20}, {32, 49}}};
/// Letters behind the end that a convolution inside can see through both layers of the widest branch.
constexpr std::int64_t kMarginNt = 2 * (kBranches[2].kernelNt / 2);

constexpr const char* kLabels = "Nucleus,Exosome,Cytosol,Cytoplasm,Ribosome,Membrane,ER";

/// Logit of the mean of the folds' probabilities.
Tensor meanLogits(const std::vector<Tensor>& logits)
{
    if (logits.size() == 1)
        return logits.front();
    const Tensor all = at::stack(logits, 0);
    return at::logsumexp(at::log_sigmoid(all), 0) - at::logsumexp(at::log_sigmoid(-all), 0);
}

std::vector<engine::OptionSpec> optionSpecs()
{
    std::vector<engine::OptionSpec> specs = {
        integerOption("folds", "Folds", "Networks whose probabilities are averaged; 8 were published", 1, 1, 32),
        textOption("tasks", "Labels", "Names of the labels, separated by commas", kLabels)};
    std::ranges::move(Dm3LocDropout::optionSpecs(), std::back_inserter(specs));
    return specs;
}

}  // namespace

std::vector<engine::OptionSpec> Dm3LocDropout::optionSpecs()
{
    return {dropoutOption("input_dropout", "Input dropout", "Of the letters, in training only", 0.06),
            dropoutOption("conv_dropout", "Convolution dropout", "After the pooling, in training only", 0.25),
            dropoutOption("dense_dropout", "Dense dropout", "Around the dense layer, in training only", 0.26)};
}

Dm3LocDropout Dm3LocDropout::read(const OptionReader& options)
{
    return {options.number("input_dropout"), options.number("conv_dropout"), options.number("dense_dropout")};
}

std::int64_t Dm3LocWindow::lengthNt(std::int64_t longestNt)
{
    return std::min(kWindowNt, (seenNt(longestNt) + kMarginNt + kPool - 1) / kPool * kPool);
}

Tensor Dm3LocWindow::joined_NLC(const Tensor& x_NLC, const nn::NetInput& input)
{
    const std::int64_t window = lengthNt(x_NLC.size(1));
    const auto joined = [window](const Tensor& rows, std::int64_t lengthNt) {
        const Tensor ends = lengthNt > kWindowNt
                                ? at::cat({rows.narrow(1, 0, kEndNt), rows.narrow(1, lengthNt - kEndNt, kEndNt)}, 1)
                                : rows.narrow(1, 0, lengthNt);
        return at::constant_pad_nd(ends, {0, 0, 0, window - ends.size(1)});
    };
    if (input.lengths.empty())
        return joined(x_NLC, x_NLC.size(1));
    std::vector<Tensor> rows;
    for (std::int64_t n = 0; n < x_NLC.size(0); ++n)
        rows.push_back(joined(x_NLC.narrow(0, n, 1), input.lengthOf(n)));
    return at::cat(rows, 0);
}

Tensor Dm3LocWindow::steps_NT1(const nn::NetInput& input, std::int64_t steps, const torch::TensorOptions& like)
{
    std::vector<std::int64_t> counts;
    for (std::int64_t n = 0; n < input.batch(); ++n)
        counts.push_back(seenNt(input.lengthOf(n)) / kPool);
    const Tensor there_NT =
        torch::arange(steps, torch::kInt64).unsqueeze(0) < torch::tensor(counts, torch::kInt64).unsqueeze(1);
    return there_NT.unsqueeze(2).to(like.requires_grad(false));
}

std::int64_t Dm3LocWindow::stepOfLetter(std::int64_t lengthNt, std::int64_t positionNt)
{
    if (lengthNt <= kWindowNt || positionNt < kEndNt)
        return positionNt / kPool;
    return positionNt < lengthNt - kEndNt ? -1 : (positionNt - (lengthNt - kWindowNt)) / kPool;
}

Result<Dm3LocOptions> Dm3LocOptions::fromMap(const data::OptionMap& options)
{
    const auto read = OptionReader::read(options, optionSpecs());
    if (!read)
        return fail(read.error());
    auto labels = readNames(*read, "tasks", 1);
    if (!labels)
        return fail(labels.error());
    return Dm3LocOptions{read->integer("folds"), std::move(*labels), Dm3LocDropout::read(*read)};
}

Dm3LocBranchImpl::Dm3LocBranchImpl(std::int64_t channels, std::int64_t firstFilters, std::int64_t kernelNt)
{
    const auto conv = [kernelNt](std::int64_t in, std::int64_t out) {
        return nn::makeConv({.in = in, .out = out, .kernelNt = kernelNt, .bias = false});
    };
    conv1 = register_module("conv1", conv(channels, firstFilters));
    conv2 = register_module("conv2", conv(firstFilters, kFilters));
    const auto plain = [](std::int64_t in, std::int64_t out) { return torch::nn::LinearOptions(in, out).bias(false); };
    attention_w1 = register_module("attention_w1", torch::nn::Linear(plain(kFilters, kAttentionUnits)));
    attention_w2 = register_module("attention_w2", torch::nn::Linear(plain(kAttentionUnits, kHeads)));
    for (const auto& layer : children())
        nn::glorotUniform(*layer);
}

Dm3LocBranchImpl::Summed Dm3LocBranchImpl::forward(const Tensor& x_NCL, const Tensor& there_NT1, double dropout)
{
    Tensor h = at::gelu(nn::convolved(x_NCL, conv1, nn::Padding::Same));
    h = at::max_pool1d(at::gelu(nn::convolved(h, conv2, nn::Padding::Same)), kPool, kPool);
    const Tensor steps_NTC = at::dropout(h, dropout, is_training()).transpose(1, 2) * there_NT1;
    const Tensor energy = at::linear(at::tanh(at::linear(steps_NTC, attention_w1->weight)), attention_w2->weight);
    // The authors subtract 10,000 from the energy of steps that are not there, which makes their sigmoid exactly 0.
    const Tensor open_NTH = at::sigmoid(energy) * there_NT1;
    const Tensor share = there_NT1.sum(1, true) / kMostSteps;
    // A sequence of fewer than eight letters has no step at all: its sum is 0, not 0/0.
    const Tensor attention_NHT = (open_NTH / open_NTH.sum(1, true).clamp_min(1e-30) * share).transpose(1, 2);
    return {at::bmm(attention_NHT, steps_NTC), attention_NHT};
}

Dm3LocFoldImpl::Dm3LocFoldImpl(std::int64_t labels, std::int64_t channels)
{
    branch = register_module("branch", torch::nn::ModuleList());
    for (const BranchShape& shape : kBranches)
        branch->push_back(Dm3LocBranch(channels, shape.firstFilters, shape.kernelNt));
    const std::int64_t seen = kHeads * kFilters * std::int64_t(kBranches.size());
    hidden = register_module("hidden", torch::nn::Linear(seen, kHiddenUnits));
    output = register_module("output", torch::nn::Linear(kHiddenUnits, labels));
    nn::glorotUniform(*hidden);
    nn::glorotUniform(*output);
}

Tensor Dm3LocFoldImpl::logits_NK(const Tensor& x_NCL, const Tensor& there_NT1, const Dm3LocDropout& dropout,
                                 std::vector<Tensor>& attentions, const nn::PassOptions& options)
{
    const auto dropped = [&](const Tensor& x) { return at::dropout(x, dropout.dense, is_training()); };
    std::vector<Tensor> heads;
    for (std::size_t b = 0; b < kBranches.size(); ++b) {
        const auto summed = branch->ptr<Dm3LocBranchImpl>(b)->forward(x_NCL, there_NT1, dropout.conv);
        options.note("Branch " + std::to_string(b + 1) + ": conv " + std::to_string(kBranches[b].firstFilters)
                         + " and 32, k " + std::to_string(kBranches[b].kernelNt)
                         + ", GELU, max-pool 8, attention 5 heads",
                     summed.heads_NHC);
        heads.push_back(summed.heads_NHC);
        attentions[b] = attentions[b].defined() ? attentions[b] + summed.attention_NHT : summed.attention_NHT;
    }
    // The branches lie side by side within every head.
    Tensor h = dropped(at::cat(heads, 2).flatten(1));
    h = dropped(at::relu(at::linear(h, hidden->weight, hidden->bias)));
    options.note("Dense 100, ReLU", h);
    return at::linear(h, output->weight, output->bias);
}

double Dm3LocFoldImpl::activations(std::int64_t lengthNt)
{
    // Two layers of 64 channels, before and after their activation; a fold leaves nothing but its attention.
    return double(Dm3LocWindow::seenNt(lengthNt) + kMarginNt) * (4.0 * 64.0 + 3.0 * 32.0 + 40.0);
}

Dm3LocImpl::Dm3LocImpl(const Dm3LocOptions& options)
    : ZooNet(dm3LocSpec(), {HeadKind::Labels, options.labels}), m_options(options)
{
    fold = register_module("fold", torch::nn::ModuleList());
    for (std::int64_t i = 0; i < options.folds; ++i)
        fold->push_back(Dm3LocFold(std::int64_t(options.labels.size())));
}

std::vector<nn::FilterBank> Dm3LocImpl::firstFilters(const nn::NetInput& input, const nn::PassOptions&)
{
    const auto& first = *fold->ptr<Dm3LocFoldImpl>(0);
    const std::int64_t lengthNt = input.length(), end = Dm3LocWindow::kEndNt;
    const bool isJoined = lengthNt > Dm3LocWindow::kWindowNt;
    const Tensor x_NCL =
        Dm3LocWindow::joined_NLC(nn::nucleotideChannels_NLC(input, {}, first.hidden->weight.options()), input)
            .transpose(1, 2);
    std::vector<nn::FilterBank> banks;
    for (std::size_t b = 0; b < first.branch->size(); ++b) {
        const torch::nn::Conv1d conv = first.branch->ptr<Dm3LocBranchImpl>(b)->conv1;
        const Tensor activation_PF = at::gelu(nn::convolved(x_NCL, conv, nn::Padding::Same))[0].t();
        const std::int64_t padded = (conv->weight.size(2) - 1) / 2;
        nn::FilterBank bank{.kernelNt = conv->weight.size(2)};
        bank.stretches.push_back({activation_PF, -padded, {0, isJoined ? end : lengthNt}});
        if (isJoined)
            bank.stretches.push_back({activation_PF, lengthNt - 2 * end - padded, {lengthNt - end, lengthNt}});
        banks.push_back(std::move(bank));
    }
    return banks;
}

nn::NamedTensors Dm3LocImpl::forward(const nn::NetInput& input, const nn::PassOptions& options)
{
    const torch::TensorOptions like = fold->ptr<Dm3LocFoldImpl>(0)->hidden->weight.options();
    Tensor x = Dm3LocWindow::joined_NLC(nn::nucleotideChannels_NLC(input, {}, like), input).transpose(1, 2);
    options.note("One-hot letters", x.transpose(1, 2));
    const Tensor there_NT1 = Dm3LocWindow::steps_NT1(input, x.size(2) / kPool, like);
    x = at::dropout(x, m_options.dropout.input, is_training());
    std::vector<Tensor> logits, attentions(kBranches.size());
    for (std::size_t i = 0; i < fold->size(); ++i)
        logits.push_back(fold->ptr<Dm3LocFoldImpl>(i)->logits_NK(x, there_NT1, m_options.dropout, attentions, options));
    nn::NamedTensors outputs;
    outputs["logits_NK"] = meanLogits(logits);
    options.note(logits.size() == 1 ? "Sigmoid per label" : "Sigmoid per label, mean of the folds",
                 outputs["logits_NK"]);
    for (std::size_t b = 0; b < attentions.size() && options.keepAttention; ++b)
        outputs["attention." + std::to_string(b)] =
            nn::lettersOfSteps_NHQL(attentions[b] / double(fold->size()), input, kPool, Dm3LocWindow::stepOfLetter);
    return outputs;
}

engine::ModelSpec dm3LocSpec()
{
    engine::ModelSpec spec;
    spec.architecture = "dm3loc";
    spec.name = "DM3Loc";
    spec.help = "Seven localisations of an mRNA, each yes or no; published cut-offs for the mean of 8 folds: "
                "Nucleus .68, Exosome .98, Cytosol .2, Cytoplasm .55, Ribosome .39, Membrane .24, ER .22";
    spec.citation = "Wang et al. 2021, Nucleic Acids Research: DM3Loc: multi-label mRNA subcellular localization "
                    "prediction and analysis based on multi-head self-attention mechanism";
    spec.options = optionSpecs();
    spec.input.lengthNt = kWindowNt;
    spec.input.padding = "Of a sequence of more than 8,000 nt the first and the last 4,000 are joined; a shorter one "
                         "is padded with zeros behind, and the padding is masked.";
    describeHead(spec,
                 {HeadKind::Labels, {"Nucleus", "Exosome", "Cytosol", "Cytoplasm", "Ribosome", "Membrane", "ER"}});
    spec.outputs.selfAttention = true;
    return spec;
}

Result<std::shared_ptr<nn::SequenceNet>> createDm3Loc(std::string_view, const data::OptionMap& options)
{
    const auto parsed = Dm3LocOptions::fromMap(options);
    if (!parsed)
        return fail(parsed.error());
    return std::make_shared<Dm3LocImpl>(*parsed);
}

}  // namespace nscope::models
