#include "core/models/utrbert.h"

#include <algorithm>

namespace nscope::models {

namespace {

using nn::TokenWindow;

const std::string kAttention = "attention.";

/// Mean of what the windows of every sequence say, each weighted by its k-mers.
class WindowMean {
public:
    WindowMean(std::int64_t batch, const std::vector<std::int64_t>& tokens) : m_batch(batch), m_tokens(tokens) {}

    void add(const TokenWindow& window, const torch::Tensor& x_ND)
    {
        const torch::TensorOptions like = x_ND.options().requires_grad(false);
        const torch::Tensor shares = torch::tensor(window.shares(m_tokens), torch::kFloat64).to(like);
        const torch::Tensor part = window.placed(x_ND * shares.unsqueeze(1), m_batch);
        m_sum = m_sum.defined() ? m_sum + part : part;
    }
    const torch::Tensor& value() const { return m_sum; }

private:
    std::int64_t m_batch;
    const std::vector<std::int64_t>& m_tokens;
    torch::Tensor m_sum;
};

/// Outputs per token, window after window.
class WindowChains {
public:
    explicit WindowChains(std::int64_t batch) : m_batch(batch) {}

    void add(const std::string& name, const TokenWindow& window, const torch::Tensor& x)
    {
        m_parts[name].push_back(window.placed(x, m_batch));
    }
    /// Joined along the tokens, which are the last axis of attention and the second of everything else.
    void finish(nn::NamedTensors& outputs)
    {
        for (auto& [name, parts] : m_parts)
            outputs[name] = parts.size() == 1 ? parts.front() : at::cat(parts, name.starts_with(kAttention) ? 2 : 1);
    }

private:
    std::int64_t m_batch;
    std::map<std::string, std::vector<torch::Tensor>> m_parts;
};

/// The attention of [CLS] on the k-mers alone.
torch::Tensor onKmers(const torch::Tensor& cls_NHT, const TokenWindow& window)
{
    const torch::Tensor kmers = cls_NHT.narrow(2, 1, window.width());
    if (window.isEven())
        return kmers;
    const torch::Tensor others = window.frame(nn::kClsToken, nn::kSepToken).narrow(1, 1, window.width()).ge(0);
    return kmers.masked_fill(others.unsqueeze(1).to(kmers.device()), 0.0);
}

HeadSpec headOf(const UtrbertOptions& options)
{
    switch (options.task) {
    case UtrbertOptions::Task::Classifier: return {HeadKind::Classes, options.classes};
    case UtrbertOptions::Task::Localisation: return {HeadKind::Labels, options.classes};
    case UtrbertOptions::Task::MaskedLetters: break;
    }
    return {HeadKind::Values, {"log_likelihood"}};
}

}  // namespace

torch::Tensor likelihood_N2(const torch::Tensor& logits_NTV, const nn::KmerWindow& window)
{
    const std::int64_t tokens = logits_NTV.size(1) - 2;
    const torch::Tensor logP = at::log_softmax(logits_NTV.narrow(1, 1, tokens), -1);
    if (window.ids_NT.defined()) {
        const torch::Tensor known = window.ids_NT.ge(nn::kSpecialTokens).to(logP.scalar_type());
        const torch::Tensor own = logP.gather(2, window.ids_NT.unsqueeze(2)).squeeze(2);
        return at::stack({(own * known).sum(1), known.sum(1)}, 1);
    }
    const std::int64_t kmers = window.weights_NTV.size(2) - 1;
    const torch::Tensor weights = window.weights_NTV.narrow(2, 1, kmers);
    return at::stack({(weights * logP.narrow(2, nn::kSpecialTokens, kmers)).sum({1, 2}), weights.sum({1, 2})}, 1);
}

UtrbertImpl::UtrbertImpl(const UtrbertOptions& options)
    : ZooNet(utrbertSpec(), headOf(options)), m_options(options), m_tokens(options.k)
{
    using Task = UtrbertOptions::Task;
    const bool masked = options.task == Task::MaskedLetters;
    const std::int64_t vocabulary = m_tokens.vocabularySize();
    bert = register_module("bert", nn::BertModel(nn::BertShape{.vocabulary = vocabulary,
                                                               .dim = options.dim,
                                                               .layers = options.layers,
                                                               .heads = options.heads,
                                                               .feedForwardDim = options.feedForwardDim,
                                                               .positions = kPositions,
                                                               .dropout = options.dropout,
                                                               .pooler = options.task == Task::Classifier}));
    if (masked)
        cls = register_module("cls", nn::BertMaskedLmHead(options.dim, vocabulary, options.headBiasTwice));
    else if (options.task == Task::Classifier)
        classifier = register_module("classifier",
                                     torch::nn::Linear(options.dim, std::int64_t(options.classes.size())));
    nn::initializeBert(*this);
    m_spec.outputs.maskedLetters = masked;
    m_spec.outputs.tokenAttention = options.task != Task::Localisation;
    m_spec.input.receptiveFieldNt = kWindowTokens + options.k - 1;
    m_spec.input.lengthNt = options.firstWindowOnly ? m_spec.input.receptiveFieldNt : 0;
    if (options.task == Task::Localisation)
        addLocalisationHead();
}

nn::NamedTensors UtrbertImpl::forward(const nn::NetInput& input, const nn::PassOptions& options)
{
    if (head)
        return localised(input, options);
    const std::int64_t batch = input.batch();
    std::vector<std::int64_t> tokens = nn::tokenCounts(input, m_tokens);
    if (m_options.firstWindowOnly)
        std::ranges::transform(tokens, tokens.begin(), [](std::int64_t n) { return std::min(n, kWindowTokens); });
    const std::vector<TokenWindow> windows = nn::tokenWindows(tokens, kWindowTokens);
    WindowMean embedding(batch, tokens), pooled(batch, tokens);
    WindowChains chains(batch);
    torch::Tensor likelihood;
    nn::NamedTensors outputs;
    nn::PassOptions pass = options;
    for (const TokenWindow& window : windows) {
        nn::BertTrace trace{.keepHidden = options.keepHidden,
                            .keepAttention = options.keepTokenAttention && windows.size() == 1,
                            .keepClsAttention = options.keepAttention};
        const nn::KmerWindow kmers = nn::kmerWindow(input, window, m_tokens, *bert->embeddings);
        const torch::Tensor last = bert->forward(kmers.words_NTD, kmers.padding_NT, pass, &trace);
        embedding.add(window, last.select(1, 0));
        if (classifier) {
            pooled.add(window, bert->pooled(last.select(1, 0)));
        } else {
            const torch::Tensor logits = cls->forward(last, bert->embeddings->word_embeddings->weight);
            pass.note("Masked-letter head", logits);
            const torch::Tensor part = window.placed(likelihood_N2(logits, kmers), batch);
            likelihood = likelihood.defined() ? likelihood + part : part;
            if (options.keepHidden)
                chains.add("logits_NTV", window, logits);
        }
        for (std::size_t layer = 0; layer < trace.hidden.size(); ++layer)
            chains.add("hidden." + std::to_string(layer), window, trace.hidden[layer]);
        for (std::size_t layer = 0; layer < trace.attention.size(); ++layer)
            outputs["token_attention." + std::to_string(layer)] = trace.attention[layer];
        for (std::size_t layer = 0; layer < trace.clsAttention.size(); ++layer)
            chains.add(kAttention + std::to_string(layer), window, onKmers(trace.clsAttention[layer], window));
        pass.stages = nullptr;  // the diagram shows one window
    }
    outputs["embedding_ND"] = embedding.value();
    chains.finish(outputs);
    for (int layer = 0; options.keepAttention && layer < m_options.layers; ++layer) {
        torch::Tensor& attention = outputs.at(kAttention + std::to_string(layer));
        attention = nn::letterMeans_NHL(attention, tokens, input, m_options.k).unsqueeze(2);
    }
    if (classifier) {
        outputs["pooled_ND"] = pooled.value();
        options.note("[CLS], dense, tanh", pooled.value());
        outputs["logits_NK"] = classifier->forward(at::dropout(pooled.value(), m_options.dropout, is_training()));
        options.note("Classifier", outputs["logits_NK"]);
    } else {
        outputs["values_NT"] = (likelihood.select(1, 0) / likelihood.select(1, 1).clamp_min(1.0)).unsqueeze(1);
    }
    return outputs;
}

double UtrbertImpl::numbersHeld(std::int64_t lengthNt, bool gradient) const
{
    const double tokens = double(m_tokens.tokenCount(head ? Dm3LocWindow::seenNt(lengthNt) : lengthNt));
    const double width = std::min(tokens, double(kWindowTokens)) + 2;
    const double windows = m_options.firstWindowOnly ? 1.0 : std::ceil(tokens / double(kWindowTokens));
    const double layer = width * (2.0 * m_options.heads * width + 2.0 * m_options.feedForwardDim + 8.0 * m_options.dim);
    const double kmers = width * double(m_tokens.kmerCount()) * (gradient ? 4.0 : cls ? 2.0 : 0.0);
    const double localisation = head ? (gradient ? 2.0 : 1.0) * Dm3LocFoldImpl::activations(lengthNt) : 0.0;
    // A pass without gradients holds one layer of one window at a time, one with gradients holds them all.
    return localisation + (gradient ? windows * (m_options.layers * layer + kmers) : layer + kmers);
}

std::int64_t UtrbertImpl::passBytes(std::int64_t batch, std::int64_t lengthNt, bool gradient) const
{
    const double element = scalarType() == torch::kFloat64 ? 8.0 : 4.0;
    return std::int64_t(double(batch) * numbersHeld(lengthNt, gradient) * element) + (std::int64_t(8) << 20);
}

}  // namespace nscope::models
