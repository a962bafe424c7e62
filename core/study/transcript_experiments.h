// Purpose: experiments on one transcript after the other as studies: regions and codons shuffled, the start codon lost,
// stops put in early, every base changed. The functions make tables and plots of all records on any scorer;
// `experiment` of the command line calls them.
// Source: spec/models.md 1.9 "Sanity tests" (Fig 4C/D). Thread: that of the caller. Errors: those of
// core/experiment/shuffle_tests.h and codon_scans.h; NotFound where a scan needs coding regions and no record has one.
#pragma once

#include "core/experiment/codon_scans.h"
#include "core/experiment/shuffle_tests.h"
#include "core/study/study.h"

namespace nscope::study {

enum class ShuffleStudy { Regions, Codons };
Result<Outcome> shuffleTests(const experiment::Run& run, const data::TranscriptSet& records, ShuffleStudy kind,
                             const experiment::ShuffleTestSettings& settings);

/// Records without a coding region are left out and counted.
Result<Outcome> startLosses(const experiment::Run& run, const data::TranscriptSet& records);
struct StopStudySettings {
    experiment::StopScanSettings scan;
    std::int64_t binCodons = 50;
    std::uint64_t seed = 1;
};
Result<Outcome> prematureStops(const experiment::Run& run, const data::TranscriptSet& records,
                               const StopStudySettings& settings);
/// `region` std::nullopt: all of every record.
Result<Outcome> saturation(const experiment::Run& run, const data::TranscriptSet& records,
                           std::optional<data::Interval> region);

std::vector<Study> transcriptStudies();

}  // namespace nscope::study
