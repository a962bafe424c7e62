// Purpose: what single-base changes inside codons do, as tables and plots (codon pairs, codon metagenes, codon position
// × new base, synonymous heat map). `codons` of the command line makes its tables here.
// Source: spec/models.md 1.9 "Codon analyses (Fig 5A/B)". Thread: any.
#pragma once

#include "core/analysis/codon_table.h"
#include "core/study/study.h"

namespace nscope::study {

/// Errors: NotFound if no codon was met.
Result<Outcome> codonOutcome(const analysis::CodonStatistics& statistics);

std::vector<Study> codonStudies();

}  // namespace nscope::study
