#include "core/nn/kmer_window.h"

namespace nscope::nn {

KmerWindow kmerWindow(const NetInput& input, const TokenWindow& window, const KmerTokens& tokens,
                      const BertEmbeddingsImpl& embeddings, WindowFrame frame)
{
    const auto letters = [&](const torch::Tensor& batch) {
        const std::int64_t count = std::min(batch.size(1) - window.first, window.width() + tokens.k() - 1);
        return window.rowsOf(batch).narrow(1, window.first, count);
    };
    KmerWindow result;
    const torch::Tensor& table = embeddings.word_embeddings->weight;
    const torch::Tensor marks = window.frame(frame.opening, frame.closing).to(table.device());
    const torch::Tensor framed = marks.ge(0);
    result.padding_NT = window.padding();
    if (result.padding_NT.defined())
        result.padding_NT = result.padding_NT.to(table.device());
    if (input.ids_NL.defined()) {
        result.ids_NT = tokens.ids_NT(letters(input.ids_NL));
        result.words_NTD = embeddings.words(at::where(framed, marks, at::constant_pad_nd(result.ids_NT, {1, 1})));
    } else {
        result.weights_NTV = tokens.weights_NTV(letters(input.onehot_NLC));
        const torch::Tensor kmers = at::matmul(result.weights_NTV, tokens.weighed_VD(table));
        result.words_NTD = at::where(framed.unsqueeze(2), embeddings.words(marks.clamp_min(0)),
                                     at::constant_pad_nd(kmers, {0, 0, 1, 1}));
    }
    return result;
}

std::vector<std::int64_t> tokenCounts(const NetInput& input, const KmerTokens& tokens)
{
    std::vector<std::int64_t> counts;
    for (std::int64_t row = 0; row < input.batch(); ++row)
        counts.push_back(tokens.tokenCount(input.lengthOf(row)));
    return counts;
}

torch::Tensor letterMeans_NHL(const torch::Tensor& scores_NHT, const std::vector<std::int64_t>& counts,
                              const NetInput& input, int k)
{
    const std::int64_t length = input.length();
    torch::Tensor shares = torch::zeros({input.batch(), 1, length}, torch::kFloat64);
    auto share = shares.accessor<double, 3>();
    for (std::int64_t row = 0; row < input.batch(); ++row) {
        const std::int64_t tokens = counts[std::size_t(row)];
        for (std::int64_t letter = 0; letter < std::min(input.lengthOf(row), tokens + k - 1); ++letter) {
            const std::int64_t first = std::max<std::int64_t>(0, letter - k + 1), last = std::min(letter, tokens - 1);
            share[row][0][letter] = 1.0 / double(last - first + 1);
        }
    }
    torch::Tensor sum;
    for (std::int64_t place = 0; place < k; ++place) {
        const std::int64_t behind = length - place - scores_NHT.size(2);  // negative: cut off
        const torch::Tensor part = at::constant_pad_nd(scores_NHT, {place, behind});
        sum = sum.defined() ? sum + part : part;
    }
    return sum * shares.to(scores_NHT.options().requires_grad(false));
}

}  // namespace nscope::nn
