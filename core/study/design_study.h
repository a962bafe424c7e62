// Purpose: a design as tables, plots and a sequence that can be opened: every step with its score and GC content.
// `design` of the command line makes its table here. Thread: that of the caller. Errors: those of
// core/experiment/design.h.
#pragma once

#include "core/experiment/design.h"
#include "core/study/study.h"

namespace nscope::study {

/// One per sequence that is designed; the first note says how the search ended.
Outcome designOutcome(const experiment::Design& design, const experiment::DesignSettings& settings);
const char* endText(experiment::DesignEnd end);
/// Start and designed sequence, as they are written to FASTA: "<id>" and "<id>_designed".
std::vector<data::Sequence> designSequences(const experiment::Design& design);

std::vector<Study> designStudies();

}  // namespace nscope::study
