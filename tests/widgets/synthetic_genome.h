// Purpose: a made-up stretch of chromosome for the tests, the gallery and the bench: genes on both strands, coverage
// with peaks, peaks as features, letters. Reproducible by seed.
#pragma once

#include "core/data/signal_pyramid.h"
#include "widgets/feature_row.h"
#include "widgets/gene_row.h"
#include "widgets/sequence_row.h"
#include "widgets/signal_row.h"

namespace nscope::tests {

/// `count` genes of one to three transcripts within [0, lengthNt).
std::vector<data::TranscriptModelPtr> makeGenes(std::int64_t lengthNt, int count, unsigned seed);
/// One value per base: background with noise and peaks; a few bases without a value.
widgets::SignalPtr makeSignal(std::int64_t lengthNt, unsigned seed);
std::vector<data::Feature> makePeaks(std::int64_t lengthNt, int count, unsigned seed);
std::string makeLetters(std::int64_t lengthNt, unsigned seed);

struct SyntheticGenome {
    std::shared_ptr<widgets::SequenceRow> sequence;
    std::shared_ptr<widgets::GeneRow> genes;
    std::shared_ptr<widgets::FeatureRow> peaks;
    std::vector<std::shared_ptr<widgets::SignalRow>> signalRows;  ///< the first has a prediction over it
    std::vector<std::shared_ptr<widgets::GenomeRow>> all() const;
};
SyntheticGenome makeGenomeRows(std::int64_t lengthNt, int signalRows, const widgets::Theme& theme);

}  // namespace nscope::tests
