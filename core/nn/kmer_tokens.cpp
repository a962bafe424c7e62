#include "core/nn/kmer_tokens.h"

#include "core/nn/kmers.h"
#include "core/nn/nucleotide_input.h"

#include <array>

namespace nscope::nn {

namespace {

constexpr std::string_view kBases = "AUCG";
constexpr std::array<std::string_view, kSpecialTokens> kNames = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
/// Digit of a symbol: A, C, G, T/U; others have none.
constexpr std::array<std::int64_t, kNucleotideSymbols> kDigits = {0, 2, 3, 1, -1, -1};

}  // namespace

KmerTokens::KmerTokens(int k) : m_k(k), m_kmers(std::int64_t(1) << (2 * k))
{
    TORCH_CHECK(k >= 1 && k <= 6, "A k-mer has 1 to 6 letters.");
}

std::string KmerTokens::name(std::int64_t id) const
{
    if (id < kSpecialTokens)
        return std::string(kNames[std::size_t(id)]);
    std::string kmer(std::size_t(m_k), '?');
    std::int64_t code = id - kSpecialTokens;
    for (auto letter = kmer.rbegin(); letter != kmer.rend(); ++letter, code /= 4)
        *letter = kBases[std::size_t(code % 4)];
    return kmer;
}

std::int64_t KmerTokens::digitOf(std::int64_t symbol) { return kDigits[std::size_t(symbol)]; }

std::int64_t KmerTokens::idOf(std::string_view kmer) const
{
    std::int64_t code = 0;
    for (const char letter : kmer) {
        const std::int64_t digit = digitOf(nucleotideSymbol(letter));
        if (digit < 0)
            return kUnknownToken;
        code = 4 * code + digit;
    }
    return std::int64_t(kmer.size()) == m_k ? kSpecialTokens + code : kUnknownToken;
}

torch::Tensor KmerTokens::digits_VK() const
{
    const torch::Tensor codes = torch::arange(m_kmers, torch::kInt64);
    std::vector<torch::Tensor> columns;
    for (int place = 0; place < m_k; ++place)
        columns.push_back(at::bitwise_and(at::bitwise_right_shift(codes, at::Scalar(2 * (m_k - 1 - place))), 3));
    return at::stack(columns, 1);
}

torch::Tensor KmerTokens::ids_NT(const torch::Tensor& symbols_NL) const
{
    const std::int64_t tokens = symbols_NL.size(1) - m_k + 1;
    if (tokens < 1)
        return at::full({symbols_NL.size(0), 1}, kUnknownToken, symbols_NL.options());
    // A letter that has no digit weighs more than all others together, with the opposite sign.
    torch::Tensor digits = torch::tensor(at::ArrayRef<std::int64_t>(kDigits), torch::kInt64);
    digits = digits.masked_fill(digits.lt(0), -m_kmers).to(symbols_NL.device());
    const torch::Tensor digits_NL = digits.index_select(0, symbols_NL.flatten()).view_as(symbols_NL);
    torch::Tensor code = digits_NL.narrow(1, 0, tokens);
    for (int place = 1; place < m_k; ++place)
        code = 4 * code + digits_NL.narrow(1, place, tokens);
    return at::where(code.lt(0), at::full_like(code, kUnknownToken), code + kSpecialTokens);
}

torch::Tensor KmerTokens::weights_NTV(const torch::Tensor& onehot_NLC) const
{
    const std::int64_t tokens = onehot_NLC.size(1) - m_k + 1;
    if (tokens < 1) {
        // One [UNK] whatever the letters are; the product keeps the input in the graph, with gradient 0.
        const torch::Tensor nothing = 0 * onehot_NLC.sum({1, 2}).reshape({-1, 1, 1}).expand({-1, 1, m_kmers});
        return at::constant_pad_nd(nothing, {1, 0}, 1.0);
    }
    const torch::Tensor bases_NL4 = nucleotideChannels_NLC({{}, onehot_NLC}, {.order = kBases, .unknown = 0.0},
                                                           onehot_NLC.options());
    const torch::Tensor letters_NL = onehot_NLC.sum(2);
    const torch::Tensor kmers = kmers_NLK(bases_NL4, m_k);
    torch::Tensor all = letters_NL.narrow(1, 0, tokens);
    for (int place = 1; place < m_k; ++place)
        all = all * letters_NL.narrow(1, place, tokens);
    // What is none of the 4^k k-mers holds another letter: [UNK].
    const torch::Tensor unknown = (all - kmers.sum(2)).unsqueeze(2);
    return at::cat({unknown, kmers}, 2);
}

torch::Tensor KmerTokens::weighed_VD(const torch::Tensor& table_VD) const
{
    return at::cat({table_VD.narrow(0, kUnknownToken, 1), table_VD.narrow(0, kSpecialTokens, m_kmers)}, 0);
}

}  // namespace nscope::nn
