// Distributions over the letters of hidden positions (UtrbertImpl::maskedLetters_P4), and what pre-training needs.
#include "core/models/utrbert.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace nscope::models {

namespace {

/// The masked k-mers of one pass, side by side.
struct MaskedKmers {
    std::vector<std::int64_t> query;   ///< index into the positions asked for
    std::vector<std::int64_t> row;     ///< of the pass
    std::vector<std::int64_t> token;   ///< of the sequence
    std::vector<std::int64_t> hidden;  ///< which of its letters is asked for

    void add(std::int64_t q, std::int64_t r, std::int64_t t, std::int64_t h)
    {
        query.push_back(q);
        row.push_back(r);
        token.push_back(t);
        hidden.push_back(h);
    }
    std::size_t size() const { return query.size(); }
};

/// Digits of the letters that every masked k-mer is known to have, −1 where unknown or hidden: [M,k].
torch::Tensor knownDigits_MK(const MaskedKmers& masked, std::string_view letters, int k)
{
    torch::Tensor known = torch::full({std::int64_t(masked.size()), k}, -1, torch::kInt64);
    auto digits = known.accessor<std::int64_t, 2>();
    for (std::size_t m = 0; m < masked.size(); ++m) {
        for (std::int64_t place = 0; place < k; ++place) {
            const auto letter = std::size_t(masked.token[m] + place);
            if (letter < letters.size() && place != masked.hidden[m])
                digits[std::int64_t(m)][place] = nn::KmerTokens::digitOf(nn::nucleotideSymbol(letters[letter]));
        }
    }
    return known;
}

/// Distribution over A, C, G, T/U at the hidden place of every masked k-mer [M,4], from logits [M,V] of its token.
torch::Tensor letterProbabilities_M4(const torch::Tensor& logits_MV, const torch::Tensor& known_MK,
                                     const torch::Tensor& hiddenPlace_M, const nn::KmerTokens& tokens)
{
    const torch::Tensor digits_VK = tokens.digits_VK().to(logits_MV.device());
    const torch::Tensor known = known_MK.unsqueeze(1);
    const torch::Tensor allowed_MV = at::logical_or(digits_VK.unsqueeze(0).eq(known), known.lt(0)).all(2);
    const torch::Tensor kmers = logits_MV.narrow(1, nn::kSpecialTokens, tokens.kmerCount());
    const torch::Tensor probability = at::softmax(
        kmers.masked_fill(allowed_MV.logical_not(), -std::numeric_limits<double>::infinity()), -1);
    const torch::Tensor letter_MV = digits_VK.t().index_select(0, hiddenPlace_M);
    const torch::Tensor byDigit = at::zeros({probability.size(0), 4}, probability.options())
                                      .scatter_add(1, letter_MV, probability);
    std::vector<std::int64_t> order;
    for (std::int64_t base = 0; base < 4; ++base)
        order.push_back(nn::KmerTokens::digitOf(base));
    return byDigit.index_select(1, torch::tensor(order, torch::kInt64).to(probability.device()));
}

torch::Tensor indices(const std::vector<std::int64_t>& values, torch::Device device)
{
    return torch::tensor(values, torch::kInt64).to(device);
}

}  // namespace

torch::Tensor UtrbertImpl::maskedLetters_P4(std::string_view letters, std::span<const std::int64_t> positions,
                                            const nn::PassOptions& options)
{
    if (!cls)
        return {};
    for (const std::int64_t position : positions) {
        if (position < 0 || position >= std::int64_t(letters.size()))
            throw std::invalid_argument("The position " + std::to_string(position + 1) + " lies outside the sequence.");
    }
    const c10::InferenceMode inference;
    const torch::Tensor ids_T = m_tokens.ids_NT(encode(letters).ids_NL).squeeze(0);
    const std::int64_t tokens = ids_T.size(0);
    const torch::Tensor& table = bert->embeddings->word_embeddings->weight;
    torch::Tensor sum = at::zeros({std::int64_t(positions.size()), 4}, table.options());
    torch::Tensor count = at::zeros({std::int64_t(positions.size()), 1}, table.options());
    for (std::int64_t first = 0; first < tokens; first += kWindowTokens) {
        const std::int64_t end = std::min(first + kWindowTokens, tokens);
        const torch::Tensor framed = at::constant_pad_nd(
            at::constant_pad_nd(ids_T.slice(0, first, end), {1, 0}, nn::kClsToken), {0, 1}, nn::kSepToken);
        const std::int64_t perPass = std::max<std::int64_t>(1, options.rowChunkNt / framed.size(0));
        MaskedKmers masked;
        std::int64_t rows = 0;
        const auto run = [&] {
            if (rows == 0)
                return;
            const torch::Tensor row = indices(masked.row, ids_T.device());
            const torch::Tensor place = indices(masked.token, ids_T.device()) - (first - 1);
            const torch::Tensor ids = framed.unsqueeze(0).repeat({rows, 1});
            ids.index_put_({row, place}, torch::tensor(nn::kMaskToken).to(ids.device()));
            const torch::Tensor last = bert->forward(bert->embeddings->words(ids), {}, options);
            const torch::Tensor known = knownDigits_MK(masked, letters, m_options.k).to(ids.device());
            const torch::Tensor letter = letterProbabilities_M4(cls->forward(last.index({row, place}), table), known,
                                                                indices(masked.hidden, ids.device()), m_tokens);
            const torch::Tensor query = indices(masked.query, ids.device());
            sum.index_add_(0, query, letter);
            count.index_add_(0, query, at::ones({letter.size(0), 1}, letter.options()));
            masked = {};
            rows = 0;
        };
        for (std::size_t q = 0; q < positions.size(); ++q) {
            // The k-mers that cover the position, as far as they stand in this window.
            const std::int64_t from = std::clamp<std::int64_t>(positions[q] - m_options.k + 1, 0, tokens - 1);
            const std::int64_t to = std::min({positions[q], tokens - 1, end - 1});
            for (std::int64_t token = std::max(from, first); token <= to; ++token)
                masked.add(std::int64_t(q), rows, token, positions[q] - token);
            rows += to >= std::max(from, first) ? 1 : 0;
            if (rows == perPass)
                run();
        }
        run();
    }
    return sum / count;
}

nn::LetterTokens UtrbertImpl::letterTokens() const
{
    return {m_options.k, nn::kSpecialTokens, nn::kPadToken, nn::kMaskToken, kWindowTokens + m_options.k - 1};
}

std::vector<std::int64_t> UtrbertImpl::tokensOf(std::string_view letters) const
{
    const auto k = std::size_t(m_options.k);
    std::vector<std::int64_t> tokens{nn::kClsToken};
    for (std::size_t i = 0; i < std::size_t(m_tokens.tokenCount(std::int64_t(letters.size()))); ++i)
        tokens.push_back(m_tokens.idOf(letters.substr(i, k)));
    tokens.push_back(nn::kSepToken);
    return tokens;
}

torch::Tensor UtrbertImpl::tokenLogits_MV(const torch::Tensor& tokens_NT, const torch::Tensor& places_M,
                                          const nn::PassOptions& options)
{
    const torch::Tensor last_NTD =
        bert->forward(bert->embeddings->words(tokens_NT), tokens_NT.eq(nn::kPadToken), options);
    return cls->forward(last_NTD.flatten(0, 1).index_select(0, places_M), bert->embeddings->word_embeddings->weight);
}

}  // namespace nscope::models
