// Purpose: what variants do to a score, as a study: REF, ALT and their differences, robust scores, the cosine of the
// model's vectors and the log-odds of hidden letters, with correlations where effects were measured.
// Source: spec/models.md 4.5, 4.7 (CAGI5). Thread: that of the caller. Errors: variant_rows.h.
#pragma once

#include "core/study/study.h"

namespace nscope::study {

std::vector<Study> variantStudies();

}  // namespace nscope::study
