// Purpose: which modules of a network of ours take the weights of which layers of a Keras model: a list of places in
// the order in which Keras lists its layers. Keras sorts them by their distance from the output, so that branches of a
// network stand side by side: first the first layer of every branch, then the second.
// A chain of layers (nn/layers.h) gives its own list; the other families have one each. Thread: any.
#pragma once

#include "core/nn/sequence_net.h"

#include <string>
#include <vector>

namespace nscope::models {

/// Kinds of layers that hold weights, told apart by the weights alone: files without configuration name no classes.
enum class KerasKind {
    Conv,           ///< kernel [k,in,out], bias; transposed convolutions and those over [L,1] too
    Dense,          ///< kernel [in,out], bias
    BatchNorm,      ///< gamma, beta, moving_mean, moving_variance
    LayerNorm,      ///< gamma, beta
    Lstm,           ///< kernel [in,4U], recurrent_kernel [U,4U], bias [4U], gates i, f, c, o; once per direction
    Gru,            ///< kernel [in,3U], recurrent_kernel [U,3U], bias [2,3U], gates z, r, h; once per direction
    HeadAttention,  ///< DM3Loc's own: W1 [in,units], W2 [units,heads]
    LetterTable,    ///< frozen embedding of symbols as one-hot letters or states, which our input replaces
};

struct KerasPlace {
    KerasKind kind;
    std::string module;     ///< ours; HeadAttention: prefix of _w1 and _w2; LetterTable: empty
    bool torchCell = false; ///< Lstm, Gru: the module is LibTorch's, not nn::BidirectionalLstm
};

/// Empty if there is no rule for this network. Several places with one module: their rows lie one below the other.
std::vector<KerasPlace> kerasPlan(const nn::SequenceNet& net);

}  // namespace nscope::models
