// Purpose: explanations from gradients along straight paths that end at the sequence: integrated gradients, expected
// gradients and mutation-directed integrated gradients. Their sums equal differences of predictions; how far they miss
// them is the completeness gap, which is reported and which decides how many points are taken.
// Source: spec/models.md 1.9; Sundararajan et al. 2017; Erion et al. 2021; Valencia & Hendrix, eq. 3 and 4.
// Diagnostics: completeness_gap = Σ values of all input channels − (S(x) − mean S(baseline)), in the target's units;
// completeness_gap_share = its size relative to that difference; panel_gap_share = the same for the gaps of all panels of
// the paths without their signs, so that a gap that is small by chance shows; gradient_points. MDIG has them per base.
#pragma once

#include "core/interpret/method_list.h"

namespace nscope::interpret {

Method integratedGradientsMethod();
Method expectedGradientsMethod();
Method mutationDirectedMethod();

}  // namespace nscope::interpret
