// Purpose: what a model itself shows: its attention on the letters of one sequence and the learned frequency filters.
// Source: spec/models.md 1.4, 1.9 (Fig. 3) and 3.4.
#pragma once

#include "core/interpret/method_list.h"

namespace nscope::interpret {

/// Attention on the letters, one layer, all heads: of a decoder, for the first step or along the greedy decoding; of
/// self-attention, for the sequence as a whole ("CLS").
Method attentionMethod();

/// Magnitude and phase of every layer's filter. Needs no sequence.
Method filtersMethod();

}  // namespace nscope::interpret
