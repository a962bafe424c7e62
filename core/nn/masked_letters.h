// Purpose: what training sees of a masked language model of letters: sequences as rows of tokens, and what the network
// says of the tokens at chosen places when some are hidden.
// Axes: N rows, T tokens, M places, V tokens of the vocabulary. Thread: as the network; letterTokens() and tokensOf() any.
#pragma once

#include "core/nn/sequence_net.h"

namespace nscope::nn {

/// The k-mers come after the special tokens; there are 4^k of them.
struct LetterTokens {
    int k = 1;
    std::int64_t specialTokens = 0;
    std::int64_t padToken = 0;
    std::int64_t maskToken = 0;
    std::int64_t mostNt = 0;  ///< letters that one pass reads; 0: any number
};

class MaskedLetterNet {
public:
    virtual ~MaskedLetterNet() = default;

    virtual LetterTokens letterTokens() const = 0;
    /// With the special tokens that frame a sequence, if there are any.
    virtual std::vector<std::int64_t> tokensOf(std::string_view letters) const = 0;
    /// Logits [M,V] at places n·T + t of rows [N,T], padded behind with padToken. Precondition: the network as it is
    /// configured offers ModelOutputs::maskedLetters.
    virtual torch::Tensor tokenLogits_MV(const torch::Tensor& tokens_NT, const torch::Tensor& places_M,
                                         const PassOptions& options) = 0;
};

}  // namespace nscope::nn
