// Purpose: global importance analysis as studies: effects of motifs, ranked flanks, distances, cooperativity, and
// occlusion of a motif's own instances. The functions make the tables and plots of an experiment on any scorer; `gia`
// of the command line calls them with its own backgrounds.
// Source: Koo et al. 2021; Toneyan, Tang & Koo 2022; spec/models.md 4.5. Thread: that of the caller. Errors: those of
// core/experiment/gia.h, gia_scans.h, occlusion.h.
#pragma once

#include "core/experiment/backgrounds.h"
#include "core/experiment/gia_scans.h"
#include "core/experiment/occlusion.h"
#include "core/study/study.h"

namespace nscope::study {

Result<Outcome> motifEffects(const experiment::Run& run, const experiment::ScoredBackgrounds& backgrounds,
                             const std::vector<experiment::PlacedMotif>& motifs);
Result<Outcome> rankedFlanks(const experiment::Run& run, const experiment::ScoredBackgrounds& backgrounds,
                             const experiment::PlacedMotif& pattern);
Result<Outcome> motifDistances(const experiment::Run& run, const experiment::ScoredBackgrounds& backgrounds,
                               const experiment::DistanceSettings& settings);
Result<Outcome> motifCooperation(const experiment::Run& run, const experiment::ScoredBackgrounds& backgrounds,
                                 const experiment::PlacedMotif& first, const experiment::PlacedMotif& second);
Result<Outcome> motifOcclusion(const experiment::Run& run, const data::TranscriptSet& sequences,
                               const experiment::OcclusionSettings& settings);

/// A, C, G and T/U of the backgrounds' letters.
Result<data::TranscriptSet> giaBackgrounds(const data::TranscriptSet& sequences, const std::vector<double>& composition,
                                           data::Alphabet alphabet, const experiment::BackgroundSettings& settings);

std::vector<Study> giaStudies();

}  // namespace nscope::study
