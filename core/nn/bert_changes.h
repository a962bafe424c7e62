// Purpose: a BERT over many versions of one window of tokens, each with a few tokens changed, for exact mutagenesis on
// the CPU without gradients. Every token of every layer changes with one letter, so all layers but the ends are computed
// in full, at less cost than one version after another:
// - in the first layer only changed tokens are embedded and projected;
// - where only [CLS] is read, the last layer has one query per head; keys and values are not made:
//   q·(W x + b) = (Wᵀq)·x + c, and Σ a (W x + b) = W (Σ a x) + b;
// - attention keeps a few queries in cache (self_attention.h), and blocks of rows pass through projection, norms and
//   feed-forward network in one go;
// - with matrix tiles, linear layers see the change against the window alone (change_product.h).
// Memory: packed weights, and per window the inputs and outputs of all linear layers, only with matrix tiles.
// Axes: N versions, T tokens with their frame, D width. Thread: one at a time.
#pragma once

#include "core/nn/bert.h"

namespace nscope::nn {

/// Another token at a place of one version.
struct TokenChange {
    std::int64_t version = 0;
    std::int64_t place = 0;  ///< in the window, [CLS] being 0
    std::int64_t id = 0;
};

class BertChanges {
public:
    enum class Reads {
        Cls,     ///< the last hidden state of [CLS]
        Tokens,  ///< all last hidden states
    };
    struct Hidden {
        torch::Tensor last;     ///< [N,D] or [N,T,D]
        torch::Tensor firstNT;  ///< Reads::Tokens: mean over the width of the first layer's hidden states
    };
    /// A window as it is: its tokens and what they leave.
    class Window;

    /// Matrix tiles are used if the processor has them, the weights are float32 and their packed form is no larger than
    /// `packedBytes`.
    BertChanges(BertModelImpl& model, Reads reads, std::int64_t packedBytes);
    ~BertChanges();

    bool usesTiles() const { return m_usesTiles; }
    std::int64_t packedBytes() const;
    std::int64_t windowBytes(std::int64_t tokens) const;
    std::int64_t bytesPerVersion(std::int64_t tokens) const;

    /// `ids` with the frame.
    std::shared_ptr<const Window> window(const std::vector<std::int64_t>& ids, const PassOptions& options);
    static const Hidden& hidden(const Window& window);
    Hidden versions(const Window& window, std::int64_t count, const std::vector<TokenChange>& changes,
                    const PassOptions& options);

private:
    struct Linear;
    struct Layer;
    class Pass;

    std::int64_t heads() const;
    torch::Tensor embedded(const std::vector<std::int64_t>& ids, const std::vector<std::int64_t>& places) const;

    BertModelImpl& m_model;
    Reads m_reads;
    bool m_usesTiles = false;
    std::vector<Layer> m_layers;
};

}  // namespace nscope::nn
