// Purpose: single changes with a known meaning, one after the other: the start codon replaced by every other codon, a
// stop codon put at every place of the coding region, and every single-base change of a region.
// change = score(changed) − score(transcript). Positions are 0-based. Source: spec/models.md 1.9 "Sanity tests"
// (start-codon substitutions, nonsense by 50-codon bins).
// Thread: that of the caller. Blocking. Errors: NotFound without a coding region, InvalidArgument, those of the scorer.
#pragma once

#include "core/experiment/scorer.h"

#include <optional>

namespace nscope::experiment {

struct ScanRow {
    std::int64_t startNt = 0;
    std::string before;
    std::string after;
    std::int64_t codon = -1;  ///< 0-based codon of the coding region; −1 outside
    std::string consequence;  ///< see consequenceOf
    double score = 0.0;
    double change = 0.0;
};

struct Scan {
    double score = 0.0;  ///< of the transcript as it is
    std::vector<ScanRow> rows;
};

/// "start" (the first codon changes), "stop-lost", "nonsense", "missense" or "synonymous" by the codons that change,
/// the gravest first; "utr5" and "utr3" outside; "" without a coding region. Precondition: `after` is as long as
/// `before`.
std::string consequenceOf(const data::Transcript& transcript, std::int64_t startNt, std::string_view after);

/// All 63 other codons in place of the first one.
Result<Scan> startLossScan(const Run& run, const data::TranscriptPtr& transcript);

struct StopScanSettings {
    std::vector<std::string> stops{"TAA", "TAG", "TGA"};
    std::int64_t stepCodons = 1;
};
/// Stop codons in place of the codons between the first and the last.
Result<Scan> prematureStopScan(const Run& run, const data::TranscriptPtr& transcript, const StopScanSettings& settings);

struct CodonBin {
    std::int64_t firstCodon = 0;
    std::int64_t endCodon = 0;  ///< exclusive
    analysis::MeanEstimate change;
};
/// Means over bins of codons; bins without a row are left out.
std::vector<CodonBin> binnedByCodon(const Scan& scan, std::int64_t binCodons, std::uint64_t seed);

/// All single-base changes of a region, in the order of positions, then A, C, G, T.
Result<Scan> saturate(const Run& run, const data::TranscriptPtr& transcript, data::Interval region);

}  // namespace nscope::experiment
