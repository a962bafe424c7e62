// Purpose: the only door of the sequence experiments to a model: sequences in, the target's number for each out.
// Sequences are made a chunk at a time, so that memory does not grow with their number. Thread: that of the caller.
#pragma once

#include "core/analysis/statistics.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/transcript.h"

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace nscope::experiment {

/// Scores sequences, in their order. Errors: those of the model.
using Scorer = std::function<Result<std::vector<double>>(std::span<const data::TranscriptPtr>)>;

/// What every experiment gets: the model, when to stop and where to say how far it is (in sequences).
struct Run {
    Scorer scorer;
    std::stop_token stop{};
    Progress* progress = nullptr;  ///< may be null

    /// Announces sequences that will be scored.
    void expect(std::size_t sequences) const;
};

/// Scores of `count` sequences made by `make`. Errors: Cancelled; those of the scorer; Unsupported for a score that is
/// not a finite number, with the record.
Result<std::vector<double>> scoreEach(const Run& run, std::size_t count,
                                      const std::function<data::TranscriptPtr(std::size_t)>& make);
Result<std::vector<double>> scoreAll(const Run& run, const data::TranscriptSet& sequences);
Result<double> scoreOne(const Run& run, const data::TranscriptPtr& sequence);

/// The same record with other letters; coding region and further inputs stay where the length stays, and inputs per
/// base are dropped where it does not.
data::TranscriptPtr withLetters(const data::Transcript& base, std::string letters);

/// Mean with the percentile bootstrap's 95 % interval (1,000 draws). NaN without values.
analysis::MeanEstimate bootstrapMean(std::span<const double> values, std::uint64_t seed);

/// a[i] − b[i]. Precondition: equal lengths.
std::vector<double> differences(std::span<const double> a, std::span<const double> b);

}  // namespace nscope::experiment
