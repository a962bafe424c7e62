// Purpose: how token sequences of any length pass through a network with a fixed number of positions: windows that
// follow each other without overlap, each framed by two special tokens. Source: the authors' tokenizer and pre-training
// (spec/models.md 3.2, 3.3). Thread: any.
#pragma once

#include "core/nn/torch_prelude.h"

namespace nscope::nn {

/// The same window of all sequences of a batch that reach it: one pass through the network.
struct TokenWindow {
    std::int64_t first = 0;               ///< token of the sequence at which the window starts
    std::vector<std::int64_t> rows;       ///< of the batch, ascending
    std::vector<std::int64_t> counts;     ///< tokens of each of these rows inside the window

    std::int64_t width() const;           ///< the most tokens of a row
    bool isEven() const;                  ///< all rows have `width` tokens: nothing is padded
    /// x without the rows that do not reach the window.
    torch::Tensor rowsOf(const torch::Tensor& x) const;
    /// x of these rows, placed among `batch` rows; the others are 0.
    torch::Tensor placed(const torch::Tensor& x, std::int64_t batch) const;
    /// True at places [rows,width+2] where there are neither tokens nor frame; undefined if there are none.
    torch::Tensor padding() const;
    /// Special tokens [rows,width+2] in int64: `opening`, −1 at tokens of the sequence, `closing`, padding.
    torch::Tensor frame(std::int64_t opening, std::int64_t closing) const;
    /// Share of each row's tokens, of which there are `totals` per batch row, that this window holds, [rows].
    std::vector<double> shares(const std::vector<std::int64_t>& totals) const;
};

/// Windows of at most `limit` tokens over sequences of `tokens` tokens each.
std::vector<TokenWindow> tokenWindows(const std::vector<std::int64_t>& tokens, std::int64_t limit);

}  // namespace nscope::nn
