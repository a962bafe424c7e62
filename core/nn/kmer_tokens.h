// Purpose: sequences as overlapping k-mers (stride 1) in the vocabulary of 3UTRBERT: five special tokens, then the
// k-mers in the authors' base order A, U, C, G. Letters may come as ids or as one-hot; the one-hot form is multilinear
// in the letters of a k-mer, so gradients arrive at single nucleotides, and equals the lookup exactly for a pure
// one-hot.
// Source: spec/models.md 3.1. Axes: N sequences, L letters, T = max(1, L − k + 1) tokens, C symbols of
// nucleotide_input.h, V tokens of the vocabulary, D model width. Thread: any.
#pragma once

#include "core/nn/torch_prelude.h"

namespace nscope::nn {

inline constexpr std::int64_t kPadToken = 0;
inline constexpr std::int64_t kUnknownToken = 1;
inline constexpr std::int64_t kClsToken = 2;
inline constexpr std::int64_t kSepToken = 3;
inline constexpr std::int64_t kMaskToken = 4;
inline constexpr std::int64_t kSpecialTokens = 5;

class KmerTokens {
public:
    explicit KmerTokens(int k);  ///< 1–6

    int k() const { return m_k; }
    std::int64_t kmerCount() const { return m_kmers; }                          ///< 4^k
    std::int64_t vocabularySize() const { return kSpecialTokens + m_kmers; }    ///< V
    /// T. A sequence shorter than k is one [UNK], so that every sequence has a token.
    std::int64_t tokenCount(std::int64_t lengthNt) const { return std::max<std::int64_t>(1, lengthNt - m_k + 1); }

    /// "[CLS]", "AUG" …
    std::string name(std::int64_t id) const;
    /// [UNK] for letters other than A, C, G, T/U and for another length.
    std::int64_t idOf(std::string_view kmer) const;
    /// Digits of every k-mer [4^k, k], 0–3 = A, U, C, G.
    torch::Tensor digits_VK() const;
    /// Digit of a symbol of nucleotide_input.h; −1 for none of the four.
    static std::int64_t digitOf(std::int64_t symbol);

    /// Token ids [N,T]; a k-mer with a letter that is none of the four is [UNK].
    torch::Tensor ids_NT(const torch::Tensor& symbols_NL) const;
    /// How much of each token stands at each place, [N,T,1+4^k]: [UNK], then the k-mers.
    torch::Tensor weights_NTV(const torch::Tensor& onehot_NLC) const;
    /// The rows of a word table that weights_NTV weighs, [1+4^k,D].
    torch::Tensor weighed_VD(const torch::Tensor& table_VD) const;

private:
    int m_k;
    std::int64_t m_kmers;
};

}  // namespace nscope::nn
