// Purpose: which motifs of a database motifs resemble, as a table and logos. `motifs compare` of the command line makes
// its table here. Thread: any. Errors: those of core/analysis/motif_comparison.h; Cancelled.
#pragma once

#include "core/analysis/motif_comparison.h"
#include "core/study/study.h"

#include <stop_token>

namespace nscope::study {

/// Table "matches": those with a q-value up to `maxQ`, by query, then p-value.
Result<Outcome> motifMatches(const data::MotifSet& queries, const data::MotifSet& database,
                             const analysis::ComparisonSettings& settings, double maxQ, std::stop_token stop);

}  // namespace nscope::study
