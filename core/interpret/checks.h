// Purpose: how far an explanation can be trusted, measured on request and written beside its values: agreement with
// exact mutagenesis at random positions, and stability when the sequence loses a few letters at one end, so that
// everything lies elsewhere in the model's window.
// Source: spec/models.md 1.9 "Agreement metrics": Pearson over the entries that are non-zero in both, median over
// positions of the cosine. Values are read as effects of mutations: value(new base) − value(own base).
// Diagnostics: ism_correlation, ism_cosine, ism_positions; shift_correlation (mean), shift_correlation_least,
// shift_score_sd (of the target over the shifted sequences). What is not defined is left out.
#pragma once

#include "core/interpret/method_list.h"

namespace nscope::interpret {

/// The method with the options "compare_ism", "shifts", "max_shift" and "check_seed", all off by default.
Method withChecks(Method method);

}  // namespace nscope::interpret
