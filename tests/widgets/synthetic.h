// Purpose: made-up but plausible values for the tests and the gallery of the views: a transcript with a real reading
// frame, attributions that peak at its start and stop, attention with a period of three, filters, predictions.
// Everything is seeded. Units and shapes as in core/data.
#pragma once

#include "core/data/attention.h"
#include "core/data/attribution.h"
#include "core/data/filter_spectrum.h"
#include "core/data/prediction.h"
#include "core/data/transcript.h"
#include "widgets/architecture_view.h"
#include "widgets/prediction_gauge.h"
#include "widgets/results_table.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace nscope::tests {

/// `utr5` + ATG + codons + stop + `utr3` nucleotides of RNA, CDS annotated.
data::TranscriptPtr makeTranscript(std::int64_t utr5Nt, std::int64_t codons, std::int64_t utr3Nt, std::uint64_t seed);

/// Mutagenesis-like L×4 (0 at the endogenous base); rows outside `exact` are previews.
std::shared_ptr<const data::Attribution> makeMutagenesis(const data::Transcript& transcript, std::uint64_t seed, data::Interval exact);

/// Peaks at the start codon and, weaker, every third base of the CDS.
std::shared_ptr<const data::AttentionMap> makeAttention(const data::Transcript& transcript, int layer, int heads);

/// Columns, names and gauge of a coding model.
std::vector<widgets::ValueColumn> codingColumns();
widgets::OutputLabels codingLabels();

/// Bumps of `tasks` tasks, bins of `binNt` from `startNt` on to the end of the sequence.
std::shared_ptr<const std::vector<data::Track>> makeProfiles(std::int64_t lengthNt, std::int64_t startNt, std::int64_t binNt,
                                                             int tasks, double shiftNt);
/// A convolution network's pass with `blocks` blocks in the middle, for a sequence of 1,000 nt.
std::vector<widgets::ArchitectureBox> makeStages(int blocks);

data::FilterSpectrum makeSpectrum(int layers, int windowNt, int channels);

std::shared_ptr<const data::Prediction> makePrediction(double logOdds, bool withTranslations);

}  // namespace nscope::tests
