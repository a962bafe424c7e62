// Purpose: what a model itself shows: encoder–decoder attention of one sequence and the learned frequency filters.
// Source: spec/models.md 1.4 and 1.9 (Fig. 3).
#pragma once

#include "core/interpret/method_list.h"

namespace nscope::interpret {

/// Attention weights of one decoder layer, all heads, for the first step or along the greedy decoding.
Method attentionMethod();

/// Magnitude and phase of every layer's filter. Needs no sequence.
Method filtersMethod();

}  // namespace nscope::interpret
